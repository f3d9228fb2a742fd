"""How like the person a prompt makes the model speak, and which of several makes it most so."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hwamei.domain.audio import Audio
from hwamei.engines.zipvoice.cutting import Cut
from hwamei.engines.zipvoice.prompt import Prompt
from hwamei.engines.zipvoice.reading import tokens_of_text
from hwamei.engines.zipvoice.runtime import Voicebox
from hwamei.engines.zipvoice.speaking import Speaker
from hwamei.ports import Checkpoints, Progress
from hwamei.speaker.ge2e import SpeakerEncoder, likeness

CANDIDATES = 6  # beyond that the best was among the first already, mostly
PROBES = ("今天天气很好，我们一起去公园走走。", "The birds began to sing when the rain had stopped.")
_ENOUGH_TO_JUDGE_S = 3.0  # of speech that is not in the prompt


@dataclass(frozen=True)
class Trial:
    """A prompt on trial: what it makes the model say is held against the rest of the recordings."""

    cut: Cut
    prompt: Prompt


@dataclass(frozen=True)
class Judge:
    """Hears how like the person a prompt makes the model speak."""

    voicebox: Voicebox
    encoder: SpeakerEncoder
    reference: Sequence[Audio]

    def hear(self, trial: Trial, probe: str) -> float:
        """GE2E cosine, 0..1. Raises EngineFailed."""
        spoken = Speaker(self.voicebox, trial.prompt).say(tokens_of_text(probe))
        return likeness(self.encoder.embed(spoken), self._person(trial))

    def _person(self, trial: Trial) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        """The voice in what was not given to the model; in all of it, where too little is left."""
        rest = [audio for audio in trial.cut.rest_of(self.reference) if audio.duration_s]
        enough = sum(audio.duration_s for audio in rest) >= _ENOUGH_TO_JUDGE_S
        windows = [self.encoder.embed_windows(audio) for audio in (rest if enough else self.reference)]
        mean = np.concatenate(windows).mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), np.float32)


@dataclass(frozen=True)
class Audition:
    """Prompts that are tried one after the other. What was heard is saved after each sentence."""

    judge: Judge
    trials: Sequence[Trial]
    seed: int

    def run(self, progress: Progress, checkpoints: Checkpoints) -> tuple[Trial, float]:
        """The prompt that is heard to be most like the person, and how much."""
        heard = self._resumed(checkpoints.load())
        steps = [(trial, probe) for trial in self.trials for probe in PROBES]
        for step, (trial, probe) in enumerate(steps):
            progress(100 * step / len(steps))
            if step == len(heard):
                heard.append(self.judge.hear(trial, probe))
                checkpoints.save(json.dumps({"work": self._work, "heard": heard}).encode())
        figures = np.array(heard, np.float64).reshape(len(self.trials), len(PROBES)).mean(axis=1)
        best = int(np.argmax(figures))
        return self.trials[best], float(figures[best])

    @property
    def _work(self) -> str:
        """What must be the same for the work to go on."""
        digest = hashlib.sha256(f"{self.seed}".encode())
        for trial in self.trials:
            digest.update(trial.prompt.samples.tobytes() + trial.prompt.text.encode())
        return digest.hexdigest()[:32]

    def _resumed(self, state: bytes | None) -> list[float]:
        kept = json.loads(state) if state else {}
        return list(kept["heard"]) if kept.get("work") == self._work else []
