"""Makes a tone more like what was heard, step by step, so that it can be watched, interrupted and resumed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

import numpy as np

from hwamei.engines.tone.listen import PITCH_RANGE_HZ, Heard
from hwamei.engines.tone.voiceprint import Tone, normalised
from hwamei.ports import Checkpoints, Progress

STEPS = 40
_PITCH_STEP_CENTS = 30.0
_WEIGHT_STEP = 0.1


@dataclass(frozen=True, eq=False)
class _Best:
    """The best tone after so many steps."""

    step: int
    tone: Tone
    likeness: float


def train(heard: Heard, *, seed: int, progress: Progress, checkpoints: Checkpoints) -> Tone:
    """A tone at least as like as the first guess. The same for the same seed, wherever it was interrupted."""
    work = _fingerprint(heard, seed)
    best = _resume(checkpoints.load(), work) or _start(heard)
    for step in range(best.step, STEPS):
        progress(100 * step / STEPS)
        best = _better(best, heard, np.random.default_rng([seed, step]))
        checkpoints.save(_state(best, work))
    return best.tone


def _start(heard: Heard) -> _Best:
    tone = heard.first_guess()
    return _Best(0, tone, heard.likeness(tone))


def _better(best: _Best, heard: Heard, chance: np.random.Generator) -> _Best:
    """One step on: a neighbour of the best tone, if it is more like."""
    f0_hz = best.tone.f0_hz * 2 ** (chance.normal(0, _PITCH_STEP_CENTS) / 1200)
    weights = best.tone.weights * np.exp(chance.normal(0, _WEIGHT_STEP, best.tone.weights.shape))
    tone = Tone(float(np.clip(f0_hz, *PITCH_RANGE_HZ)), normalised(weights))
    likeness = heard.likeness(tone)
    if likeness > best.likeness:
        return _Best(best.step + 1, tone, likeness)
    return _Best(best.step + 1, best.tone, best.likeness)


def _fingerprint(heard: Heard, seed: int) -> str:
    digest = hashlib.sha256(heard.pitches_hz.tobytes() + heard.spectrum.tobytes())
    return f"{digest.hexdigest()[:16]}-{seed}"


def _state(best: _Best, work: str) -> bytes:
    """As JSON: Python writes a float so that the same float is read back."""
    weights = [float(weight) for weight in best.tone.weights]
    return json.dumps(
        {"work": work, "step": best.step, "f0_hz": best.tone.f0_hz, "weights": weights, "likeness": best.likeness}
    ).encode()


def _resume(state: bytes | None, work: str) -> _Best | None:
    """Where earlier work on the same ended; None when there is none."""
    kept = json.loads(state) if state else {}
    if kept.get("work") != work:
        return None
    return _Best(kept["step"], Tone(kept["f0_hz"], np.array(kept["weights"], np.float32)), kept["likeness"])
