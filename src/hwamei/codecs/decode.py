"""Sound files to samples, within limits that hold while decoding and not only after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import av
import av.container
import numpy as np
from numpy.typing import NDArray

from hwamei.codecs.containers import demuxer_of, opened
from hwamei.codecs.mp4_tables import TablesTooBig
from hwamei.domain.audio import Audio, Samples
from hwamei.domain.errors import BadAudio

MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class DecodeLimits:
    """What a file may at most be. Decoding stops as soon as one is passed."""

    file_bytes: int = 100 * MEBIBYTE
    duration_s: float = 30 * 60
    shortest_s: float = 0.02
    decoded_bytes: int = 400 * MEBIBYTE  # 36 minutes at 48 kHz, 9 at 192 kHz
    sample_rate_hz: tuple[int, int] = (8_000, 192_000)
    channels: int = 32


def decode(source: Path, limits: DecodeLimits = DecodeLimits()) -> Audio:
    """The sound of the file: float32 [n], mono (the mean of the channels), −1..1, at the file's own rate.

    Of a truncated or damaged file what can be decoded is used. Raises BadAudio.
    """
    try:
        with source.open("rb") as file:
            return decode_file(file, str(source), limits)
    except OSError as error:
        raise BadAudio(source=str(source), problem=f"cannot be read ({error.strerror}); name a sound file") from error


def decode_file(file: BinaryIO, name: str, limits: DecodeLimits = DecodeLimits()) -> Audio:
    """The same from a file that is open for reading and can seek; `name` is for messages only. Raises BadAudio."""
    demuxer = _checked_demuxer(file, name, limits)
    pile = _Pile(name, limits)
    try:
        with opened(file, demuxer, decoders=_DECODERS) as container:
            for frame in _frames(container, name):
                pile.add(frame)
    except TablesTooBig as error:
        raise BadAudio(source=name, problem="declares more sound than a file may have; convert it to WAV") from error
    except av.FFmpegError as error:
        raise BadAudio(
            source=name, problem=f"cannot be decoded as {demuxer} ({error.strerror}); convert it to WAV"
        ) from error
    return pile.audio()


def _checked_demuxer(file: BinaryIO, name: str, limits: DecodeLimits) -> str:
    size = file.seek(0, 2)
    if size > limits.file_bytes:
        problem = (
            f"has {size / MEBIBYTE:.0f} MiB, at most {limits.file_bytes / MEBIBYTE:.0f} MiB are read;"
            " cut it or store it as FLAC, MP3 or Opus"
        )
        raise BadAudio(source=name, problem=problem)
    demuxer = demuxer_of(file)
    if demuxer is None:
        what = "is empty" if not size else "is not a sound file that Hwamei knows"
        problem = f"{what}; give a WAV, MP3, M4A/MP4, FLAC, Ogg, Opus or WebM file"
        raise BadAudio(source=name, problem=problem)
    return demuxer


def _frames(container: av.container.InputContainer, name: str) -> Iterator[av.AudioFrame]:
    """The frames of the first sound stream. A packet that cannot be decoded is left out; a broken end is an end."""
    if not container.streams.audio:
        raise BadAudio(source=name, problem="has no sound in it; give a recording of speech")
    stream = container.streams.audio[0]
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except (StopIteration, av.error.InvalidDataError, av.error.EOFError):
            return
        try:
            yield from stream.decode(packet)
        except av.FFmpegError:
            continue


class _Pile:
    """Decoded samples, piled up under the limits. Grows in place, so that the sound is in memory about once."""

    def __init__(self, name: str, limits: DecodeLimits) -> None:
        self._name, self._limits = name, limits
        self._samples = bytearray()
        self._sample_rate_hz = 0

    def add(self, frame: av.AudioFrame) -> None:
        if not self._sample_rate_hz:
            self._check_shape(frame)
            self._sample_rate_hz = frame.sample_rate
        if frame.sample_rate != self._sample_rate_hz:
            raise self._bad(
                f"changes from {self._sample_rate_hz} to {frame.sample_rate} Hz on its way; convert it to WAV"
            )
        self._samples += mono(frame).tobytes()
        self._check_length()

    def audio(self) -> Audio:
        samples = np.frombuffer(self._samples, dtype=np.float32)
        if len(samples) < self._limits.shortest_s * max(self._sample_rate_hz, 1):
            raise self._bad("has no sound in it that can be decoded; it may be cut off or damaged, export it again")
        return Audio(_within_full_scale(samples), self._sample_rate_hz)

    def _check_shape(self, frame: av.AudioFrame) -> None:
        low, high = self._limits.sample_rate_hz
        if not low <= frame.sample_rate <= high:
            raise self._bad(f"has {frame.sample_rate} samples a second, {low}..{high} are read; convert it to 48000")
        if frame.layout.nb_channels > self._limits.channels:
            raise self._bad(
                f"has {frame.layout.nb_channels} channels, at most {self._limits.channels} are read; mix it down"
            )

    def _check_length(self) -> None:
        duration_s = len(self._samples) / 4 / self._sample_rate_hz
        if duration_s > self._limits.duration_s:
            raise self._bad(f"is longer than {self._limits.duration_s / 60:g} minutes; cut it into several files")
        if len(self._samples) > self._limits.decoded_bytes:
            raise self._bad(
                f"is too much to hold after {duration_s / 60:.0f} minutes; convert it to 48000 Hz or cut it"
            )

    def _bad(self, problem: str) -> BadAudio:
        return BadAudio(source=self._name, problem=problem)


def mono(frame: av.AudioFrame) -> Samples:
    """float32 [n], the mean of the frame's channels; full scale is 1, a float format may exceed it or hold NaN."""
    channels = frame.layout.nb_channels
    block = _interleaved_64(frame, channels) if frame.format.name == "s64" else frame.to_ndarray()
    by_channel = block if frame.format.is_planar else block.reshape(-1, channels).T
    mean: NDArray[np.float64] = by_channel.mean(axis=0, dtype=np.float64)
    zero, scale = _SCALES[frame.format.packed.name]
    return ((mean - zero) / scale).astype(np.float32)


