"""The person's sounds once more, fitted: what two speaker encoders miss in the clone is carried back to the gains.

Transport gives a clone's cepstra the person's mean and spread; which of the many ways there sounds most like the person
it does not ask. Here the same affine map is moved by gradient ascent so that two judges like the phrases that the clone
said. Nothing is spoken anew: gains act on band powers, from which both judges start. That each cepstrum goes on moving
as it did is part of what is raised: without it sounds are mixed until words are no longer told apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import count

import numpy as np
from numpy.typing import NDArray

from hwamei.domain.audio import Audio
from hwamei.dsp.envelope import Levels, envelope
from hwamei.dsp.trim import sounding
from hwamei.engines.kokoro.effort import Fit
from hwamei.engines.kokoro.judges import Heard, Judges, cosine
from hwamei.engines.kokoro.search import climb
from hwamei.engines.kokoro.sounds import CEPSTRA, cosines, gains_of, speech_in
from hwamei.engines.kokoro.target import Target
from hwamei.ports import Progress
from hwamei.speaker.layers import Floats

STRAYING_COST = 0.002  # of gains other than transport's, per dB²
STEP_SIZE = 0.03  # a larger one first mixes what it then has to part again
# Of the cost of mixing, for each cepstrum: by the first dozen words are told apart, by the finer ones people, too.
MIXING_SHARES = np.where(np.arange(CEPSTRA) <= 12, 2.7, 0.1).astype(np.float32)
OWN_COURSE_SHARE = 0.1  # of what a cepstrum moves more or less than it did, in its own course: hardly mixing
STILL = 1e-6  # dB: a cepstrum that does not move has no course
ROWS = cosines().astype(np.float32)
SIZE = CEPSTRA * (CEPSTRA + 1)


@dataclass(frozen=True, eq=False)
class Phrase:
    """What a clone said: `levels` as gains see them, float32 [frames, 40]; `speech`: bool [frames]; `heard` by the
    judges; `usual`: the gains before the fit, float32 [frames, 40]."""

    levels: Levels
    speech: NDArray[np.bool_]
    heard: Heard
    usual: Levels

    @classmethod
    def of(cls, audio: Audio, by: Floats) -> Phrase:
        """Speech of a clone that has no sounds of the person yet; `by`: the change that the fit begins with."""
        start, end = sounding(audio) or (0, len(audio.samples))  # the encoders cut silence out, too
        samples = audio.samples[start:end]
        levels = envelope(samples, audio.sample_rate_hz)
        heard = Heard.of(Audio(samples, audio.sample_rate_hz))
        return cls(levels, speech_in(levels), heard, gains_of(levels, by)[0])

    @cached_property
    def cepstra(self) -> Floats:
        """Before any gains, float32 [frames of speech, 25]."""
        return np.asarray(self.levels[self.speech] @ ROWS.T, np.float32)

    @cached_property
    def usual_cepstra(self) -> Floats:
        """With the gains before the fit."""
        return np.asarray((self.levels + self.usual)[self.speech] @ ROWS.T, np.float32)

    @cached_property
    def courses(self) -> Floats:
        """How each cepstrum moves with the gains before the fit, about 0 and of length 1: float32 [frames of speech,
        25]."""
        around = self.usual_cepstra - self.usual_cepstra.mean(axis=0)
        courses: Floats = around / np.maximum(np.linalg.norm(around, axis=0), STILL)
        return courses


@dataclass(frozen=True, eq=False)
class SoundsFit:
    """What is climbed. A place is how the change differs from the one that it begins with: [25, 26] numbers in a row,
    between cepstra, in units of how these move in the clone's speech."""

    phrases: Sequence[Phrase]
    judges: Judges
    target: Target
    by: Floats
    fit: Fit

    def __call__(self, places: Floats) -> tuple[Floats, Floats]:
        """Value float32 [1] and gradient float32 [1, 650] at places float32 [1, 650]."""
        by = self.change_at(places[0])
        halves = [half for half in (self.phrases[::2], self.phrases[1::2]) if half]
        with ThreadPoolExecutor(max_workers=2) as pool:
            found = list(pool.map(lambda half: self._liked(half, by), halves))
        value, slope = (sum(parts) for parts in zip(*found, strict=True))
        share = 1 / len(self.phrases)
        return np.array([value * share], np.float32), (self._place_slope(slope) * share)[None].astype(np.float32)

    def change_at(self, place: Floats) -> Floats:
        """The change at a place, float32 [40, 41]."""
        turn, shift = self._apart(place)
        by_levels = ROWS.T @ turn @ ROWS
        changed: Floats = self.by + np.column_stack([by_levels, ROWS.T @ (shift - turn @ self._means)])
        return changed.astype(np.float32)

    def _apart(self, place: Floats) -> tuple[Floats, Floats]:
        """What is added to the map of cepstra, [25, 25], and to their mean, [25]."""
        parts = place.reshape(CEPSTRA, CEPSTRA + 1)
        return self._spreads_after[:, None] * parts[:, :-1] / self._spreads, self._spreads_after * parts[:, -1]

    def _place_slope(self, slope: Floats) -> Floats:
        """Gradient by a place from that by the change, float32 [40, 41]."""
        by_shift = ROWS @ slope[:, -1]
        by_turn = ROWS @ slope[:, :-1] @ ROWS.T - np.outer(by_shift, self._means)
        parts = np.column_stack([by_turn / self._spreads, by_shift])
        return (self._spreads_after[:, None] * parts).reshape(-1)

    def _liked(self, phrases: Sequence[Phrase], by: Floats) -> tuple[float, Floats]:
        """The sum over some phrases of what is raised, and its gradient by the change, float32 [40, 41]."""
        changes = [gains_of(phrase.levels, by) for phrase in phrases]
        value, slopes = self._likeness(phrases, [gains for gains, _ in changes])
        slope = np.zeros_like(by)
        for phrase, (gains, back), by_gains in zip(phrases, changes, slopes, strict=True):
            cost, cost_slope = self._cost(phrase, gains)
            value -= cost
            slope += back(by_gains - cost_slope)
        return value, slope

    def _likeness(self, phrases: Sequence[Phrase], gains: Sequence[Levels]) -> tuple[float, list[Floats]]:
        """What both judges think, summed, and the gradients by the gains. All windows go through GE2E together."""
        mels = [phrase.heard.mels(one) for phrase, one in zip(phrases, gains, strict=True)]
        embeddings, through = self.judges.ge2e(np.concatenate([windows for windows, _ in mels], axis=1))
        ends = np.cumsum([windows.shape[1] for windows, _ in mels])[:-1]
        judged = [cosine(own, self.target.embedding) for own in np.split(embeddings, ends)]
        pulled = np.split(through(np.concatenate([slope for _, slope in judged])), ends, axis=1)
        value = (1 - self.fit.house_share) * sum(one for one, _ in judged)
        slopes = [(1 - self.fit.house_share) * back(part) for (_, back), part in zip(mels, pulled, strict=True)]
        for number, (phrase, one) in enumerate(zip(phrases, gains, strict=True)):
            liked, slope = self._house_likeness(phrase, one)
            value += self.fit.house_share * liked
            slopes[number] = slopes[number] + self.fit.house_share * slope
        return value, slopes

    def _house_likeness(self, phrase: Phrase, gains: Levels) -> tuple[float, Floats]:
        bands, to_gains = phrase.heard.bands(gains)
        embedding, to_bands = self.judges.house(bands)
        liked, slope = cosine(embedding, self.target.house)
        return liked, to_gains(to_bands(slope))

    def _cost(self, phrase: Phrase, gains: Levels) -> tuple[float, Floats]:
        """What straying and mixing cost, and the gradient by the gains."""
        apart = (gains - phrase.usual)[phrase.speech]
        cepstra = apart @ ROWS.T / self._spreads_after
        moving = cepstra - cepstra.mean(axis=0)
        along = phrase.courses * np.sum(phrase.courses * moving, axis=0)
        mixed = MIXING_SHARES * (moving - (1 - OWN_COURSE_SHARE) * along)
        cost = STRAYING_COST * np.mean(apart**2) + self.fit.mixing_cost * np.mean(mixed * moving)
        by_cepstra = 2 * self.fit.mixing_cost * mixed / mixed.size / self._spreads_after
        slope = np.zeros_like(gains)
        slope[phrase.speech] = 2 * STRAYING_COST * apart / apart.size + by_cepstra @ ROWS
        return float(cost), slope

    @cached_property
    def _means(self) -> Floats:
        means: Floats = np.concatenate([phrase.cepstra for phrase in self.phrases]).mean(axis=0)
        return means

    @cached_property
    def _spreads(self) -> Floats:
        spreads: Floats = np.concatenate([phrase.cepstra for phrase in self.phrases]).std(axis=0)
        return spreads

    @cached_property
    def _spreads_after(self) -> Floats:
        return _pooled_deviation([phrase.usual_cepstra for phrase in self.phrases])


