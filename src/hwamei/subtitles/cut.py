"""Words in time → cues: cut at punctuation, at most 20 Chinese characters or 42 Latin letters each."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from hwamei.domain.utterance import WordTiming
from hwamei.subtitles.cue import Cue, TimedWord
from hwamei.subtitles.even import cut_evenly
from hwamei.subtitles.gap import Break, Gap, gaps_between
from hwamei.subtitles.width import FULL, width

MIN_CUE_MS = 833  # 5/6 s, the shortest in Netflix's timed text style guide; a shorter clause joins its neighbour
_AUDIBLE_GAP_S = 0.06  # between two words: a place where the speaker parted them
_UNHEARD_CUT = (FULL / 4) ** 2  # of a cut without an audible gap: as bad as a line a quarter off the even width


def cut_into_cues(text: str, timings: Sequence[WordTiming], *, duration_s: float) -> list[Cue]:
    """The cues of `text` as spoken in a file of `duration_s`: in order, not overlapping, not past its end.

    Each ends at a mark of punctuation; a clause too long for one cue is cut evenly between words, where the speaker
    parted them if possible. A cue's text is what the user wrote, without inline markup; a cue that ends in Chinese
    loses its last comma or stop, as subtitles do. A single word wider than a cue makes a cue of its own.
    """
    if not timings:
        return []
    line = _Line(timings, gaps_between(text, timings), end_ms=int(duration_s * 1000))
    pieces = [piece for clause in line.clauses() for piece in line.shortened(clause)]
    return [line.cue(run) for run in line.without_flashes(pieces)]


@dataclass(frozen=True, slots=True)
class _Run:
    """Words first..last-1."""

    first: int
    last: int


class _Line:
    """All words of a text with the gaps around them."""

    def __init__(self, timings: Sequence[WordTiming], gaps: Sequence[Gap], *, end_ms: int) -> None:
        self._timings, self._gaps, self._end_ms = timings, gaps, end_ms
        shown = (width(timing.word.text) + width(gaps[i + 1].whole) for i, timing in enumerate(timings))
        self._width_before = [0, *accumulate(shown)]

    def clauses(self) -> Iterator[_Run]:
        """The runs of words between marks of punctuation."""
        return self._cut_where(_Run(0, len(self._timings)), Break.CLAUSE)

    def shortened(self, clause: _Run) -> list[_Run]:
        """The clause in as few pieces as fit in one cue each."""
        if self._width(clause) <= FULL:
            return [clause]
        units = list(self._cut_where(clause, Break.BETWEEN))
        pieces = cut_evenly(
            [self._widest(unit) for unit in units], [self._cut_cost(unit.first) for unit in units], full=FULL
        )
        return [_Run(units[first].first, units[last - 1].last) for first, last in pieces]

    def without_flashes(self, runs: Iterable[_Run]) -> list[_Run]:
        """The runs, each too short to read joined to the nearer neighbour in its sentence where both fit in one cue."""
        kept: list[_Run] = []
        coming = deque(runs)
        while coming:
            run = coming.popleft()
            before = self._joined(kept[-1], run) if kept and self._is_flash(run) else None
            after = self._joined(run, coming[0]) if coming and self._is_flash(run) else None
            if before and not (after and self._silence_s(run.last) < self._silence_s(run.first)):
                kept[-1] = before
            elif after:
                coming[0] = after
            else:
                kept.append(run)
        return kept

    def cue(self, run: _Run) -> Cue:
        """The run as it is shown."""
        words = [self._timed(i) for i in range(run.first, run.last)]
        return Cue(words[0].start_ms, words[-1].end_ms, self._written(run), tuple(words))

    def _cut_where(self, run: _Run, strength: Break) -> Iterator[_Run]:
        first = run.first
        for last in range(run.first + 1, run.last):
            if self._gaps[last].strength >= strength:
                yield _Run(first, last)
                first = last
        yield _Run(first, run.last)

    def _cut_cost(self, position: int) -> float:
        return 0.0 if self._silence_s(position) >= _AUDIBLE_GAP_S else _UNHEARD_CUT

    def _silence_s(self, position: int) -> float:
        """Before the word at this position."""
        return self._timings[position].start_s - (self._timings[position - 1].end_s if position else 0.0)

    def _is_flash(self, run: _Run) -> bool:
        return self._duration_ms(run) < MIN_CUE_MS

    def _joined(self, run: _Run, following: _Run) -> _Run | None:
        """Both as one, if both may stand together."""
        both = _Run(run.first, following.last)
        if not (self._duration_ms(run) and self._duration_ms(following)):
            return both  # a cue of no length is none
        parted = self._gaps[following.first].strength is Break.SENTENCE
        return None if parted or self._width(both) > FULL else both

    def _width(self, run: _Run) -> int:
        """Of the run's text."""
        last = self._gaps[run.last]
        return self._widest(run) - width(last.whole) + width(last.tail)

    def _widest(self, run: _Run) -> int:
        """Of the run's text with all that stands after it, as where a cue goes on there."""
        return self._width_before[run.last] - self._width_before[run.first] + width(self._gaps[run.first].head)

    def _duration_ms(self, run: _Run) -> int:
        return self._ms(self._timings[run.last - 1].end_s) - self._ms(self._timings[run.first].start_s)

    def _timed(self, position: int) -> TimedWord:
        timing = self._timings[position]
        return TimedWord(timing.word.text, self._ms(timing.start_s), self._ms(timing.end_s))

    def _ms(self, time_s: float) -> int:
        return min(round(time_s * 1000), self._end_ms)

    def _written(self, run: _Run) -> str:
        words = [timing.word.text for timing in self._timings[run.first : run.last]]
        between = [gap.whole for gap in self._gaps[run.first + 1 : run.last]]
        inside = "".join(part for pair in zip(words, [*between, ""], strict=True) for part in pair)
        return self._gaps[run.first].head + inside + self._gaps[run.last].tail