def _interleaved_64(frame: av.AudioFrame, channels: int) -> NDArray[np.int64]:
    """Samples of 64 bits, [n * channels], which PyAV does not turn into an array."""
    return np.frombuffer(bytes(frame.planes[0]), np.int64)[: frame.samples * channels]


def _within_full_scale(samples: Samples) -> Samples:
    """The samples with NaN and infinities silenced, and turned down as a whole if any is over full scale."""
    finite = samples if np.isfinite(samples).all() else np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)
    peak = max(-float(finite.min()), float(finite.max()))
    return finite if peak <= 1 else (finite / np.float32(peak)).clip(-1, 1)


# Sample format: the value of silence, and what full scale is above it.
_SCALES = {
    "u8": (128, 1 << 7),
    "s16": (0, 1 << 15),
    "s32": (0, 1 << 31),
    "s64": (0, 1 << 63),
    "flt": (0, 1),
    "dbl": (0, 1),
}

# FFmpeg's decoders for sound that people record; everything else, pictures included, stays shut.
_DECODERS = (
    *(
        "aac",
        "aac_latm",
        "alac",
        "amrnb",
        "amrwb",
        "flac",
        "mp2",
        "mp2float",
        "mp3",
        "mp3float",
        "opus",
        "libopus",
        "vorbis",
    ),
    *("pcm_u8", "pcm_s8", "pcm_alaw", "pcm_mulaw", "adpcm_ima_wav", "adpcm_ima_qt", "adpcm_ms", "gsm_ms"),
    *(
        f"pcm_{kind}{bits}{order}"
        for kind, bits in (("s", 16), ("s", 24), ("s", 32), ("f", 32), ("f", 64))
        for order in ("le", "be")
    ),
)
