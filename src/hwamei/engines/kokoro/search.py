"""The place in the style space that the surrogate says sounds most like a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from hwamei.domain.language import Language
from hwamei.engines.kokoro.clarity import clarity
from hwamei.engines.kokoro.effort import SEARCH_STEPS
from hwamei.engines.kokoro.style_space import Floats, StyleSpace
from hwamei.engines.kokoro.surrogate import Surrogate, pull_back
from hwamei.engines.kokoro.target import Target

STRAYING_COST = 0.04  # the surrogate knows less of what is far from all published voices
CLARITY_WORTH = 0.05  # of a nat that the right phones are more probable: that much likeness is given for it
INSTANT_CLARITY_WORTH = 0.08  # at the instant level, where likeness is further above its target than words are
SEARCH_STARTS = 6  # more of the 54 published voices lead to no better place
PITCH_COST = 0.5  # of (log pitch foretold - log pitch of the person)²; a fifth away costs 0.08
STEP_SIZE = 0.06
MOMENTUM, SQUARES = 0.9, 0.99  # Adam's usual first, and a quicker second

Gradient = Callable[[Floats], tuple[Floats, Floats]]
"""Places float32 [n, size] to what is to be raised, float32 [n], and its gradient [n, size]."""


@dataclass(frozen=True, eq=False)
class LikenessForetold:
    """Cosine of foretold embedding and target, mean over both languages, and how clearly is spoken, less the costs of
    straying and of wrong pitch.

    Pitch can be moved afterwards, but a voice that is right by itself sounds freer than one that is moved.

    `corrections`: for a language, what has been learnt about the surrogate's error there: coordinates to what must be
    added to the embedding, and the pull-back of a gradient through that.

    `straying_cost`: of leaving the published voices, for a coordinate that lies one of their deviations out;
    `clarity_worth`: of a nat of clarity.
    """

    surrogate: Surrogate
    target: Target
    corrections: Mapping[Language, Correction] | None = None
    straying_cost: float = STRAYING_COST
    clarity_worth: float = CLARITY_WORTH

    def __call__(self, coordinates: Floats) -> tuple[Floats, Floats]:
        """Value float32 [voices] and gradient float32 [voices, 48]."""
        besides, slopes = self.besides(coordinates)
        value, gradient = besides.astype(np.float64), slopes.astype(np.float64)
        for language in Language:
            likeness, slope = self._in_language(coordinates, language)
            cost, cost_slope = self._pitch_cost(coordinates, language)
            value = value + (likeness - cost) / len(Language)
            gradient = gradient + (slope - cost_slope) / len(Language)
        return value.astype(np.float32), gradient.astype(np.float32)

    def besides(self, coordinates: Floats) -> tuple[Floats, Floats]:
        """What places are worth besides likeness and pitch, float32 [voices], and its gradient [voices, 48]."""
        clear, slope = clarity().foretold(coordinates)
        value = self.clarity_worth * clear - self.straying_cost * np.mean(coordinates**2, axis=1)
        gradient = self.clarity_worth * slope - 2 * self.straying_cost * coordinates / coordinates.shape[1]
        return value.astype(np.float32), gradient.astype(np.float32)

    def _in_language(self, coordinates: Floats, language: Language) -> tuple[Floats, Floats]:
        vectors, traces = self.surrogate.embeddings_with_gradient(coordinates, language, self.target.spectrum)
        correction = self.corrections[language] if self.corrections else None
        if correction is not None:
            vectors = vectors + correction.value(coordinates)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        units = vectors / lengths
        cosines = units @ self.target.embedding
        by_vector = (self.target.embedding - cosines[:, None] * units) / lengths
        slope = pull_back(traces, by_vector, coordinates.shape[1])
        if correction is not None:
            slope = slope + correction.pull_back(coordinates, by_vector)
        return cosines, slope

    def _pitch_cost(self, coordinates: Floats, language: Language) -> tuple[Floats, Floats]:
        if self.target.pitch_hz is None:
            return np.zeros(len(coordinates), np.float32), np.zeros_like(coordinates)
        error, slope = self.surrogate.log_pitch(coordinates, language)
        error = error - np.float32(np.log(self.target.pitch_hz))
        return PITCH_COST * error**2, 2 * PITCH_COST * error[:, None] * slope


@dataclass(frozen=True, eq=False)
class Correction:
    """The surrogate's error, learnt from voices that were tried: kernel ridge regression over coordinates.

    `tried`: float32 [n, 48]; `weights`: float32 [n, 256].
    """

    tried: Floats
    weights: Floats
    reach: float

    def value(self, coordinates: Floats) -> Floats:
        """What to add to foretold embeddings: float32 [voices, 256]."""
        added: Floats = self._kernel(coordinates) @ self.weights
        return added

    def pull_back(self, coordinates: Floats, gradient: Floats) -> Floats:
        """Gradient by the coordinates from that by the embeddings: float32 [voices, 48]."""
        shares = self._kernel(coordinates) * (gradient @ self.weights.T)
        pulled: Floats = (shares @ self.tried - shares.sum(axis=1, keepdims=True) * coordinates) / self.reach**2
        return pulled

    def _kernel(self, coordinates: Floats) -> Floats:
        return gaussian(coordinates, self.tried, self.reach)


def gaussian(one: Floats, other: Floats, reach: float) -> Floats:
    """exp(-distance² / (2 reach²)) between rows: float32 [n, m]."""
    squares = np.sum(one**2, axis=1)[:, None] + np.sum(other**2, axis=1) - 2 * one @ other.T
    kernel: Floats = np.exp(-np.maximum(squares, 0) / (2 * reach**2)).astype(np.float32)
    return kernel


def climb(
    objective: Gradient, starts: Floats, *, steps: int = SEARCH_STEPS, step_size: float = STEP_SIZE
) -> tuple[Floats, Floats]:
    """Where gradient ascent (Adam) leads from each start, float32 [n, size], and the value there, float32 [n].

    D. P. Kingma, J. Ba: *Adam: a method for stochastic optimization*, ICLR 2015.
    """
    places = starts.astype(np.float32)
    mean = square = np.zeros_like(places)
    for step in range(1, steps + 1):
        _, gradient = objective(places)
        mean = MOMENTUM * mean + (1 - MOMENTUM) * gradient
        square = SQUARES * square + (1 - SQUARES) * gradient**2
        direction = (mean / (1 - MOMENTUM**step)) / (np.sqrt(square / (1 - SQUARES**step)) + 1e-8)
        places = (places + step_size * (1 - step / (steps + 1)) * direction).astype(np.float32)
    return places, objective(places)[0]


def most_alike(
    surrogate: Surrogate,
    target: Target,
    space: StyleSpace,
    *,
    steps: int = SEARCH_STEPS,
    clarity_worth: float = CLARITY_WORTH,
) -> Floats:
    """Coordinates float32 [48] foretold to sound most like the target, searched from the nearest published voices."""
    objective = LikenessForetold(surrogate, target, clarity_worth=clarity_worth)
    starts = np.stack([space.coordinates(mean) for mean in space.means]) * np.float32(0.5)
    nearest = np.argsort(-objective(starts)[0], kind="stable")[:SEARCH_STARTS]
    places, values = climb(objective, starts[nearest], steps=steps)
    best: Floats = places[int(values.argmax())]
    return best
