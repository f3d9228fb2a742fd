"""Speech for somebody who is waiting: it passes no queue and is kept nowhere."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

from hwamei.codecs.companding import Compander
from hwamei.codecs.formats import Format
from hwamei.codecs.riff import with_lengths
from hwamei.domain.app import App
from hwamei.domain.errors import EngineDown, TextTooLong
from hwamei.domain.speech import MAX_TEXT_CHARACTERS
from hwamei.domain.speech_task import Segment
from hwamei.domain.usage import Measure
from hwamei.domain.utterance import SpokenUtterance
from hwamei.labels.aigc import AigcLabel, to_json
from hwamei.labels.finish import stream
from hwamei.labels.pieces import Piece
from hwamei.ports import LexiconStore
from hwamei.service.casting import Casting
from hwamei.service.engine_pool import Turns
from hwamei.service.engines import Engines
from hwamei.service.now_order import NowOrder, SoundForm
from hwamei.service.observer import Observer
from hwamei.service.reading import lexicons_of
from hwamei.service.script import script
from hwamei.service.spending import Spending
from hwamei.service.stage import Stage
from hwamei.service.stopwatch import Stopwatch
from hwamei.service.uttering import utter
from hwamei.text.lexicon import Lexicon


@dataclass(frozen=True, eq=False)
class NowSpoken:
    """Speech on its way. The first chunk is there; closing `chunks` stops the engine within one utterance.

    `label_json`: the mark of AI-made sound, which a pcm stream cannot carry itself; `engines`: that speak, in the order
    of their first segment; `turns`: of the one that has the fewest left.
    """

    media_type: str
    label_json: str
    chunks: Generator[bytes, None, None]
    engines: tuple[str, ...]
    turns: Turns

    def completed(self, sound: bytes) -> bytes:
        """All chunks together as one file: a WAV then says how long it is, which its beginning could not know."""
        return with_lengths(sound) if self.media_type == Format.WAV.content_type else sound


@dataclass(frozen=True)
class SpeakNow:
    """Speaks at once or not at all. Safe from many threads."""

    engines: Engines
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

        Raises TooBusy, NotFound, VoiceNotReady, Unknown, OutOfRange, TextTooLong, BadMarkup, QuotaUsedUp, EngineFailed,
        EngineDown.
        """
        begun_s = self.now_s()
        order.form.streamable()
        costs = {Measure.CHARACTERS: _characters(order.segments), Measure.SPOKEN_NOW: 1}
        readings = lexicons_of(self.lexicons, app.id, order.lexicons)
        roles = {voice: self.casting.role(app.id, voice) for voice in order.voices}
        label = self.new_label()
        with ExitStack() as stack:
            stage = Stage(self.engines, roles, stack)
            self.spending.spend(app, costs)
            pieces = self._begun(stage, order, readings, label)
            self.observer.first_audio(self.now_s() - begun_s, stage.engine_of(order.segments[0].voice))
            engines = stage.engines_of(segment.voice for segment in order.segments)
            chunks = _in_turn(_by_law(pieces, order.form), stack.pop_all())
            next(chunks)
            return NowSpoken(order.form.content_type, to_json(label), chunks, engines, stage.turns)

    def _begun(
        self, stage: Stage, order: NowOrder, readings: Lexicon, label: AigcLabel
    ) -> Generator[bytes, None, None]:
        """The sound, which has begun: with those who stand in, where an engine turns out to be down before anything of
        it was heard."""
        try:
            return self._stream(stage, order, readings, label)
        except EngineDown as down:
            if stage.heard:
                raise
            stage.replace(down)
            return self._stream(stage, order, readings, label)

    def _stream(
        self, stage: Stage, order: NowOrder, readings: Lexicon, label: AigcLabel
    ) -> Generator[bytes, None, None]:
        return stream(
            self._pieces(stage, order, readings),
            format=order.form.streamable(),
            sample_rate_hz=order.form.sample_rate_hz,
            label=label,
            cue=any(segment.order.cue for segment in order.segments),
            bits_per_s=order.form.bits_per_s,
        )

    def _pieces(self, stage: Stage, order: NowOrder, lexicon: Lexicon) -> Iterator[Piece]:
        for line in script(order.segments, lexicon):
            segment = order.segments[line.segment]
            mouth, work = stage.mouth(segment.voice, segment.delivery), Stopwatch(self.now_s)
            uttered = partial(self._note, order, line.segment, mouth.engine.name, work)
            for piece in work.timed(utter(mouth, line.utterance, uttered, awaited=not stage.heard)):
                stage.heard = True
                yield piece

    def _note(self, order: NowOrder, segment: int, engine: str, work: Stopwatch, spoken: SpokenUtterance) -> None:
        self.observer.spoken(spoken.audio.duration_s, work.lap_s(), engine)
        order.heard(segment, spoken)


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
