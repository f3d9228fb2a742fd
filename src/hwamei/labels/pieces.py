"""Utterances on their way to the encoder, whole or in pieces, each brought to one loudness with faded edges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from hwamei.domain.audio import Audio, Samples
from hwamei.domain.errors import EngineFailed
from hwamei.dsp.joins import EdgeFader, fade_edges
from hwamei.dsp.loudness import Leveller
from hwamei.dsp.resample import Resampler, resample


@dataclass(frozen=True, eq=False)
class Piece:
    """A stretch of an utterance's sound; the pieces up to the last, one after the other, are the utterance."""

    audio: Audio
    is_last: bool = True


def sounding(chunks: Iterable[Audio | Piece]) -> Iterator[Piece]:
    """All as pieces, a whole utterance as one; without utterances in which there is nothing."""
    begun = False
    for chunk in chunks:
        piece = chunk if isinstance(chunk, Piece) else Piece(chunk)
        if begun or len(piece.audio.samples):
            begun = not piece.is_last
            yield piece


def levelled(pieces: Iterable[Piece], sample_rate_hz: int) -> Iterator[Samples]:
    """The sound at this rate, float32 [n] for each piece. Raises EngineFailed for samples that are no numbers."""
    leveller = Leveller()
    begun: _Begun | None = None
    for piece in pieces:
        if not np.isfinite(piece.audio.samples).all():
            raise EngineFailed(engine="in use", problem="gave samples that are no numbers; report it with the text")
        if begun is None and piece.is_last:
            yield leveller.level(fade_edges(_at_rate(piece.audio, sample_rate_hz))).samples
            continue
        begun = begun or _Begun(leveller, piece.audio.sample_rate_hz, sample_rate_hz)
        yield begun.push(piece.audio.samples)
        if piece.is_last:
            yield begun.finish()
            begun = None


def _at_rate(audio: Audio, sample_rate_hz: int) -> Audio:
    return audio if audio.sample_rate_hz == sample_rate_hz else resample(audio, sample_rate_hz)


class _Begun:
    """An utterance that comes in pieces: what is done to a whole one, as far as it can be done before it is there."""

    def __init__(self, leveller: Leveller, from_hz: int, to_hz: int) -> None:
        self._resampler, self._edges = Resampler(from_hz, to_hz), EdgeFader(to_hz)
        self._level = leveller.in_pieces(to_hz)

    def push(self, samples: Samples) -> Samples:
        """What is ready after these samples."""
        return self._level.push(self._edges.push(self._resampler.push(samples)))

    def finish(self) -> Samples:
        """The rest."""
        last = (self._edges.push(self._resampler.finish()), self._edges.finish())
        return np.concatenate([*map(self._level.push, last), self._level.finish()])
