"""The prompts that recordings make, the most promising first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from hwamei.domain.audio import Audio
from hwamei.domain.errors import EngineFailed
from hwamei.engines.zipvoice.attribution import attributed
from hwamei.engines.zipvoice.cutting import SHORTEST_S, WHOLE_S, Cut, apart, cuts_at_pauses
from hwamei.engines.zipvoice.prompt import ENGINE, Prompt
from hwamei.engines.zipvoice.runtime import Ear

_PEOPLE_SPEAK = (1.0, 12.0)  # syllables a second, slowest and fastest
_WORDS_UNKNOWN = (
    "what is said in the recordings is not known; give it with them (`hwamei clone --text`), or let this machine"
    " listen: `hwamei models pull sense-voice`"
)
_WORDS_DO_NOT_FIT = (
    "the words do not fit the recordings; give a recording of 3 to 10 s with exactly what is said in it, or let this"
    " machine listen: `hwamei models pull sense-voice`"
)


def prompts(reference: Sequence[Audio], said: Sequence[str | None], ear: Ear | None) -> Iterator[tuple[Cut, Prompt]]:
    """Prompts with where they were cut, the best first. Raises EngineFailed where there is none."""
    words = [text for text, _ in zip_longest(said[: len(reference)], reference)]
    cuts = [cut for number, audio in enumerate(reference) for cut in _cuts(number, audio, words[number], ear)]
    if not cuts:
        raise EngineFailed(engine=ENGINE, problem=_WORDS_DO_NOT_FIT if any(words) else _WORDS_UNKNOWN)
    given = 0
    for cut in apart(cuts, reference):
        text = cut.words or (ear.hear(cut.of(reference)) if ear else "")
        if not text:
            continue
        prompt = Prompt.of(cut.of(reference), text)
        if prompt.tokens and _PEOPLE_SPEAK[0] <= prompt.syllables_per_s <= _PEOPLE_SPEAK[1]:
            given += 1
            yield cut, prompt
    if not given:
        raise EngineFailed(engine=ENGINE, problem=_WORDS_DO_NOT_FIT)


def _cuts(number: int, audio: Audio, words: str | None, ear: Ear | None) -> list[Cut]:
    """The stretches of one recording whose words are known, or can be heard."""
    whole = Cut(number, 0.0, audio.duration_s, words)
    if words and SHORTEST_S <= audio.duration_s <= WHOLE_S:
        return [whole]
    if ear is not None:
        return cuts_at_pauses(number, audio)
    if not words:
        return []
    return attributed(number, audio, words) or ([whole] if audio.duration_s <= WHOLE_S else [])
