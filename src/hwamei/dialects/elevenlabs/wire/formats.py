"""Output formats: `codec_rate_kbits`."""

from __future__ import annotations

from enum import StrEnum

from hwamei.service.now_order import SoundForm


class OutputFormat(StrEnum):
    """All that the vendor has."""

    MP3_22050_32 = "mp3_22050_32"
    MP3_24000_48 = "mp3_24000_48"
    MP3_44100_32 = "mp3_44100_32"
    MP3_44100_64 = "mp3_44100_64"
    MP3_44100_96 = "mp3_44100_96"
    MP3_44100_128 = "mp3_44100_128"
    MP3_44100_192 = "mp3_44100_192"
    OPUS_48000_32 = "opus_48000_32"
    OPUS_48000_64 = "opus_48000_64"
    OPUS_48000_96 = "opus_48000_96"
    OPUS_48000_128 = "opus_48000_128"
    OPUS_48000_192 = "opus_48000_192"
    PCM_8000 = "pcm_8000"
    PCM_16000 = "pcm_16000"
    PCM_22050 = "pcm_22050"
    PCM_24000 = "pcm_24000"
    PCM_32000 = "pcm_32000"
    PCM_44100 = "pcm_44100"
    PCM_48000 = "pcm_48000"
    WAV_8000 = "wav_8000"
    WAV_16000 = "wav_16000"
    WAV_22050 = "wav_22050"
    WAV_24000 = "wav_24000"
    WAV_32000 = "wav_32000"
    WAV_44100 = "wav_44100"
    WAV_48000 = "wav_48000"
    ULAW_8000 = "ulaw_8000"
    ALAW_8000 = "alaw_8000"

    @property
    def form(self) -> SoundForm:
        """In the service's words."""
        codec, rate, *kbits = self.value.split("_")
        return SoundForm(codec, int(rate), int(kbits[0]) * 1_000 if kbits else None)

    @property
    def has_header(self) -> bool:
        """Whether a file of it begins with what cannot stand in its middle."""
        return self.value.startswith("wav_")


USUAL_FORMAT = OutputFormat.MP3_44100_128
