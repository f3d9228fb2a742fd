"""Sound as servers send and take it: 16-bit WAV and bare PCM, read while it comes, believing little of what it says.

Source: Multimedia Programming Interface and Data Specifications 1.0 (IBM, Microsoft, 1991), chapter 2.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from hwamei.codecs.riff import header
from hwamei.domain.audio import Audio, Samples
from hwamei.dsp.quantise import FULL_SCALE_16_BIT, quantise
from hwamei.engines.remote.failures import Broken

_MAX_HEAD_BYTES = 256 * 1024  # before the samples: tags, pictures
_CHUNK_HEAD_BYTES = 8
_RIFF_HEAD_BYTES = 12
_PCM, _EXTENSIBLE = 1, 0xFFFE
_FMT = "<HHIIHH"
_SUBFORMAT_AT = 24
_SAMPLE_BYTES = 2
_ENDLESS_FROM = 0x7FFF_0000  # lengths that writers into pipes put where none is known
_MAX_CHANNELS = 8
_RATES_HZ = (4_000, 192_000)


@dataclass(frozen=True, slots=True)
class PcmForm:
    """16-bit samples. `data_bytes`: how many there will be; None: not known."""

    sample_rate_hz: int
    channels: int = 1
    data_bytes: int | None = None

    def __post_init__(self) -> None:
        low_hz, high_hz = _RATES_HZ
        if not (low_hz <= self.sample_rate_hz <= high_hz and 1 <= self.channels <= _MAX_CHANNELS):
            raise Broken(f"sent sound of {self.channels} channels at {self.sample_rate_hz} Hz")


def wav_of(audio: Audio) -> bytes:
    """The sound as a 16-bit WAV."""
    data = quantise(audio.samples).astype("<i2").tobytes()
    return header(audio.sample_rate_hz, {}, len(data)) + data


def sound_in(chunks: Iterator[bytes], bare: PcmForm | None) -> Iterator[Audio]:
    """The sound in an answer, piece by piece. `bare`: the form of samples without a head. Raises Broken."""
    form, first = (bare, b"") if bare is not None else _head(chunks)
    yield from _pieces(first, chunks, form)


def _head(chunks: Iterator[bytes]) -> tuple[PcmForm, bytes]:
    """The form that a WAV's head tells, and the first samples. Raises Broken."""
    content = b""
    for chunk in chunks:
        content += chunk
        found = _parsed(content)
        if found is not None:
            return found
        if len(content) > _MAX_HEAD_BYTES:
            raise Broken("sent a WAV that does not begin to sound")
    raise Broken("sent no sound")


def _parsed(content: bytes) -> tuple[PcmForm, bytes] | None:
    """None while the head is not complete."""
    if content[:4] != b"RIFF"[: len(content)] or content[8:_RIFF_HEAD_BYTES] != b"WAVE"[: max(0, len(content) - 8)]:
        raise Broken("sent what is no WAV")
    fmt, at = b"", _RIFF_HEAD_BYTES
    while at + _CHUNK_HEAD_BYTES <= len(content):
        name, size = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        body = at + _CHUNK_HEAD_BYTES
        if name == b"data":
            return _form(fmt, size), content[body:]
        if name == b"fmt ":
            fmt = content[body : body + size]
        at = body + size + size % 2
    return None


def _form(fmt: bytes, size: int) -> PcmForm:
    if len(fmt) < struct.calcsize(_FMT):
        raise Broken("sent a WAV that does not say what is in it")
    tag, channels, sample_rate_hz, _, _, bits = struct.unpack_from(_FMT, fmt)
    if tag == _EXTENSIBLE:
        tag = int.from_bytes(fmt[_SUBFORMAT_AT : _SUBFORMAT_AT + 2], "little")
    if (tag, bits) != (_PCM, 8 * _SAMPLE_BYTES):
        raise Broken(f"sent a WAV of kind {tag} with {bits} bits; 16-bit PCM is read")
    return PcmForm(sample_rate_hz, channels, size if 0 < size < _ENDLESS_FROM else None)


def _pieces(first: bytes, chunks: Iterator[bytes], form: PcmForm) -> Iterator[Audio]:
    frame_bytes = _SAMPLE_BYTES * form.channels
    left_bytes, kept = form.data_bytes, b""
    for chunk in _with(first, chunks):
        wanted = chunk if left_bytes is None else chunk[:left_bytes]
        left_bytes = None if left_bytes is None else left_bytes - len(wanted)
        kept += wanted
        whole = len(kept) - len(kept) % frame_bytes
        if whole:
            yield Audio(_mono(kept[:whole], form.channels), form.sample_rate_hz)
            kept = kept[whole:]
    if left_bytes:
        raise Broken("sent sound that was cut off")


def _with(first: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from chunks


def _mono(content: bytes, channels: int) -> Samples:
    """float32 [n], the mean of the channels."""
    steps = np.frombuffer(content, "<i2").reshape(-1, channels)
    mean: Samples = steps.mean(axis=1, dtype=np.float32) / np.float32(FULL_SCALE_16_BIT)
    return mean
