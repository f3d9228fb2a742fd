"""Samples to a file or a pipe, as they come: nothing is held back but what a codec needs for its next block."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from shutil import copyfileobj
from tempfile import NamedTemporaryFile
from typing import Protocol, Self

import av
import av.container
import numpy as np
from av.audio.stream import AudioStream

from hwamei.codecs import riff
from hwamei.codecs.formats import Format
from hwamei.domain.audio import Samples
from hwamei.dsp.quantise import quantise


class Target(Protocol):
    """What is written to: a binary file, or a pipe that cannot seek."""

    def write(self, data: bytes, /) -> object:
        """Take all of these bytes."""

    def seekable(self) -> bool:
        """Whether `tell` and `seek` work."""

    def tell(self) -> int:
        """Where it stands."""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go there."""


class Encoder(Protocol):
    """Takes the samples of one file, in order. Used by one thread."""

    def write(self, samples: Samples) -> None:
        """Add samples: float32 [n], mono, −1..1, at the encoder's rate."""


@contextmanager
def open_encoder(
    target: Target,
    format: Format,
    sample_rate_hz: int,
    *,
    tags: Mapping[str, str] | None = None,
    bits_per_s: int | None = None,
) -> Iterator[Encoder]:
    """An encoder that writes into `target`, which may be a pipe; the end of the context completes the file.

    `tags` (printable ASCII; names of four letters for wav) stand at the beginning of what is written; pcm has no room
    for any. An m4a is written at the end, as its index comes first. `bits_per_s`: of a lossy format, None: what speech
    needs at that rate. The target stays open. Raises OutOfRange or Unknown for a rate that the format does not know.
    """
    format.check_sample_rate(sample_rate_hz)
    tags = tags or {}
    if format is Format.PCM:
        yield _PcmEncoder(target)
    elif format is Format.WAV:
        wav = _WavEncoder(target, sample_rate_hz, tags)
        yield wav
        wav.finish()
    elif format is Format.M4A:
        # FFmpeg opens the file a second time, by name, to move the index to the front.
        with NamedTemporaryFile(suffix=".m4a") as whole:
            with _AvEncoder(whole.name, format, sample_rate_hz, tags, bits_per_s) as encoder:
                yield encoder
            copyfileobj(whole, target)
    else:
        seen = target if target.seekable() else _WriteOnly(target)
        with _AvEncoder(seen, format, sample_rate_hz, tags, bits_per_s) as encoder:
            yield encoder


class _PcmEncoder:
    """Bare signed 16-bit little-endian samples."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def write(self, samples: Samples) -> None:
        self._target.write(quantise(samples).astype("<i2").tobytes())


class _WavEncoder:
    """16-bit WAV; where the target can seek, the lengths in the header are put right at the end."""

    def __init__(self, target: Target, sample_rate_hz: int, tags: Mapping[str, str]) -> None:
        self._target, self._sample_rate_hz, self._tags = target, sample_rate_hz, tags
        self._start = target.tell() if target.seekable() else 0
        self._data_bytes = 0
        target.write(riff.header(sample_rate_hz, tags))

    def write(self, samples: Samples) -> None:
        block = quantise(samples).astype("<i2").tobytes()
        self._target.write(block)
        self._data_bytes += len(block)

    def finish(self) -> None:
        if not self._target.seekable():
            return
        self._target.seek(self._start)
        self._target.write(riff.header(self._sample_rate_hz, self._tags, self._data_bytes))
        self._target.seek(0, 2)


class _WriteOnly:
    """Hides `seek` from FFmpeg, so that it writes a file that needs no going back."""

    def __init__(self, target: Target) -> None:
        self.write = target.write


class _AvEncoder:
    """MP3, Opus, FLAC, M4A and AAC through FFmpeg's libraries."""

    def __init__(
        self,
        target: Target | _WriteOnly | str,
        format: Format,
        sample_rate_hz: int,
        tags: Mapping[str, str],
        bits_per_s: int | None,
    ) -> None:
        options = _STREAM_OPTIONS if isinstance(target, _WriteOnly) else _FILE_OPTIONS
        self._container = av.open(target, mode="w", format=_MUXERS[format], container_options=options.get(format, {}))
        self._container.metadata.update(tags)
        self._stream = _audio_stream(self._container, format, sample_rate_hz, bits_per_s)
        self._position_samples = 0
        self._container.start_encoding()  # the header, with the tags, goes out now and not with the first sound

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._container.mux(self._stream.encode(None))
        self._container.close()

    def write(self, samples: Samples) -> None:
        if not len(samples):
            return
        frame = _frame(samples, self._stream)
        frame.pts = self._position_samples
        self._position_samples += len(samples)
        self._container.mux(self._stream.encode(frame))


