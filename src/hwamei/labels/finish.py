"""The one way that speech takes from an engine to a file or a listener.

Each utterance, whole or in pieces: faded at its edges → brought to one loudness → (after the audible cue) → resampled
→ limited → encoded, with the label. Everything before the encoder is float; samples are rounded once, by the encoder.
Memory does not grow with length.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np

from hwamei.codecs.encode import Encoder, Target, open_encoder
from hwamei.codecs.formats import Format
from hwamei.codecs.whole_file import whole_file
from hwamei.domain.audio import Audio, Samples
from hwamei.domain.errors import EngineFailed, Unknown
from hwamei.dsp import cue as audible
from hwamei.dsp.decibel import SILENCE_DB, amplitude, level_db
from hwamei.dsp.limiter import Limiter
from hwamei.dsp.loudness import LoudnessMeter
from hwamei.dsp.resample import Resampler
from hwamei.labels.aigc import KEY, AigcLabel, sidecar, to_json
from hwamei.labels.pieces import Piece, levelled, sounding


@dataclass(frozen=True, slots=True)
class FinishedFacts:
    """What came out. `cue_s`: how much later everything is heard because of the audible cue. Silence: SILENCE_DB."""

    duration_s: float
    loudness_lufs: float
    peak_dbfs: float
    cue_s: float


def finish(  # noqa: PLR0913  # by keyword, but for the first two
    chunks: Iterable[Audio | Piece],
    target: Path,
    *,
    format: Format,
    sample_rate_hz: int,
    label: AigcLabel,
    cue: bool = False,
    louder_db: float = 0.0,
) -> FinishedFacts:
    """Write the utterances, one chunk each or in pieces, as one labelled file, which appears when it is complete and
    not before.

    `louder_db`: than the one loudness, as far as the limiter lets it.
    A pcm file gets its label beside it, as `<file>.aigc.json`. Raises OutOfRange or Unknown for the rate, BadLabel,
    EngineFailed if there is no sound, OSError, and what the chunks raise; then nothing is left behind.
    """
    tags = _tags(label, format, sample_rate_hz)
    gauge = _Gauge(sample_rate_hz)
    with whole_file(target) as file:
        with open_encoder(file, format, sample_rate_hz, tags=tags) as encoder:
            for samples in _finished(chunks, sample_rate_hz, cue=cue, louder_db=louder_db):
                gauge.add(samples)
                encoder.write(samples)
        if format is Format.PCM:
            with whole_file(sidecar(target)) as beside:
                beside.write(tags[KEY].encode("ascii"))
    return gauge.facts(audible.DURATION_S if cue else 0.0)


def stream(
    chunks: Iterable[Audio | Piece],
    *,
    format: Format,
    sample_rate_hz: int,
    label: AigcLabel,
    cue: bool = False,
    bits_per_s: int | None = None,
) -> Generator[bytes, None, None]:
    """The same as bytes while it is being spoken; the label comes at the beginning (pcm carries none: say it beside).

    The checks are made and the first sound is there when this returns. `bits_per_s`: of a lossy format, None: what
    speech needs. Raises like `finish`, and Unknown for a format that cannot be played before it is complete.
    Closing the iterator closes the chunks.
    """
    tags = _tags(label, format, sample_rate_hz)
    if not format.streams:
        raise Unknown(what="format to stream", given=format, known=[each for each in Format if each.streams])
    blocks = _finished(chunks, sample_rate_hz, cue=cue)
    encoder_into = partial(open_encoder, format=format, sample_rate_hz=sample_rate_hz, tags=tags, bits_per_s=bits_per_s)
    pieces = _encoded(blocks, encoder_into)
    first = next(pieces)
    return _resumed(first, pieces)


def _tags(label: AigcLabel, format: Format, sample_rate_hz: int) -> dict[str, str]:
    format.check_sample_rate(sample_rate_hz)
    return {KEY: to_json(label)}


def _finished(
    chunks: Iterable[Audio | Piece], sample_rate_hz: int, *, cue: bool, louder_db: float = 0.0
) -> Iterator[Samples]:
    """Everything but the encoding: blocks of samples at sample_rate_hz, under the limiter's ceiling."""
    pieces = sounding(chunks)
    first = next(pieces, None)
    if first is None:
        raise EngineFailed(engine="in use", problem="gave no sound at all; report it with the text")
    engine_rate_hz = first.audio.sample_rate_hz
    spoken = _louder(levelled(chain([first], pieces), engine_rate_hz), louder_db)
    resampler, limiter = Resampler(engine_rate_hz, sample_rate_hz), Limiter(sample_rate_hz)
    for samples in chain([audible.cue(engine_rate_hz).samples] if cue else [], spoken):
        yield limiter.push(resampler.push(samples))
    yield limiter.push(resampler.finish())
    yield limiter.finish()


def _louder(spoken: Iterator[Samples], by_db: float) -> Iterator[Samples]:
    if by_db == 0:
        return spoken
    factor = np.float32(amplitude(by_db))
    return (samples * factor for samples in spoken)


def _encoded(
    blocks: Iterator[Samples], encoder_into: Callable[[Target], AbstractContextManager[Encoder]]
) -> Generator[bytes, None, None]:
    pipe = _Pipe()
    with encoder_into(pipe) as encoder:
        for samples in blocks:
            encoder.write(samples)
            if pipe.filled:
                yield pipe.take()
    if pipe.filled:
        yield pipe.take()


def _resumed(first: bytes, rest: Generator[bytes, None, None]) -> Generator[bytes, None, None]:
    try:
        yield first
        yield from rest
    finally:
        rest.close()


class _Pipe:
    """Holds what the encoder wrote until it is taken."""

    def __init__(self) -> None:
        self.filled = bytearray()

    def write(self, data: bytes, /) -> int:
        self.filled += data
        return len(data)

    def seekable(self) -> bool:
        return False

    def tell(self) -> int:
        raise io.UnsupportedOperation

    def seek(self, offset: int, whence: int = 0, /) -> int:
        raise io.UnsupportedOperation

    def take(self) -> bytes:
        taken, self.filled = bytes(self.filled), bytearray()
        return taken


class _Gauge:
    """Measures what goes by."""

    def __init__(self, sample_rate_hz: int) -> None:
        self._sample_rate_hz = sample_rate_hz
        self._meter = LoudnessMeter(sample_rate_hz)
        self._length_samples = 0
        self._peak = 0.0

    def add(self, samples: Samples) -> None:
        self._meter.add(samples)
        self._length_samples += len(samples)
        self._peak = max(self._peak, float(np.abs(samples).max(initial=0.0)))

    def facts(self, cue_s: float) -> FinishedFacts:
        loudness_lufs = self._meter.loudness_lufs()
        return FinishedFacts(
            duration_s=self._length_samples / self._sample_rate_hz,
            loudness_lufs=SILENCE_DB if loudness_lufs is None else loudness_lufs,
            peak_dbfs=level_db(self._peak),
            cue_s=cue_s,
        )
