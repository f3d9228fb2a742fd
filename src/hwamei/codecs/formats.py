"""The sound formats that Hwamei writes, and what each of them allows."""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePath

from hwamei.domain.errors import OutOfRange, Unknown

DEFAULT_SAMPLE_RATE_HZ = 24_000
SAMPLE_RATE_RANGE_HZ = (8_000, 48_000)


class Format(StrEnum):
    """A sound format that Hwamei writes; its value is the usual file suffix without the dot."""

    WAV = "wav"
    MP3 = "mp3"
    FLAC = "flac"
    OPUS = "opus"
    M4A = "m4a"
    AAC = "aac"
    PCM = "pcm"

    @classmethod
    def from_suffix(cls, path: PurePath | str) -> Format:
        """The format that the file's name asks for. Raises Unknown."""
        suffix = PurePath(path).suffix.lower().removeprefix(".")
        known = _SUFFIXES.get(suffix)
        if known is None:
            raise Unknown(what="sound file suffix", given=f".{suffix}", known=[f".{name}" for name in _SUFFIXES])
        return known

    @property
    def content_type(self) -> str:
        """The media type for HTTP, without parameters."""
        return _CONTENT_TYPES[self]

    @property
    def streams(self) -> bool:
        """Whether it can be played while it is still being written (an M4A cannot: its index is made last)."""
        return self is not Format.M4A

    @property
    def lossless(self) -> bool:
        """Whether reading gives back the very samples that were written."""
        return self in (Format.WAV, Format.FLAC, Format.PCM)

    def check_sample_rate(self, sample_rate_hz: int) -> None:
        """Raises OutOfRange, or Unknown if this format does not know the rate."""
        OutOfRange.check("sample_rate_hz", sample_rate_hz, *SAMPLE_RATE_RANGE_HZ)
        known = _SAMPLE_RATES_HZ.get(self)
        if known is not None and sample_rate_hz not in known:
            raise Unknown(
                what=f"sample rate of {self.value} in Hz",
                given=str(sample_rate_hz),
                known=[str(rate) for rate in known],
            )


_SUFFIXES = {
    "wav": Format.WAV,
    "mp3": Format.MP3,
    "flac": Format.FLAC,
    "opus": Format.OPUS,
    "ogg": Format.OPUS,
    "m4a": Format.M4A,
    "aac": Format.AAC,
    "pcm": Format.PCM,
}

_CONTENT_TYPES = {
    Format.WAV: "audio/wav",
    Format.MP3: "audio/mpeg",
    Format.FLAC: "audio/flac",
    Format.OPUS: "audio/ogg",
    Format.M4A: "audio/mp4",
    Format.AAC: "audio/aac",
    Format.PCM: "audio/pcm",
}

_MPEG_RATES_HZ = (
    8_000,
    11_025,
    12_000,
    16_000,
    22_050,
    24_000,
    32_000,
    44_100,
    48_000,
)  # ISO 11172-3, 13818-3, 14496-3
_SAMPLE_RATES_HZ = {
    Format.MP3: _MPEG_RATES_HZ,
    Format.M4A: _MPEG_RATES_HZ,
    Format.AAC: _MPEG_RATES_HZ,
    Format.OPUS: (8_000, 12_000, 16_000, 24_000, 48_000),  # RFC 6716, 2.1.3
}
