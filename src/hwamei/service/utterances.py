"""Speaking utterances one by one, none of them with words missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from hwamei.domain.errors import EngineFailed
from hwamei.domain.speech import SPEED_RANGE, Delivery
from hwamei.domain.utterance import Mark, SpokenUtterance, Utterance, Word
from hwamei.domain.voice import Voiceprint
from hwamei.ports import EarlyEngine, Engine
from hwamei.service.plausible import problem_with

_SLOWER = 0.9  # of the speed asked for: another try for what cannot be cut


@dataclass(frozen=True)
class Mouth:
    """An engine, and how it is to speak. Used by one thread at a time, like the engine."""

    engine: Engine
    voiceprint: Voiceprint
    delivery: Delivery

    def speak_all(self, utterances: Iterable[Utterance]) -> Iterator[SpokenUtterance]:
        """Each utterance, or its halves, as sound. Holds one at a time. Raises EngineFailed."""
        for utterance in utterances:
            yield from self._wholly_spoken(utterance)

    def speak_early(self, utterance: Utterance) -> Generator[SpokenUtterance, None, None]:
        """One utterance for somebody who is waiting: in parts, of which the first is soon there, by an engine that can.
        What a part leaves out is spoken again with all after it. Raises EngineFailed."""
        if not isinstance(self.engine, EarlyEngine) or not utterance.words:
            yield from self._wholly_spoken(utterance)
            return
        rest = utterance
        with closing(self.engine.speak_early(utterance, self.voiceprint, self.delivery)) as parts:
            for part in parts:
                if problem_with(part, self.delivery) is not None:
                    break
                yield part
                rest = replace(rest, parts=rest.parts[len(part.utterance.parts) :])
        yield from self._wholly_spoken(rest)

    def _wholly_spoken(self, utterance: Utterance) -> Iterator[SpokenUtterance]:
        """The utterance in one go; if that leaves something out, in two; a short one more slowly."""
        if not utterance.words:
            return
        spoken = self.engine.speak(utterance, self.voiceprint, self.delivery)
        if problem_with(spoken, self.delivery) is None:
            yield spoken
            return
        halves = halved(utterance)
        if halves:
            yield from map(self._spoken_or_refused, halves)
        else:
            yield self._slower()._spoken_or_refused(utterance)

    def _spoken_or_refused(self, utterance: Utterance) -> SpokenUtterance:
        spoken = self.engine.speak(utterance, self.voiceprint, self.delivery)
        problem = problem_with(spoken, self.delivery)
        if problem is not None:
            raise EngineFailed(engine=self.engine.name, problem=f"{problem}, twice; write that sentence differently")
        return spoken

    def refuse_unless_whole(self, spoken: SpokenUtterance) -> None:
        """For who has sent it already and cannot have it said again. Raises EngineFailed."""
        problem = problem_with(spoken, self.delivery)
        if problem is not None:
            raise EngineFailed(engine=self.engine.name, problem=f"{problem}; write that sentence differently")

    def _slower(self) -> Mouth:
        speed = max(SPEED_RANGE[0], self.delivery.speed * _SLOWER)
        return replace(self, delivery=replace(self.delivery, speed=speed))


def halved(utterance: Utterance) -> tuple[Utterance, Utterance] | None:
    """The utterance in two, at the mark nearest to its middle or else between words; None if it is a single word."""
    places = [i for i in range(1, len(utterance.parts)) if _may_begin(utterance.parts, i)]
    if not places:
        return None
    middle = len(utterance.parts) / 2
    cut = min(places, key=lambda i: (not isinstance(utterance.parts[i - 1], Mark), abs(i - middle)))
    first, second = utterance.parts[:cut], utterance.parts[cut:]
    return _part(utterance, first, 0), _part(utterance, second, utterance.pause_after_ms)


def _may_begin(parts: Sequence[Word | Mark], position: int) -> bool:
    """Whether a half may begin with this part: a word that is not tied to the one before, with words on both sides."""
    part = parts[position]
    return isinstance(part, Word) and not part.joined and any(isinstance(before, Word) for before in parts[:position])


def _part(whole: Utterance, parts: tuple[Word | Mark, ...], pause_after_ms: int) -> Utterance:
    languages = Counter(part.language for part in parts if isinstance(part, Word))
    return replace(whole, parts=parts, language=languages.most_common(1)[0][0], pause_after_ms=pause_after_ms)
