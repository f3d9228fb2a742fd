"""Whether more than one person is heard in the recordings of a voice.

The embeddings of short windows are parted in two by spherical k-means (I. S. Dhillon, D. S. Modha: *Concept
decompositions for large sparse text data using clustering*, Machine Learning 42, 2001). The windows of one person part
by chance and by mood, so the two means stay alike; those of two persons do not. Between recordings, rooms and
microphones differ as well as people, so more is needed to tell two persons.

The constants come from tools/calibrate_several_speakers.py on 106 people who read on telephones (speechocean762).
Counted again on thirty of them, ten utterances each: of one person alone none is called two; of two people, 28 of 30
are found where each says half, 27 of 30 where one says three utterances of ten.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from hwamei.domain.audio import Audio
from hwamei.speaker.ge2e import SpeakerEncoder, likeness

Vectors = NDArray[np.float32]
"""float32 [n, 256], rows of length 1."""

FEWEST_WINDOWS = 6  # less than six seconds do not tell
SMALLEST_SHARE = 0.12  # of the windows: fewer are a laugh or a cough
FEWEST_IN_GROUP = 3
# Two groups of windows whose means have a smaller cosine are two persons. The means of few windows differ by chance.
LEAST_ALIKE, ALLOWANCE_FOR_FEW = 0.83, (0.87, 1.3)
LEAST_ALIKE_ACROSS_RECORDINGS = 0.62  # one person in a room and over a telephone has 0.69 and more
TURNS = 20  # k-means settles in five to ten
STARTS = 3


def speakers_heard(audios: Sequence[Audio], encoder: SpeakerEncoder) -> int:
    """1, or 2 for more than one person; the audios hold speech only. 1 where there is too little to tell."""
    recordings = [encoder.embed_windows(audio) for audio in audios if len(audio.samples)]
    return 2 if any(map(_two_in_one, recordings)) or _two_across(recordings) else 1


def _two_in_one(windows: Vectors) -> bool:
    count = len(windows)
    if count < FEWEST_WINDOWS:
        return False
    most, less_for_few = ALLOWANCE_FOR_FEW
    return likeness_of_halves(windows) < min(LEAST_ALIKE, most - less_for_few / count)


def _two_across(recordings: Sequence[Vectors]) -> bool:
    means = [windows.mean(axis=0) for windows in recordings if len(windows) >= FEWEST_WINDOWS]
    return any(likeness(one, other) < LEAST_ALIKE_ACROSS_RECORDINGS for one, other in combinations(means, 2))


def likeness_of_halves(windows: Vectors) -> float:
    """Cosine of the means of the two groups that part the windows best; 1 where no parting is fair."""
    centred = windows - windows.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    partings = [_part_in_two(windows, centred @ axis > 0) for axis in axes[:STARTS]]
    fair = [parting for parting in partings if _is_fair(parting)]
    if not fair:
        return 1.0
    one, other = max((_means(windows, parting) for parting in fair), key=lambda means: _tightness(windows, means))
    return float(one @ other)


def _part_in_two(windows: Vectors, parting: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Spherical two-means from a first parting: bool [n]."""
    for _ in range(TURNS):
        if parting.all() or not parting.any():
            return parting
        one, other = _means(windows, parting)
        moved = windows @ other > windows @ one
        if np.array_equal(moved, parting):
            return parting
        parting = moved
    return parting


def _is_fair(parting: NDArray[np.bool_]) -> bool:
    smaller = min(int(parting.sum()), int((~parting).sum()))
    return smaller >= max(FEWEST_IN_GROUP, SMALLEST_SHARE * len(parting))


def _means(windows: Vectors, parting: NDArray[np.bool_]) -> Vectors:
    """Unit means of the two groups: float32 [2, 256]."""
    means = np.stack([windows[~parting].mean(axis=0), windows[parting].mean(axis=0)])
    units: Vectors = means / np.linalg.norm(means, axis=1, keepdims=True)
    return units


def _tightness(windows: Vectors, means: Vectors) -> float:
    """Mean cosine of the windows with the nearer mean."""
    return float((windows @ means.T).max(axis=1).mean())
