"""The remote engine, and what it speaks through."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from hwamei.domain.audio import Audio
from hwamei.domain.voice import Level, Voiceprint
from hwamei.engines.remote.engine import RemoteEngine, open_engine
from hwamei.settings import Settings
from hwamei.testing import MemoryCheckpoints, a_reference
from tests.engines.remote.loopback import Loopback, Server, loopback

SettingsOf = Callable[..., Settings]
Opened = Callable[..., RemoteEngine]


@pytest.fixture
def settings_of(models_folder: Path, tmp_path: Path) -> SettingsOf:
    """Settings of the engine for the servers at these addresses; without the judge's model unless a test wants it."""

    def make(*urls: str, **more: Any) -> Settings:
        usual = {"data": tmp_path / "data", "remote_urls": ",".join(urls), "remote_wait_s": 0.0}
        return Settings(**usual | more)

    return make


@pytest.fixture
def opened(settings_of: SettingsOf) -> Iterator[Opened]:
    """Opens the engine for these addresses, and closes it after the test."""
    engines: list[RemoteEngine] = []

    def make(*urls: str, **more: Any) -> RemoteEngine:
        engines.append(cast(RemoteEngine, open_engine(settings_of(*urls, **more))))
        return engines[-1]

    yield make
    for engine in engines:
        engine.__exit__(None, None, None)


@pytest.fixture
def server() -> Server:
    """What the loopback server does."""
    return Server()


@pytest.fixture
def upstream(server: Server) -> Iterator[Loopback]:
    """A server that keeps voices and speaks in a tone."""
    with loopback(server) as found:
        yield found


def enrolled(engine: RemoteEngine, *, said: str | None = None, f0_hz: float = 170.0) -> Voiceprint:
    """A voice of six seconds of buzz."""
    return engine.enrol(
        [a_reference(f0_hz)],
        said=[said],
        level=Level.INSTANT,
        seed=0,
        progress=lambda _: None,
        checkpoints=MemoryCheckpoints(),
    )


def is_tone(audio: Audio, f0_hz: float, *, within_hz: float = 3.0) -> bool:
    """Whether the loudest partial is there."""
    spectrum = np.abs(np.fft.rfft(audio.samples * np.hanning(len(audio.samples)), 8 * len(audio.samples)))
    found_hz = np.argmax(spectrum) * audio.sample_rate_hz / (8 * len(audio.samples))
    return bool(abs(found_hz - f0_hz) < within_hz)
