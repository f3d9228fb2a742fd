"""Trained voices: the surrogate's proposals are spoken and heard, and what it got wrong is learnt for this one person.

Each round two places of the style space are spoken, one phrase each. The surrogate's errors there are carried to
their neighbourhood by kernel ridge regression, the corrected surrogate proposes the next two. In the end the best few,
and the place that the instant level takes, say phrases that they were not chosen by; the one that is best by likeness
and clarity is kept. A trial tells 256 numbers about its place where an evolution strategy learns one from it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from hwamei import npz
from hwamei.domain.language import Language
from hwamei.engines.kokoro.effort import USUAL, Effort
from hwamei.engines.kokoro.phrases import Phrase
from hwamei.engines.kokoro.search import Correction, LikenessForetold, climb, gaussian
from hwamei.engines.kokoro.style_space import Floats
from hwamei.engines.kokoro.surrogate import Surrogate
from hwamei.engines.kokoro.trial import Booth, Trial
from hwamei.ports import Checkpoints, Progress
from hwamei.speaker.ge2e import likeness

WIDEST_STEP, NARROWEST_STEP = 0.7, 0.15  # deviation of the random steps from the best place, per coordinate
REACH = 4.0  # how far a learnt error is carried, in the space of coordinates; voices lie about 7 apart
RIDGE = 0.15  # how much of an error is chance of the phrase
CLIMB_STEPS = 60
STATE_VERSION = 5  # raise it whenever a trial is made or kept in another way


@dataclass(frozen=True, eq=False)
class Outcome:
    """The place that was kept, and everything that was heard there while judging."""

    coordinates: Floats
    trials: tuple[Trial, ...]
    likeness: float


@dataclass(frozen=True, eq=False)
class Training:
    """One person's training. `start`: the coordinates that the instant level takes."""

    booth: Booth
    surrogate: Surrogate
    start: Floats
    seed: int
    effort: Effort = USUAL

    def run(self, progress: Progress, checkpoints: Checkpoints) -> Outcome:
        """The best place found. Goes on from the checkpoint if it is of this training."""
        effort = self.effort
        total = 2 * effort.rounds + (effort.finalists + 1) * len(effort.to_judge)
        trials = self._resume(checkpoints.load())
        with ThreadPoolExecutor(max_workers=2) as pool:
            while len(trials) < 2 * effort.rounds:
                progress(100 * len(trials) / total)
                places, phrases = self._next(trials)
                trials += pool.map(self.booth.try_out, places, phrases)
                checkpoints.save(self._state(trials))
            judged = []
            for number, place in enumerate(self._finalists(trials)):
                progress(100 * (len(trials) + number * len(effort.to_judge)) / total)
                judged.append(self._judge(place, pool))
        # The first is the instant place: where nothing is more like the person, it stays.
        alike = [outcome for outcome in judged if outcome.likeness >= judged[0].likeness]
        return max(alike, key=self._worth)

    def _next(self, trials: Sequence[Trial]) -> tuple[Floats, list[Phrase]]:
        """Two places to try, float32 [2, 48], and what to say there. Depends on nothing but the trials and the seed."""
        number = len(trials) // 2
        language = (Language.ENGLISH, Language.CHINESE)[number % 2]
        phrases = self.effort.to_fit[language]
        phrase = phrases[(number // 2) % len(phrases)]
        if not trials:
            return np.stack([self.start, self.start * np.float32(0.8)]), [phrase, phrase]
        random = np.random.default_rng([self.seed, number])
        left = 1 - number / self.effort.rounds
        step = NARROWEST_STEP + (WIDEST_STEP - NARROWEST_STEP) * left
        best = self._best(trials, 1)[0]
        starts = best + step * random.standard_normal((6, len(best))).astype(np.float32)
        places, values = climb(self._objective(trials), np.vstack([best[None], starts]), steps=CLIMB_STEPS)
        order = np.argsort(-values)
        wandering = places[order[0]] + step / 2 * random.standard_normal(len(best)).astype(np.float32)
        return np.stack([places[order[0]], wandering]).astype(np.float32), [phrase, phrase]

    def _objective(self, trials: Sequence[Trial]) -> LikenessForetold:
        corrections = {language: self._correction(trials, language) for language in Language}
        return LikenessForetold(self.surrogate, self.booth.target, corrections)

    def _correction(self, trials: Sequence[Trial], language: Language) -> Correction:
        """What the trials tell of the surrogate's errors. A trial in the other language counts half."""
        tried = np.stack([trial.coordinates for trial in trials])
        spectrum = self.booth.target.spectrum
        errors = np.stack(
            [
                trial.embedding - self.surrogate.embeddings(trial.coordinates[None], trial.language, spectrum)[0]
                for trial in trials
            ]
        )
        same = np.array([trial.language is language for trial in trials])
        noise = np.where(same, RIDGE, 4 * RIDGE)
        kernel = gaussian(tried, tried, REACH) + np.diag(noise)
        return Correction(tried, np.linalg.solve(kernel, errors).astype(np.float32), REACH)

    def _best(self, trials: Sequence[Trial], count: int) -> list[Floats]:
        """The tried places that are best by the corrected surrogate, which evens out the chance of single phrases."""
        places = np.stack([trial.coordinates for trial in trials])
        values, _ = self._objective(trials)(places)
        return [places[index] for index in np.argsort(-values, kind="stable")[:count]]

    def _finalists(self, trials: Sequence[Trial]) -> list[Floats]:
        best = self._best(trials, self.effort.finalists)
        top, _ = climb(self._objective(trials), best[0][None], steps=CLIMB_STEPS)
        return [self.start, *best[: self.effort.finalists - 1], top[0]]

    def _judge(self, place: Floats, pool: ThreadPoolExecutor) -> Outcome:
        trials = tuple(pool.map(lambda phrase: self.booth.try_out(place, phrase), self.effort.to_judge))
        heard = [likeness(trial.embedding, self.booth.target.embedding) for trial in trials]
        return Outcome(place, trials, float(np.mean(heard)))

    def _worth(self, judged: Outcome) -> float:
        """What was climbed, with the likeness that was heard in the place of the one foretold."""
        besides, _ = LikenessForetold(self.surrogate, self.booth.target).besides(judged.coordinates[None])
        return judged.likeness + float(besides[0])

    # ---------------------------------------------------------------- checkpoints

    def _state(self, trials: Sequence[Trial]) -> bytes:
        arrays = {
            "identity": self._identity(),
            "coordinates": np.stack([trial.coordinates for trial in trials]),
            "chinese": np.array([trial.language is Language.CHINESE for trial in trials], np.float32),
            "embeddings": np.stack([trial.embedding for trial in trials]),
            "spectra": np.stack([trial.spectrum for trial in trials]),
            "pitches": np.array([trial.pitch_hz for trial in trials], np.float32),
            "pitch_deviations": np.array([trial.pitch_deviation for trial in trials], np.float32),
        }
        return npz.pack(arrays)

    def _resume(self, state: bytes | None) -> list[Trial]:
        """The trials of a checkpoint; none if there is no checkpoint or it is of another person, seed or version."""
        if state is None:
            return []
        try:
            arrays = npz.unpack(state)
        except npz.BadArrays:
            return []
        if "identity" not in arrays or not np.array_equal(arrays["identity"], self._identity()):
            return []
        languages = [Language.CHINESE if flag else Language.ENGLISH for flag in arrays["chinese"]]
        vectors = (arrays[name] for name in ("embeddings", "spectra"))
        numbers = (arrays[name].tolist() for name in ("pitches", "pitch_deviations"))
        return list(map(Trial, arrays["coordinates"], languages, *vectors, *numbers))

    def _identity(self) -> Floats:
        """Tells this training from any other: float32 [8], the bytes of a hash."""
        digest = hashlib.sha256(self.booth.target.embedding.tobytes() + self.start.tobytes())
        digest.update(f"{STATE_VERSION} {self.seed} {self.effort.rounds} {self.effort.to_fit}".encode())
        return np.frombuffer(digest.digest()[:8], np.uint8).astype(np.float32)