def _pooled_deviation(groups: Sequence[Floats]) -> Floats:
    """Deviation from each group's own mean, float32 [25]."""
    deviation: Floats = np.concatenate([group - group.mean(axis=0) for group in groups]).std(axis=0)
    return deviation


def fitted(
    by: Floats, spoken: Sequence[Audio], target: Target, judges: Judges, *, fits: Sequence[Fit], progress: Progress
) -> list[Floats]:
    """The changes, float32 [40, 41], that both judges like best in what the clone said; each fit goes on from where the
    one before has ended, the first from `by`, and stays there where nothing is better."""
    phrases = [Phrase.of(audio, by) for audio in spoken]
    looks, all_looks = count(), sum(fit.steps + 2 for fit in fits)
    place, found = np.zeros((1, SIZE), np.float32), [by]
    for fit in fits:
        climbed = SoundsFit(phrases, judges, target, by, fit)

        def look(places: Floats, climbed: SoundsFit = climbed) -> tuple[Floats, Floats]:
            progress(100 * next(looks) / all_looks)
            return climbed(places)

        before, _ = look(place)
        ahead, after = climb(look, place, steps=fit.steps, step_size=STEP_SIZE)
        is_better = bool(after[0] > before[0])
        place = ahead if is_better else place
        found.append(climbed.change_at(place[0]) if is_better else found[-1])
    return found[1:]
