"""One utterance on its way to a listener: in pieces or parts where its engine gives such, else as a whole."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing

from hwamei.domain.audio import Audio
from hwamei.domain.utterance import SpokenUtterance, Utterance
from hwamei.dsp.joins import EdgeFader, silence, with_pause
from hwamei.labels.pieces import Piece
from hwamei.ports import EarlyEngine, StreamingEngine
from hwamei.service.utterances import Mouth

Uttered = Callable[[SpokenUtterance], None]
"""Told of what was spoken when its sound is there: of an utterance in pieces before the last of them is sent."""


def utter(mouth: Mouth, utterance: Utterance, uttered: Uttered, *, awaited: bool) -> Iterator[Piece]:
    """The utterance with the pause after it. `awaited`: nothing was heard yet. Raises EngineFailed, EngineDown,
    EngineHung; in the midst of an utterance too, if it comes in pieces or parts."""
    if isinstance(mouth.engine, StreamingEngine) and utterance.words:
        yield from _in_pieces(mouth, mouth.engine, utterance, uttered)
        return
    if awaited and isinstance(mouth.engine, EarlyEngine) and utterance.words:
        for part in mouth.speak_early(utterance):
            uttered(part)
            yield Piece(part.audio, is_last=False)
        yield Piece(silence(utterance.pause_after_ms / 1000, mouth.engine.sample_rate_hz))
        return
    for spoken in mouth.speak_all([utterance]):
        uttered(spoken)
        yield Piece(with_pause(spoken.audio, spoken.utterance.pause_after_ms))


def _in_pieces(
    mouth: Mouth, engine: StreamingEngine, utterance: Utterance, uttered: Uttered
) -> Generator[Piece, None, None]:
    edges = EdgeFader(engine.sample_rate_hz)
    spoken: SpokenUtterance | None = None
    with closing(engine.stream(utterance, mouth.voiceprint, mouth.delivery)) as parts:
        while spoken is None:
            try:
                part = next(parts)
            except StopIteration as end:
                spoken = end.value
            else:
                yield Piece(Audio(edges.push(part.samples), engine.sample_rate_hz), is_last=False)
    assert spoken is not None
    mouth.refuse_unless_whole(spoken)
    uttered(spoken)
    yield Piece(Audio(edges.finish(), engine.sample_rate_hz), is_last=False)
    yield Piece(silence(utterance.pause_after_ms / 1000, engine.sample_rate_hz))
