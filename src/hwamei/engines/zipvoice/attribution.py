"""Which part of a known text is said in which part of a recording, where nobody can listen.

A sentence takes about as long as it has syllables, and after it comes a pause. So each end of a sentence is looked for
in the pauses near where it is due; where there is none, the sentence is not parted from the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from hwamei.domain.audio import Audio
from hwamei.engines.zipvoice.cutting import LONGEST_S, SHORTEST_S, Cut, pauses
from hwamei.engines.zipvoice.syllables import syllables

_END = re.compile(r"(?<=[。！？!?；;，,、：])|(?<=[.:])(?=\s)")
_FARTHEST_SHARE = 0.05  # of the recording, from where an end is due
_FARTHEST_S = 0.6


def attributed(number: int, audio: Audio, text: str) -> list[Cut]:
    """The stretches of a good length of the recording with this number whose words are known, with them."""
    ends = list(_ends(audio, text))
    found = []
    for (start, start_s), (end, end_s) in combinations(ends, 2):
        words = text[start:end].strip()
        if words and SHORTEST_S <= end_s - start_s <= LONGEST_S:
            found.append(Cut(number, start_s, end_s, words))
    return found


def _ends(audio: Audio, text: str) -> Iterator[tuple[int, float]]:
    """Where phrases end, as an offset into the text and in seconds; first the beginning of both."""
    yield 0, 0.0
    silent = pauses(audio)
    whole = syllables(text)
    farthest_s = min(_FARTHEST_S, _FARTHEST_SHARE * audio.duration_s)
    last_s = 0.0
    for match in _END.finditer(text):
        if not text[match.start() :].strip():
            break
        due_s = audio.duration_s * syllables(text[: match.start()]) / whole
        near = [(start + end) / 2 for start, end in silent if start > last_s]
        if not near:
            continue
        nearest_s = min(near, key=lambda middle_s: abs(middle_s - due_s))
        if abs(nearest_s - due_s) <= farthest_s:
            last_s = nearest_s
            yield match.start(), nearest_s
    yield len(text), audio.duration_s
