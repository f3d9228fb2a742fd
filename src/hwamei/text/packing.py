"""A sentence's parts → utterances of a size that an engine speaks well."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from hwamei.domain.language import Language
from hwamei.domain.utterance import Mark, Utterance, Word
from hwamei.text.marks import CLAUSE_SYMBOLS, SENTENCE_SYMBOLS
from hwamei.text.pieces import Pause
from hwamei.text.pronounce import Part

MAX_TOKENS = 200
"""About what an utterance may cost in an engine's input symbols; an engine's own limit is far above."""
FIRST_WHOLE_TOKENS = 50
"""A first sentence as short as this is spoken whole; of a longer one the first utterance is the first clause, so that
sound comes soon."""
CLAUSE_PAUSE_MS = 100

_TOKENS_PER_SYLLABLE = 4.5
_CLOSERS = frozenset("\"'”’」』）)】》]")


def pack(parts: Sequence[Part], *, pause_ms: int, first: bool) -> Iterator[Utterance]:
    """The utterances of one sentence; `pause_ms` follows the last, `first`: it opens the order."""
    for run, pause_after_ms in _split_at_pauses(parts, pause_ms):
        rest = run if any(isinstance(part, Word) for part in run) else []
        while rest:
            end = _first_end(rest) if first else _utterance_end(rest)
            head, rest = rest[:end], rest[end:]
            if not any(isinstance(part, Word) for part in rest):
                head, rest = [*head, *rest], []
            utterance = _utterance(head, _pause_after(head) if rest else pause_after_ms)
            if utterance.words:
                yield utterance
                first = False


def _split_at_pauses(parts: Sequence[Part], pause_ms: int) -> Iterator[tuple[list[Word | Mark], int]]:
    run: list[Word | Mark] = []
    for part in parts:
        if isinstance(part, Pause):
            yield run, part.duration_ms
            run = []
        else:
            run.append(part)
    yield run, pause_ms


def _first_end(parts: Sequence[Word | Mark]) -> int:
    """The same for what is heard first: up to the first clause's end."""
    spent = list(accumulate(cost(part) for part in parts))
    if spent[-1] <= FIRST_WHOLE_TOKENS:
        return len(parts)
    clauses = (end for end in _clause_ends(parts) if _MIN_TOKENS <= spent[end - 1] <= MAX_TOKENS)
    return next(clauses, None) or _utterance_end(parts)


def _utterance_end(parts: Sequence[Word | Mark]) -> int:
    """How many parts the first utterance takes: all, or up to a clause's end, or up to a word's end."""
    spent = list(accumulate(cost(part) for part in parts))
    if spent[-1] <= MAX_TOKENS:
        return len(parts)
    fitting = [end for end in _clause_ends(parts) if _MIN_TOKENS <= spent[end - 1] <= MAX_TOKENS]
    if fitting:
        return fitting[-1]
    fits = max(1, bisect_right(spent, MAX_TOKENS))
    words = [end for end in _word_ends(parts[: fits + 1]) if end <= fits]
    return words[-1] if words else fits


_MIN_TOKENS = 16  # shorter openings ("Well," "好，") sound clipped when spoken alone


def _clause_ends(parts: Sequence[Word | Mark]) -> Iterator[int]:
    for index, part in enumerate(parts):
        if isinstance(part, Mark) and part.symbol in CLAUSE_SYMBOLS | SENTENCE_SYMBOLS:
            end = index + 1
            while end < len(parts) and _closes(parts[end], parts[end - 1]):
                end += 1
            if end < len(parts):
                yield end


def _closes(part: Word | Mark, before: Word | Mark) -> bool:
    return isinstance(part, Mark) and part.start == before.end and part.symbol in '")'


def _word_ends(parts: Sequence[Word | Mark]) -> Iterator[int]:
    for end in range(1, len(parts)):
        following = parts[end]
        if isinstance(following, Word) and not following.joined:
            yield end


def cost(part: Word | Mark) -> float:
    """About how many input symbols of an engine the part takes."""
    if isinstance(part, Mark):
        return 2
    if part.language is Language.CHINESE:
        return _TOKENS_PER_SYLLABLE * len(part.reading)
    return sum(len(reading) + 1 for reading in part.reading)


def _utterance(parts: Sequence[Word | Mark], pause_after_ms: int) -> Utterance:
    chinese = sum(part.language is Language.CHINESE for part in parts if isinstance(part, Word))
    english = sum(part.language is Language.ENGLISH for part in parts if isinstance(part, Word))
    return Utterance(tuple(parts), Language.CHINESE if chinese >= english else Language.ENGLISH, pause_after_ms)


def _pause_after(parts: Sequence[Word | Mark]) -> int:
    return CLAUSE_PAUSE_MS if isinstance(parts[-1], Mark) else 0
