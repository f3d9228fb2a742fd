"""A text to a labelled file of speech with the times of its words, or to sound as it is being spoken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from hwamei.domain.audio import Audio
from hwamei.domain.errors import TextEmpty
from hwamei.domain.speech import SpeechOrder
from hwamei.domain.utterance import SpokenUtterance, WordTiming
from hwamei.domain.voice import Voiceprint
from hwamei.dsp.joins import with_pause
from hwamei.labels.aigc import AigcLabel
from hwamei.labels.finish import FinishedFacts, finish
from hwamei.ports import Engine, Progress
from hwamei.service.progress import Stretches, unheeded
from hwamei.service.speech_file import SpeechFile
from hwamei.service.utterances import Mouth
from hwamei.subtitles.cue import Cue
from hwamei.subtitles.cut import cut_into_cues
from hwamei.text.lexicon import Lexicon
from hwamei.text.plan import plan

_SPOKEN_PERCENT = 99.0  # the rest is for closing the file


@dataclass(frozen=True, slots=True)
class Speech:
    """A file of speech. Times count from its start; `words` in the order of the text.

    `real_time_factor`: seconds of work per second of sound; `first_audio_s`: from the order to the first sound. An
    engine that loads its models when it first speaks adds that to both of the first order.
    """

    path: Path
    duration_s: float
    words: tuple[WordTiming, ...]
    subtitles: tuple[Cue, ...]
    real_time_factor: float
    first_audio_s: float
    loudness_lufs: float
    peak_dbfs: float
    engine: str


class Narrator:
    """Speaks orders. Used by one thread at a time, like its engine."""

    def __init__(self, engine: Engine, *, new_label: Callable[[], AigcLabel], now_s: Callable[[], float]) -> None:
        """`new_label`: the label of a new file; `now_s`: a clock that never goes back."""
        self._engine, self._new_label, self._now_s = engine, new_label, now_s

    def speak(
        self,
        order: SpeechOrder,
        voiceprint: Voiceprint,
        target: SpeechFile,
        *,
        lexicon: Lexicon | None = None,
        progress: Progress = unheeded,
    ) -> Speech:
        """The order as a file, which appears when it is complete. Keeps times in memory, but no sound.

        Raises TextEmpty, BadMarkup, EngineFailed, OSError.
        """
        begun_s = self._now_s()
        told = Stretches(progress)
        told.tell(0)
        tape = _Tape(len(order.text), self._now_s, told.part(0, _SPOKEN_PERCENT))
        facts = finish(
            tape.record(self._begun(order, voiceprint, lexicon, awaited=False)),
            target.path,
            format=target.format,
            sample_rate_hz=target.sample_rate_hz,
            label=self._new_label(),
            cue=order.cue,
        )
        took_s = self._now_s() - begun_s
        speech = _speech(order, target.path, tape, facts, Work(voiceprint.engine, begun_s, took_s))
        told.tell(100)
        return speech

    def stream(
        self, order: SpeechOrder, voiceprint: Voiceprint, *, lexicon: Lexicon | None = None
    ) -> Iterator[SpokenUtterance]:
        """The order utterance by utterance, as each is spoken; the first one is there when this returns, or its first
        words, where the engine gives them earlier.

        After each belongs a silence of its utterance's `pause_after_ms`. The sound is raw: neither levelled nor
        labelled. Raises TextEmpty, BadMarkup, EngineFailed.
        """
        return self._begun(order, voiceprint, lexicon, awaited=True)

    def _begun(
        self, order: SpeechOrder, voiceprint: Voiceprint, lexicon: Lexicon | None, *, awaited: bool
    ) -> Iterator[SpokenUtterance]:
        mouth = Mouth(self._engine, voiceprint, order.delivery)
        utterances = plan(order.text, language=order.language, lexicon=lexicon)
        early = islice(utterances, 1) if awaited else ()
        spoken = chain(chain.from_iterable(map(mouth.speak_early, early)), mouth.speak_all(utterances))
        first = next(spoken, None)
        if first is None:
            raise TextEmpty()
        return _resumed(first, spoken)


def _resumed(first: SpokenUtterance, rest: Iterator[SpokenUtterance]) -> Iterator[SpokenUtterance]:
    yield first
    yield from rest


@dataclass
class _Tape:
    """Notes, while sound runs by, when each word is heard. Changed in place by the thread that records."""

    text_characters: int
    now_s: Callable[[], float]
    progress: Progress
    words: list[WordTiming] = field(default_factory=list)
    first_audio_at_s: float = 0.0
    _position_s: float = 0.0

    def record(self, utterances: Iterator[SpokenUtterance]) -> Iterator[Audio]:
        """The sound of each utterance with the pause after it."""
        self.first_audio_at_s = self.now_s()
        for spoken in utterances:
            audio = with_pause(spoken.audio, spoken.utterance.pause_after_ms)
            self.words += shifted(spoken.timings, self._position_s)
            self._position_s += audio.duration_s
            yield audio
            self.progress(100 * self.words[-1].word.end / self.text_characters)


def shifted(timings: tuple[WordTiming, ...] | list[WordTiming], by_s: float) -> Iterator[WordTiming]:
    """The same words, by_s later."""
    return (WordTiming(timing.word, timing.start_s + by_s, timing.end_s + by_s) for timing in timings)


class Work(NamedTuple):
    """Who worked, from when on a clock, for how long."""

    engine: str
    begun_s: float
    took_s: float


def _speech(order: SpeechOrder, path: Path, tape: _Tape, facts: FinishedFacts, work: Work) -> Speech:
    words = tuple(shifted(tape.words, facts.cue_s))
    return Speech(
        path=path,
        duration_s=facts.duration_s,
        words=words,
        subtitles=tuple(cut_into_cues(order.text, words, duration_s=facts.duration_s)),
        real_time_factor=work.took_s / facts.duration_s,
        first_audio_s=tape.first_audio_at_s - work.begun_s,
        loudness_lufs=facts.loudness_lufs,
        peak_dbfs=facts.peak_dbfs,
        engine=work.engine,
    )
