"""The remote engine keeps the contract, with another Hwamei as the server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from hwamei.codecs.decode import decode_file
from hwamei.domain.app import Operation, Quota, Rate
from hwamei.domain.audio import Audio
from hwamei.domain.speech import Delivery
from hwamei.domain.voice import Level
from hwamei.engines.remote.engine import RemoteEngine, open_engine
from hwamei.settings import Settings
from hwamei.testing import (
    CHECKS,
    ENGLISH,
    Check,
    EngineUnderTest,
    MemoryCheckpoints,
    pieces_join_to_the_whole,
    speed_changes_the_pace_and_leaves_the_pitch,
)
from tests.engines.praat import median_f0_hz
from tests.serving import Site, settings_of

GLIDES_CENTS = 150  # of tones that glide within a syllable Praat finds other frames voiced when they are twice as fast
OFTEN = Quota(rates={operation: Rate(100_000, 60) for operation in Operation})


@pytest.fixture(scope="module")
def settings(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Of an engine that speaks through the server."""
    key = site.credentials(quota=OFTEN).api_key
    folder = tmp_path_factory.mktemp("remote")
    return settings_of(folder, engine="remote", remote_urls=site.url, remote_key=key, remote_capacity=2)


@pytest.fixture
def engine(settings: Settings) -> Iterator[RemoteEngine]:
    with RemoteEngine(settings, now_s=time.monotonic) as engine:
        yield engine


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_remote_engine_keeps_the_contract(check: Check, settings: Settings) -> None:
    """With the speed changed here."""
    check(EngineUnderTest(lambda: open_engine(settings), median_f0_hz, pitch_within_cents=GLIDES_CENTS))


@pytest.mark.parametrize(
    "check", [speed_changes_the_pace_and_leaves_the_pitch, pieces_join_to_the_whole], ids=lambda check: check.__name__
)
def test_so_it_does_where_the_server_changes_the_speed(check: Check, settings: Settings) -> None:
    """This one adds a pause after what it says, which is as long at any speed."""
    there = settings.model_copy(update={"remote_changes_speed": True})
    check(EngineUnderTest(lambda: open_engine(there), median_f0_hz, pace_within=0.2, pitch_within_cents=GLIDES_CENTS))


def test_a_voice_of_a_persons_recording_speaks_through_the_other_server(
    engine: RemoteEngine, site: Site, recording_of: Path
) -> None:
    """And the server has it once, however often it is made."""
    with recording_of.open("rb") as file:
        whole = decode_file(file, "me.flac")
    reference = Audio(whole.samples[: 8 * whole.sample_rate_hz], whole.sample_rate_hz)
    made = [
        engine.enrol(
            [reference],
            said=["The ferry leaves."],
            level=level,
            seed=seed,
            progress=lambda _: None,
            checkpoints=MemoryCheckpoints(),
        )
        for level, seed in ((Level.INSTANT, 0), (Level.TRAINED, 5))
    ]
    assert np.array_equal(made[0].arrays["prompt"], made[1].arrays["prompt"])
    assert made[0].facts == made[1].facts
    assert 0.5 < made[0].facts["likeness"] <= 1
    assert made[0].texts == {"prompt": "The ferry leaves."}
    spoken = engine.speak(ENGLISH, made[0], Delivery())
    preset = engine.speak(ENGLISH, engine.preset("alto"), Delivery())
    assert not np.array_equal(spoken.audio.samples, preset.audio.samples)


@pytest.fixture
def recording_of(site: Site) -> Path:
    """Nine seconds that pass for a person's speech."""
    return site.recording


def test_the_voices_of_the_other_server_are_presets_but_not_those_that_were_uploaded(engine: RemoteEngine) -> None:
    names = engine.presets()
    assert {"alto", "tenor", "alloy"} <= set(names)
    assert not [name for name in names if name.startswith("hwamei-")]
