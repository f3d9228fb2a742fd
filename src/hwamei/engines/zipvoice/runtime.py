"""sherpa-onnx, opened with the models of a folder. It ends the process where a file is not there, so we look first."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hwamei.domain.audio import Audio, Samples
from hwamei.domain.errors import EngineFailed, ModelMissing
from hwamei.engines.zipvoice import exact
from hwamei.engines.zipvoice.prompt import ENGINE, SAMPLE_RATE_HZ, Prompt
from hwamei.models import stamps
from hwamei.models.derived import derived
from hwamei.settings import Settings

_UNREAD = "."  # a text must be given; where there are tokens, it is not looked at
_GUIDANCE = 3.0  # ZipVoice's own for the distilled model
_NEVER_SPLIT = {"min_words_in_sentence": "1000000"}  # what is to be said in one go was settled before


@dataclass(frozen=True, slots=True)
class VoiceFiles:
    """The files of ZipVoice in a folder, named as they are published."""

    folder: Path

    @property
    def encoder(self) -> Path:
        """From text to features of each frame."""
        return self.folder / "encoder.int8.onnx"

    @property
    def decoder(self) -> Path:
        """From noise to a mel spectrogram."""
        return self.folder / "decoder.int8.onnx"

    @property
    def vocoder(self) -> Path:
        """From there to sound."""
        return self.folder / "vocos_24khz.onnx"

    @property
    def tokens(self) -> Path:
        """What the encoder reads."""
        return self.folder / "tokens.txt"

    def refuse_missing(self) -> None:
        """Raises ModelMissing."""
        _refuse_missing([self.encoder, self.decoder, self.vocoder, self.tokens])


@dataclass(frozen=True, slots=True)
class EarFiles:
    """The files of the recogniser in a folder, named as they are published."""

    folder: Path

    @property
    def model(self) -> Path:
        """From sound to tokens."""
        return self.folder / "model.int8.onnx"

    @property
    def tokens(self) -> Path:
        """What they are."""
        return self.folder / "tokens.txt"


@dataclass(frozen=True)
class Voicebox:
    """The model, loaded. Any number of threads may use it at once."""

    sherpa: Any
    tts: Any

    def say(self, tokens: Sequence[str], prompt: Prompt) -> Samples:
        """The tokens as sound at 24 kHz, float32 [n], in the voice of the prompt; none, where the model makes none."""
        order = self.sherpa.GenerationConfig()
        order.reference_audio = prompt.samples.tolist()
        order.reference_sample_rate = SAMPLE_RATE_HZ
        order.reference_text = prompt.text
        order.tokens = [list(prompt.tokens), list(tokens)]
        order.num_steps = exact.STEPS
        order.silence_scale = 1.0
        order.extra = _NEVER_SPLIT
        return np.asarray(self.tts.generate(_UNREAD, order).samples, np.float32)


@dataclass(frozen=True)
class Ear:
    """The recogniser, loaded. Used by one thread at a time."""

    recogniser: Any

    def hear(self, audio: Audio) -> str:
        """What is said; nothing, where no words are heard."""
        stream = self.recogniser.create_stream()
        stream.accept_waveform(audio.sample_rate_hz, audio.samples)
        self.recogniser.decode_stream(stream)
        return str(stream.result.text).strip()


def sherpa_onnx() -> Any:
    """The module. Raises EngineFailed where it is not installed."""
    try:
        import sherpa_onnx
    except ImportError as error:
        problem = "it needs the package sherpa-onnx; install it with `pip install 'hwamei[zipvoice]'`"
        raise EngineFailed(engine=ENGINE, problem=problem) from error
    return sherpa_onnx


def open_voicebox(files: VoiceFiles, settings: Settings) -> Voicebox:
    """The model in this folder. Raises ModelMissing, EngineFailed."""
    sherpa = sherpa_onnx()
    files.refuse_missing()
    zipvoice = sherpa.OfflineTtsZipvoiceModelConfig(
        tokens=str(files.tokens),
        encoder=str(files.encoder),
        decoder=str(_rewritten(files.decoder, exact.exact_decoder, settings)),
        vocoder=str(_rewritten(files.vocoder, exact.exact_vocoder, settings)),
        guidance_scale=_GUIDANCE,
    )
    model = sherpa.OfflineTtsModelConfig(
        zipvoice=zipvoice, num_threads=settings.threads, provider=settings.zipvoice_provider
    )
    config = sherpa.OfflineTtsConfig(model=model)
    if not config.validate():
        raise EngineFailed(engine=ENGINE, problem=f"sherpa-onnx takes no such models as are in {files.folder}")
    tts = sherpa.OfflineTts(config)
    if tts.sample_rate != SAMPLE_RATE_HZ:
        problem = f"the model in {files.folder} speaks at {tts.sample_rate} Hz, not at {SAMPLE_RATE_HZ}"
        raise EngineFailed(engine=ENGINE, problem=problem)
    return Voicebox(sherpa, tts)


def open_ear(files: EarFiles, settings: Settings) -> Ear:
    """The recogniser in this folder. Raises ModelMissing, EngineFailed."""
    sherpa = sherpa_onnx()
    _refuse_missing([files.model, files.tokens])
    recogniser = sherpa.OfflineRecognizer.from_sense_voice(
        model=str(files.model),
        tokens=str(files.tokens),
        num_threads=settings.threads,
        provider=settings.zipvoice_provider,
        use_itn=False,  # numbers as they are spoken
    )
    return Ear(recogniser)


def _rewritten(published: Path, rewrite: Callable[[bytes], bytes], settings: Settings) -> Path:
    key = hashlib.sha256(f"{exact.VERSION} {stamps.stamp([published])}".encode()).hexdigest()[:16]
    return derived(
        f"zipvoice-{published.name}", key=key, make=lambda: rewrite(published.read_bytes()), settings=settings
    )


def _refuse_missing(needed: list[Path]) -> None:
    for path in needed:
        if not path.is_file():
            raise ModelMissing(name=str(path), remedy="`hwamei models pull zipvoice` fetches what the engine needs")