def _audio_stream(
    container: av.container.OutputContainer, format: Format, sample_rate_hz: int, bits_per_s: int | None
) -> AudioStream:
    # Opus takes more bits for what needs them; where somebody has said how many, it is to keep to that.
    options = {"vbr": "constrained"} if format is Format.OPUS and bits_per_s else {}
    stream = container.add_stream(_CODECS[format], rate=sample_rate_hz, options=options)
    assert isinstance(stream, AudioStream)  # for the type checker: these codecs make no other
    stream.layout = "mono"
    stream.format = _SAMPLE_FORMATS[format]
    stream.time_base = Fraction(1, sample_rate_hz)
    if not format.lossless:
        stream.bit_rate = bits_per_s or _bit_rate_per_s(sample_rate_hz)
    return stream


def _frame(samples: Samples, stream: AudioStream) -> av.AudioFrame:
    sample_format = stream.format.name
    block = quantise(samples) if sample_format == "s16" else samples * np.float32(_GAINS.get(stream.codec.name, 1.0))
    frame = av.AudioFrame.from_ndarray(block[np.newaxis, :], format=sample_format, layout="mono")
    frame.sample_rate = stream.rate
    frame.time_base = Fraction(1, stream.rate)
    return frame


def _bit_rate_per_s(sample_rate_hz: int) -> int:
    """Bits per second for mono speech without audible loss, and within what MP3 allows at that rate."""
    return next(bits for highest_hz, bits in _BIT_RATES if sample_rate_hz <= highest_hz)


_BIT_RATES = ((12_000, 48_000), (16_000, 64_000), (24_000, 80_000), (48_000, 128_000))

_MUXERS = {Format.MP3: "mp3", Format.FLAC: "flac", Format.OPUS: "ogg", Format.M4A: "ipod", Format.AAC: "adts"}
_CODECS = {Format.MP3: "libmp3lame", Format.FLAC: "flac", Format.OPUS: "libopus", Format.M4A: "aac", Format.AAC: "aac"}
# The lossy encoders take float, so nothing is rounded before them.
_SAMPLE_FORMATS = {
    Format.MP3: "fltp",
    Format.FLAC: "s16",
    Format.OPUS: "flt",
    Format.M4A: "fltp",
    Format.AAC: "fltp",
}
# The index first, so that a player can start at once; tags under their own names in moov/udta/meta (handler mdta).
MP4_OPTIONS = {"movflags": "+faststart+use_metadata_tags"}
_GAINS = {"libmp3lame": 1 / 0.95}  # LAME turns everything down to 0.95, and has no switch for it that FFmpeg passes on
_WITH_ID3 = {"write_id3v2": "1"}  # bare AAC has no other place for tags, and players pass over this one
_FILE_OPTIONS = {Format.M4A: MP4_OPTIONS, Format.AAC: _WITH_ID3}
# A listener waits, so each packet goes out when it is made.
_STREAM_OPTIONS = {
    Format.MP3: {"flush_packets": "1", "write_xing": "0"},  # that header would have to be filled in at the end
    Format.FLAC: {"flush_packets": "1"},
    Format.AAC: {"flush_packets": "1", **_WITH_ID3},
    Format.OPUS: {"flush_packets": "1", "page_duration": "200000"},  # microseconds
}
