"""When the words of several segments are heard, and the subtitles that this makes."""

from __future__ import annotations

from collections.abc import Iterator

from hwamei.domain.audio import Audio
from hwamei.domain.utterance import WordTiming
from hwamei.labels.finish import FinishedFacts
from hwamei.service.speech import shifted
from hwamei.service.spoken_line import SpokenLine
from hwamei.subtitles.cue import Cue
from hwamei.subtitles.cut import cut_into_cues


class SegmentTape:
    """Notes, while lines run by, when each segment's words are heard, and who speaks. Changed in place by one
    thread."""

    def __init__(self, texts: list[str]) -> None:
        self._texts = texts
        self._words: list[list[WordTiming]] = [[] for _ in texts]
        self._ends_s = [0.0] * len(texts)
        self._position_s = 0.0
        self._engines: dict[str, None] = {}

    @property
    def engines(self) -> tuple[str, ...]:
        """Who spoke, in the order of their first line."""
        return tuple(self._engines)

    def record(self, lines: Iterator[SpokenLine]) -> Iterator[Audio]:
        """The sound of each line."""
        for line in lines:
            if line.engine:
                self._engines[line.engine] = None
            self._words[line.segment].extend(shifted(line.words, self._position_s))
            self._position_s += line.audio.duration_s
            self._ends_s[line.segment] = self._position_s
            yield line.audio

    def cues(self, facts: FinishedFacts) -> list[Cue]:
        """The subtitles of all segments, in their order."""
        cues: list[Cue] = []
        for text, words, end_s in zip(self._texts, self._words, self._ends_s, strict=True):
            heard = tuple(shifted(words, facts.cue_s))
            cues += cut_into_cues(text, heard, duration_s=min(end_s + facts.cue_s, facts.duration_s))
        return cues
