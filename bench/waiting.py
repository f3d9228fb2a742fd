"""The tone engine at the pace of speech: it always takes the same time, and waits instead of working."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from hwamei.domain.audio import Audio
from hwamei.domain.speech import Delivery
from hwamei.domain.utterance import SpokenUtterance, Utterance
from hwamei.domain.voice import Voiceprint
from hwamei.engines.tone.engine import ToneEngine
from hwamei.settings import Settings

NAME = "waiting"
REAL_TIME_FACTOR = 0.1


class WaitingEngine(ToneEngine):
    """Takes a tenth of the time that its sound lasts."""

    name = NAME

    def enrol(self, reference: Sequence[Audio], **how: Any) -> Voiceprint:
        """As the tone engine."""
        return replace(super().enrol(reference, **how), engine=NAME)

    def preset(self, name: str) -> Voiceprint:
        """As the tone engine."""
        return replace(super().preset(name), engine=NAME)

    def speak(self, utterance: Utterance, voiceprint: Voiceprint, delivery: Delivery) -> SpokenUtterance:
        """As the tone engine, later."""
        begun_s = time.monotonic()
        spoken = super().speak(utterance, replace(voiceprint, engine=ToneEngine.name), delivery)
        time.sleep(max(0.0, REAL_TIME_FACTOR * spoken.audio.duration_s - (time.monotonic() - begun_s)))
        return spoken


def open_engine(settings: Settings) -> WaitingEngine:
    """The engine; see `installed`."""
    return WaitingEngine()


@contextmanager
def installed(folder: Path) -> Iterator[dict[str, str]]:
    """Have the engine beside Hwamei, here and in processes that get these environment variables."""
    about = folder / "hwamei_waiting-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: hwamei-waiting\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(f"[hwamei.engines]\n{NAME} = {__name__}:open_engine\n")
    sys.path.insert(0, str(folder))
    try:
        yield {"PYTHONPATH": os.pathsep.join([str(folder), str(Path(__file__).parents[1])])}
    finally:
        sys.path.remove(str(folder))
