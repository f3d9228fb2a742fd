"""The engine as the rest of the product sees it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from threading import Lock
from types import TracebackType

from hwamei.domain.audio import Audio
from hwamei.domain.errors import Unknown
from hwamei.domain.language import Language
from hwamei.domain.speech import Delivery
from hwamei.domain.utterance import SpokenUtterance, Utterance
from hwamei.domain.voice import Gender, Level, Voiceprint
from hwamei.engines.zipvoice.choosing import prompts
from hwamei.engines.zipvoice.prompt import ENGINE, SAMPLE_RATE_HZ, prompt_of
from hwamei.engines.zipvoice.runtime import (
    Ear,
    EarFiles,
    Voicebox,
    VoiceFiles,
    open_ear,
    open_voicebox,
    sherpa_onnx,
)
from hwamei.engines.zipvoice.speaking import Speaker
from hwamei.engines.zipvoice.training import CANDIDATES, Audition, Judge, Trial
from hwamei.models import sets
from hwamei.models.hub_sets import SENSE_VOICE, ZIPVOICE
from hwamei.ports import Checkpoints, Engine, Progress
from hwamei.settings import Settings
from hwamei.speaker.ge2e import SpeakerEncoder, open_encoder


def open_engine(settings: Settings) -> Engine:
    """The engine; models are loaded when they are first needed. Raises EngineFailed where sherpa-onnx is not installed,
    and later ModelMissing, ModelDamaged."""
    sherpa_onnx()
    return ZipvoiceEngine(settings)


class ZipvoiceEngine:
    """ZipVoice, which speaks on from a prompt. Any number of threads may share it."""

    name = ENGINE
    sample_rate_hz = SAMPLE_RATE_HZ

    def __init__(
        self, settings: Settings, *, files: VoiceFiles | None = None, ear_files: EarFiles | None = None
    ) -> None:
        """The models where they are pulled to, or from these folders."""
        self._settings, self._files, self._ear_files = settings, files, ear_files
        self._voicebox: Voicebox | None = None
        self._ear: Ear | None = None
        self._encoder: SpeakerEncoder | None = None
        self._opening = Lock()

    def __enter__(self) -> ZipvoiceEngine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._voicebox = self._ear = self._encoder = None

    def enrol(
        self,
        reference: Sequence[Audio],
        *,
        said: Sequence[str | None] = (),
        level: Level,
        seed: int,
        progress: Progress,
        checkpoints: Checkpoints,
    ) -> Voiceprint:
        """The best few seconds of the recordings with their words; at trained level, of several stretches the one that
        makes the model speak most like the person. `facts` has `likeness`, the GE2E cosine of what it then says with
        the rest of the recordings. Raises EngineFailed, also where the words are not known."""
        progress(0)
        found = prompts(reference, said, self._open_ear())
        count = CANDIDATES if level is Level.TRAINED else 1
        trials = [Trial(cut, prompt) for cut, prompt in islice(found, count)]
        judge = Judge(self._open_voicebox(), self._open_encoder(), reference)
        best, likeness = Audition(judge, trials, seed).run(progress, checkpoints)
        facts = {"likeness": likeness, "prompt_s": best.prompt.duration_s}
        progress(100)
        return best.prompt.kept(level, facts)

    def preset(self, name: str) -> Voiceprint:
        """There is none. Raises Unknown."""
        raise Unknown(what="preset", given=name, known=())

    def presets(self) -> Sequence[str]:
        """None: it speaks only on from somebody's speech."""
        return ()

    def preset_language(self, name: str) -> Language | None:
        """There is none. Raises Unknown."""
        raise Unknown(what="preset", given=name, known=())

    def preset_gender(self, name: str) -> Gender | None:
        """There is none. Raises Unknown."""
        raise Unknown(what="preset", given=name, known=())

    def speak(self, utterance: Utterance, voiceprint: Voiceprint, delivery: Delivery) -> SpokenUtterance:
        """The utterance at 24 kHz. Raises EngineFailed, ModelMissing, ModelDamaged."""
        prompt = prompt_of(voiceprint)
        return Speaker(self._open_voicebox(), prompt).speak(utterance, delivery)

    # ---------------------------------------------------------------- models, when first needed

    def _open_voicebox(self) -> Voicebox:
        with self._opening:
            if self._voicebox is None:
                files = self._files or VoiceFiles(sets.folder(ZIPVOICE, self._settings))
                self._voicebox = open_voicebox(files, self._settings)
            return self._voicebox

    def _open_ear(self) -> Ear | None:
        """None where the recogniser's model is not on this machine."""
        with self._opening:
            if self._ear is None and (files := self._find_ear()) is not None:
                self._ear = open_ear(files, self._settings)
            return self._ear

    def _find_ear(self) -> EarFiles | None:
        if self._ear_files is not None or sets.find(SENSE_VOICE, self._settings) is None:
            return self._ear_files
        return EarFiles(sets.folder(SENSE_VOICE, self._settings))

    def _open_encoder(self) -> SpeakerEncoder:
        with self._opening:
            if self._encoder is None:
                self._encoder = open_encoder(self._settings)
            return self._encoder
