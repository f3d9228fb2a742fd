"""Samples as telephones have them: eight bits each on a logarithmic scale (ITU-T G.711), without any header."""

from __future__ import annotations

from enum import StrEnum

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext

TELEPHONE_RATE_HZ = 8_000


class Law(StrEnum):
    """The two scales of G.711."""

    MU = "ulaw"
    A = "alaw"

    @property
    def content_type(self) -> str:
        """The media type for HTTP, without parameters (RFC 4856 has no better name for a bare stream of A-law)."""
        return _CONTENT_TYPES[self]


_CONTENT_TYPES = {Law.MU: "audio/basic", Law.A: "audio/x-alaw-basic"}
_CODECS = {Law.MU: "pcm_mulaw", Law.A: "pcm_alaw"}


class Compander:
    """Bare 16-bit samples in, bytes of the law out, as many. Used by one thread."""

    def __init__(self, law: Law, sample_rate_hz: int) -> None:
        codec = av.CodecContext.create(_CODECS[law], "w")
        assert isinstance(codec, AudioCodecContext)  # for the type checker: these codecs make no other
        codec.sample_rate, codec.layout, codec.format = sample_rate_hz, "mono", "s16"
        self._codec = codec

    def push(self, pcm: bytes) -> bytes:
        """Whole signed 16-bit little-endian samples, companded."""
        if not pcm:
            return b""
        frame = av.AudioFrame.from_ndarray(np.frombuffer(pcm, "<i2")[np.newaxis, :], format="s16", layout="mono")
        frame.sample_rate = self._codec.sample_rate
        return b"".join(bytes(packet) for packet in self._codec.encode(frame))
