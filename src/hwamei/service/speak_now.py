"""Speech for somebody who is waiting: it passes no queue and is kept nowhere."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from uuid import UUID

from hwamei.codecs.companding import Compander
from hwamei.codecs.formats import Format
from hwamei.codecs.riff import with_lengths
from hwamei.domain.app import App
from hwamei.domain.audio import Audio
from hwamei.domain.errors import TextTooLong
from hwamei.domain.speech import MAX_TEXT_CHARACTERS
from hwamei.domain.speech_task import Segment
from hwamei.domain.usage import Measure
from hwamei.domain.voice import Voiceprint
from hwamei.dsp.joins import with_pause
from hwamei.labels.aigc import AigcLabel, to_json
from hwamei.labels.finish import stream
from hwamei.ports import Engine, LexiconStore
from hwamei.service.casting import Casting
from hwamei.service.engine_pool import EnginePool
from hwamei.service.now_order import NowOrder, SoundForm
from hwamei.service.observer import Observer
from hwamei.service.reading import lexicons_of
from hwamei.service.script import script
from hwamei.service.spending import Spending
from hwamei.service.utterances import Mouth
from hwamei.text.lexicon import Lexicon


@dataclass(frozen=True, eq=False)
class NowSpoken:
    """Speech on its way. The first chunk is there; closing `chunks` stops the engine within one utterance.

    `label_json`: the mark of AI-made sound, which a pcm stream cannot carry itself.
    """

    media_type: str
    label_json: str
    chunks: Generator[bytes, None, None]

    def completed(self, sound: bytes) -> bytes:
        """All chunks together as one file: a WAV then says how long it is, which its beginning could not know."""
        return with_lengths(sound) if self.media_type == Format.WAV.content_type else sound


@dataclass(frozen=True)
class SpeakNow:
    """Speaks at once or not at all. Safe from many threads."""

    pool: EnginePool
    casting: Casting
    lexicons: LexiconStore
    spending: Spending
    new_label: Callable[[], AigcLabel]
    observer: Observer
    now_s: Callable[[], float]

    def speak(
        self, app: App, segments: Sequence[Segment], *, format: str, sample_rate_hz: int, lexicon: str | None = None
    ) -> NowSpoken:
        """The segments one after the other as a stream in the format, with one lexicon. Raises what `speak_order`
        does."""
        lexicons = () if lexicon is None else ((lexicon, None),)
        return self.speak_order(app, NowOrder(tuple(segments), SoundForm(format, sample_rate_hz), lexicons))

    def speak_order(self, app: App, order: NowOrder) -> NowSpoken:
        """The order as a stream.

        Raises TooBusy, NotFound, VoiceNotReady, Unknown, OutOfRange, TextTooLong, BadMarkup, QuotaUsedUp, EngineFailed.
        """
        begun_s = self.now_s()
        wanted, form = order.form.streamable(), order.form
        characters = _characters(order.segments)
        readings = lexicons_of(self.lexicons, app.id, order.lexicons)
        prints = {segment.voice: self.casting.voiceprint(app.id, segment.voice) for segment in order.segments}
        label = self.new_label()
        with ExitStack() as turn:
            engine = turn.enter_context(self.pool.at_once())
            self.spending.spend(app, {Measure.CHARACTERS: characters, Measure.SPOKEN_NOW: 1})
            pieces = stream(
                self._audios(engine, order, prints, readings),
                format=wanted,
                sample_rate_hz=form.sample_rate_hz,
                label=label,
                cue=any(segment.order.cue for segment in order.segments),
                bits_per_s=form.bits_per_s,
            )
            self.observer.first_audio(self.now_s() - begun_s)
            chunks = _in_turn(_by_law(pieces, form), turn.pop_all())
            next(chunks)
            return NowSpoken(form.content_type, to_json(label), chunks)

    def _audios(
        self, engine: Engine, order: NowOrder, prints: Mapping[UUID | str, Voiceprint], lexicon: Lexicon
    ) -> Iterator[Audio]:
        begun_s = self.now_s()
        for line in script(order.segments, lexicon):
            segment = order.segments[line.segment]
            mouth = Mouth(engine, prints[segment.voice], segment.delivery)
            for spoken in mouth.speak_all([line.utterance]):
                self.observer.spoken(spoken.audio.duration_s, self.now_s() - begun_s)
                order.heard(line.segment, spoken)
                yield with_pause(spoken.audio, spoken.utterance.pause_after_ms)
                begun_s = self.now_s()


def _by_law(pieces: Generator[bytes, None, None], form: SoundForm) -> Generator[bytes, None, None]:
    """The pieces of pcm in eight bits, if that is wanted."""
    return pieces if form.law is None else _companded(pieces, Compander(form.law, form.sample_rate_hz))


def _companded(pieces: Generator[bytes, None, None], compander: Compander) -> Generator[bytes, None, None]:
    try:
        for piece in pieces:
            yield compander.push(piece)
    finally:
        pieces.close()


def _in_turn(pieces: Generator[bytes, None, None], turn: ExitStack) -> Generator[bytes, None, None]:
    """The pieces; the turn is given back when they end or nobody wants more. The first `next` only enters it."""
    with turn:
        try:
            yield b""
            yield from pieces
        finally:
            pieces.close()


def _characters(segments: Sequence[Segment]) -> int:
    characters = sum(len(segment.order.text) for segment in segments)
    if characters > MAX_TEXT_CHARACTERS:
        raise TextTooLong(given=characters, allowed=MAX_TEXT_CHARACTERS)
    return characters
