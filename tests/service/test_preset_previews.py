"""The engine's own voices are heard when somebody asks, and spoken once."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

import pytest
import soundfile

from hwamei.domain.errors import NotFound, TooBusy
from hwamei.domain.language import Language
from hwamei.domain.speech import Delivery
from hwamei.domain.utterance import SpokenUtterance, Utterance
from hwamei.domain.voice import Gender, Voiceprint
from hwamei.engines.tone.engine import ToneEngine
from hwamei.labels.aigc import AigcLabel
from hwamei.labels.inspect import inspect
from hwamei.service.engine_pool import EnginePool
from hwamei.service.engines import Engines
from hwamei.service.preset_previews import PresetPreviews
from hwamei.service.presets import Preset
from hwamei.service.voice_orders import Voices


class PatientEngine(ToneEngine):
    """Counts what it says, and may be held up. Its tenor is a man who was brought up in English."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.let = Event()
        self.let.set()

    def speak(self, utterance: Utterance, voiceprint: Voiceprint, delivery: Delivery) -> SpokenUtterance:
        """As the tone engine, when it is let."""
        self.said.append(utterance.words[0].text)
        assert self.let.wait(30)
        return super().speak(utterance, voiceprint, delivery)

    def preset_language(self, name: str) -> Language | None:
        """For one of them."""
        return Language.ENGLISH if name == "tenor" else None

    def preset_gender(self, name: str) -> Gender | None:
        """For one of them."""
        return Gender.MALE if name == "tenor" else None


@pytest.fixture
def engine() -> PatientEngine:
    return PatientEngine()


def voices_of(engine: ToneEngine) -> Voices:
    """Only what they know of the engine's own voices is asked here."""
    pool = EnginePool("tone", lambda: engine, slots=1, idle_s=60, utterance_timeout_s=60, now_s=time.monotonic)
    engines = Engines(lambda name: pool, names=lambda: ["tone"], default="tone", stand_in="tone")
    unused = ("store", "job_store", "files", "jobs", "spending", "clock", "new_id", "erasure")
    nothing: dict[str, None] = dict.fromkeys(unused)
    return Voices(engines=engines, **nothing)  # type: ignore[arg-type]  # none is needed


@pytest.fixture
def previews(engine: PatientEngine, tmp_path: Path) -> PresetPreviews:
    voices = voices_of(engine)
    return PresetPreviews(voices, voices.engines, tmp_path / "new", lambda: AigcLabel.first("Tests", str(uuid4())))


def until(look: Callable[[], bool]) -> None:
    give_up_at_s = time.monotonic() + 30
    while not look():
        assert time.monotonic() < give_up_at_s
        time.sleep(0.005)


def test_each_is_spoken_once_in_its_mother_tongue_and_marked(engine: PatientEngine, previews: PresetPreviews) -> None:
    first = previews.path("tenor")
    spoken = list(engine.said)
    assert spoken[0] == "Hello"
    assert previews.path("tenor") == first
    assert engine.said == spoken
    assert soundfile.info(first).duration > 1
    assert inspect(first) is not None
    assert previews.path("alto") != first
    assert engine.said[len(spoken)][0] == "你"  # where there is no mother tongue


@pytest.mark.parametrize("name", ["", "nobody", "../tenor", "tenor.wav", "TENOR"])
def test_an_unknown_voice_says_nothing(name: str, engine: PatientEngine, previews: PresetPreviews) -> None:
    with pytest.raises(NotFound):
        previews.path(name)
    assert engine.said == []


def test_nobody_waits_for_somebody_elses_preview(engine: PatientEngine, previews: PresetPreviews) -> None:
    engine.let.clear()
    maker = Thread(target=previews.path, args=("tenor",))
    maker.start()
    until(lambda: bool(engine.said))
    for name in ("tenor", "alto"):  # the same, and another one while the only engine speaks
        with pytest.raises(TooBusy):
            previews.path(name)
    engine.let.set()
    maker.join()
    said = list(engine.said)
    assert previews.path("tenor").exists()
    assert engine.said == said


def test_voices_of_other_mother_tongues_are_not_among_the_native_ones(engine: PatientEngine) -> None:
    native = voices_of(engine).native_presets()
    assert list(native) == [Preset("tenor", Language.ENGLISH, Gender.MALE)]
    assert [preset.name for preset in voices_of(ToneEngine()).native_presets()] == ["alto", "tenor"]
