"""The tone engine, one utterance at a time: a test says how many it may speak, and sees which it has."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Semaphore

from hwamei.domain.errors import EngineFailed
from hwamei.domain.speech import Delivery
from hwamei.domain.utterance import SpokenUtterance, Utterance
from hwamei.domain.voice import Voiceprint
from hwamei.engines.tone.engine import ToneEngine
from hwamei.settings import Settings

NAME, STUMBLES_AT = "stepwise", "stumble"
ANY_NUMBER = 100_000
WAITS_S = 30.0


@dataclass
class Steps:
    """How far the engine may go, and has gone: the utterances that were asked of it."""

    allowed: Semaphore = field(default_factory=lambda: Semaphore(0))
    asked: list[Utterance] = field(default_factory=list)

    def begin(self, utterances: int) -> None:
        """Forget what was, and allow so many."""
        self.allowed, self.asked = Semaphore(utterances), []


STEPS = Steps()


class StepwiseEngine(ToneEngine):
    """Waits before each utterance until it is allowed, and cannot speak one with a certain word in it."""

    name = NAME

    def preset(self, name: str) -> Voiceprint:
        """As the tone engine."""
        return replace(super().preset(name), engine=NAME)

    def speak(self, utterance: Utterance, voiceprint: Voiceprint, delivery: Delivery) -> SpokenUtterance:
        """As the tone engine, when it may."""
        STEPS.asked.append(utterance)
        if not STEPS.allowed.acquire(timeout=WAITS_S):
            raise EngineFailed(engine=NAME, problem="was not allowed to go on")
        if any(word.text == STUMBLES_AT for word in utterance.words):
            raise EngineFailed(engine=NAME, problem="stumbled")
        return super().speak(utterance, replace(voiceprint, engine=ToneEngine.name), delivery)


def open_engine(settings: Settings) -> StepwiseEngine:
    """The engine; see `installed`."""
    return StepwiseEngine()


def installed(folder: Path) -> Path:
    """A package of this engine as it would stand beside Hwamei; for the path of modules."""
    about = folder / "hwamei_stepwise-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: hwamei-stepwise\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(f"[hwamei.engines]\n{NAME} = {__name__}:open_engine\n")
    return folder
