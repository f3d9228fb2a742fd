"""How a word sounds that no dictionary has, from its letters (trained by tools/train_letter_to_sound.py)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from hwamei.text.data_files import data_file
from hwamei.text.english.phones import PRIMARY, SECONDARY, fully_stressed

_LETTERS = "abcdefghijklmnopqrstuvwxyz'"
_REACH = 6  # letters looked at on either side
_HISTORY = 3  # sounds of earlier letters looked at
_BEAM = 4

Floats = NDArray[np.float32]


@lru_cache(maxsize=4096)
def letter_to_sound(word: str) -> str:
    """A reading of a word of the letters a to z and the apostrophe, with one main stress."""
    beam: list[tuple[float, tuple[int, ...]]] = [(0.0, ())]
    for position in range(len(word)):
        chances = _log_chances(np.array([_features(word, position, said) for _, said in beam]))
        grown = [
            (score + float(chances[row, chunk]), (*said, int(chunk)))
            for row, (score, said) in enumerate(beam)
            for chunk in np.argpartition(-chances[row], _BEAM)[:_BEAM]
        ]
        beam = sorted(grown, reverse=True)[:_BEAM]
    return _one_primary("".join(_model().chunks[chunk] for chunk in beam[0][1]))


@dataclass(frozen=True)
class _Model:
    """`chunks`: the sounds that a letter may say; `layers`: weights float32 [in, out], bias float32 [out]."""

    chunks: Sequence[str]
    layers: Sequence[tuple[Floats, Floats]]


@cache
def _model() -> _Model:
    with data_file("letter_to_sound.npz").open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        chunks = [str(chunk).replace(" ", "") for chunk in arrays["chunks"]]
        layers = []
        for index in range(3):
            weights: Floats = arrays[f"weights_{index}"].astype(np.float32) * arrays[f"scale_{index}"]
            layers.append((weights, arrays[f"bias_{index}"]))
    return _Model(chunks, layers)


def _features(word: str, position: int, said: Sequence[int]) -> list[int]:
    """The features that are on: a letter (or the edge) for each place around, a chunk for each one before."""
    width = len(_LETTERS) + 1
    features = []
    for place, index in enumerate(range(position - _REACH, position + _REACH + 1)):
        inside = 0 <= index < len(word)
        features.append(place * width + (_LETTERS.index(word[index]) + 1 if inside else 0))
    base = (2 * _REACH + 1) * width
    for back in range(1, _HISTORY + 1):
        before = said[-back] + 1 if len(said) >= back else 0
        features.append(base + (back - 1) * (len(_model().chunks) + 1) + before)
    return features


def _log_chances(features: NDArray[np.int_]) -> Floats:
    """features: int [beam, on]; log of the chance of each chunk, float32 [beam, chunks]."""
    (first, first_bias), (second, second_bias), (last, last_bias) = _model().layers
    hidden = np.maximum(first[features].sum(axis=1) + first_bias, 0)
    hidden = np.maximum(hidden @ second + second_bias, 0)
    scores = hidden @ last + last_bias
    scores -= scores.max(axis=1, keepdims=True)
    log_chances: Floats = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return log_chances


def _one_primary(reading: str) -> str:
    """The reading with exactly one primary stress: the first stays, later ones become secondary."""
    if PRIMARY not in reading:
        return fully_stressed(reading)
    head, tail = reading.split(PRIMARY, 1)
    return head + PRIMARY + tail.replace(PRIMARY, SECONDARY)
