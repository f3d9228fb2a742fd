"""The verbs of `hwamei.Studio`, done by a server: what the command line uses."""

from __future__ import annotations

import hashlib
import json
import wave
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType

from hwamei.atomic import FOR_EVERYBODY, write_bytes
from hwamei.client.client import Client
from hwamei.client.errors import ServerFault, error_of
from hwamei.client.waiting import unheeded
from hwamei.dialects.native.wire.speech import TaskOut
from hwamei.dialects.native.wire.values import ProblemOut
from hwamei.dialects.native.wire.voices import VoiceOrdered, VoiceOut
from hwamei.domain.errors import BadLexicon, Unknown, VoiceNotFound
from hwamei.domain.language import Language
from hwamei.domain.owned_voice import VoiceState
from hwamei.domain.voice import Level, ReferenceFacts, Voice, Voiceprint
from hwamei.ports import Progress

SUBTITLES = ("srt", "vtt", "json")
SOUNDS = {
    "wav": "wav",
    "mp3": "mp3",
    "flac": "flac",
    "opus": "opus",
    "ogg": "opus",
    "m4a": "m4a",
    "aac": "aac",
    "pcm": "pcm",
}


@dataclass(frozen=True, slots=True)
class RemoteSpeech:
    """A file of speech that a server made. What only the machine that spoke could measure is None."""

    path: Path
    duration_s: float
    words: Sequence[object]
    real_time_factor: float
    loudness_lufs: float
    engine: str
    first_audio_s: float | None = None
    peak_dbfs: float | None = None


class RemoteVoices:
    """The app's voices that can speak."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def get(self, id_or_name: str) -> Voice:
        """Raises VoiceNotFound."""
        return _voice(self._client.voices.find(id_or_name))

    def list(self) -> Sequence[Voice]:
        """All of them, the newest first."""
        voices = self._client.voices.all()
        return [_voice(voice) for voice in voices if voice.facts is not None and voice.voiceprint is not None]

    def delete(self, voice_id: object) -> None:
        """Raises NotFound."""
        self._client.voices.delete(str(voice_id))


class RemoteStudio(AbstractContextManager["RemoteStudio"]):
    """A server that is used as if it were this machine. Used by one thread at a time."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.voices = RemoteVoices(client)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self._client.close()

    def presets(self) -> Sequence[str]:
        """The names of the voices that the engine brings along, the default first."""
        return [preset.name for preset in self._client.voices.presets()]

    def clone(  # noqa: PLR0913  # as `Studio.clone`
        self,
        name: str,
        *reference: Path | str,
        level: Level | str = Level.INSTANT,
        language: Language | str | None = None,
        seed: int = 0,
        said: Sequence[str | None] | None = None,
        engine: str | None = None,
        progress: Progress = unheeded,
    ) -> Voice:
        """A voice made from recordings of one person. Raises like `Studio.clone`; files beside the recordings are left
        alone, so what is said in them must be given."""
        ordered = self._client.voices.create(
            name, *reference, level=level, language=language, said=said, seed=seed, engine=engine
        )
        return self._made(ordered, progress)

    def retrain(
        self,
        voice: str,
        *,
        engine: str | None = None,
        level: Level | str | None = None,
        seed: int = 0,
        progress: Progress = unheeded,
    ) -> Voice:
        """The voice made anew from its recordings. Raises like `Studio.retrain`."""
        found = self._client.voices.find(voice)
        ordered = self._client.voices.retrain(found.id, engine=engine, level=level, seed=seed)
        return self._made(ordered, progress)

    def _made(self, ordered: VoiceOrdered, progress: Progress) -> Voice:
        job = self._client.jobs.wait(ordered.job.id, progress=progress)
        _raise(job.problem)
        return _voice(self._client.voices.get(ordered.voice.id))

    def say(  # noqa: PLR0913  # as `Studio.say`
        self,
        text: str,
        *,
        out: Path | str,
        voice: str | None = None,
        language: Language | str | None = None,
        speed: float = 1.0,
        pitch_semitones: float = 0.0,
        sample_rate_hz: int = 24_000,
        subtitles: Path | str | None = None,
        lexicon: Path | str | None = None,
        cue: bool = False,
        progress: Progress = unheeded,
    ) -> RemoteSpeech:
        """The text as a file in the format that the ending of `out` names. Raises like `Studio.say`."""
        sound = _known(Path(out), SOUNDS, "sound file suffix")
        asked = "wav" if sound == "pcm" else sound  # bare samples would come without their mark
        shown = (
            None
            if subtitles is None
            else _known(Path(subtitles), {each: each for each in SUBTITLES}, "subtitle format")
        )
        for target in (out, subtitles or out):
            Path(target).parent.stat()  # the folder is there, before the work
        said = {"language": language, "speed": speed, "pitch_semitones": pitch_semitones, "cue": cue}
        with self._lexicon(lexicon) as words:
            task = self._client.tasks.create(
                text,
                voice=self._named(voice),
                delivery=said,
                format=asked,
                sample_rate_hz=sample_rate_hz,
                lexicon=words,
            )
        task = self._client.tasks.wait(task.id, progress=progress)
        _raise(task.problem)
        self._save(task, Path(out), sound)
        if subtitles is not None and shown is not None:
            content = self._client.tasks.subtitles(task.id, format=shown)
            Path(subtitles).write_text(content, encoding="utf-8", newline="\n")
        return _speech(task, Path(out), self._words(task))

    def _words(self, task: TaskOut) -> Sequence[object]:
        cues = json.loads(self._client.tasks.subtitles(task.id, format="json"))
        return [word for cue in cues for word in cue["words"]]

    def label_of(self, file: Path | str) -> dict[str, str] | None:
        """The AIGC label in a sound file; None if it has none. Raises BadAudio."""
        return self._client.inspect(file).label

    def _named(self, voice: str | None) -> str:
        """An id, or the name of one of the engine's own. Raises VoiceNotFound."""
        presets = self.presets()
        if voice is None or voice in presets:
            return voice or presets[0]
        return str(self._client.voices.find(voice).id)

    def _save(self, task: TaskOut, out: Path, sound: str) -> None:
        """Write the sound; bare samples with their mark beside them, as `Studio.say` does."""
        if sound != "pcm":
            self._client.tasks.save(task, out)
            return
        with TemporaryDirectory(prefix="hwamei-") as folder:
            whole = Path(folder) / "speech.wav"
            self._client.tasks.save(task, whole)
            label = self._client.inspect(whole).label
            with wave.open(str(whole), "rb") as opened:
                samples = opened.readframes(opened.getnframes())
        write_bytes(out.with_name(f"{out.name}.aigc.json"), json.dumps(label).encode(), mode=FOR_EVERYBODY)
        write_bytes(out, samples, mode=FOR_EVERYBODY)

    @contextmanager
    def _lexicon(self, path: Path | str | None) -> Iterator[str | None]:
        """The name of the file's content on the server, there until the task is accepted."""
        if path is None:
            yield None
            return
        try:
            text = Path(path).read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            problem = "it is not UTF-8 text; save it as UTF-8"
            raise BadLexicon(source=str(path), line=1, problem=problem) from error
        name = f"cli-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
        self._client.put_lexicon(name, text)
        try:
            yield name
        finally:
            self._client.delete_lexicon(name)


def _known(path: Path, formats: dict[str, str], what: str) -> str:
    suffix = path.suffix.lower().removeprefix(".")
    if suffix not in formats:
        raise Unknown(what=what, given=path.suffix, known=[f".{name}" for name in formats])
    return formats[suffix]


def _raise(problem: ProblemOut | None) -> None:
    """What the work on the server ended with, if it did not end well."""
    if problem is not None:
        error = error_of(problem.code, problem.message, {})
        raise error or ServerFault(status=200, code=problem.code, problem=problem.message, request_id="")


def _voice(voice: VoiceOut) -> Voice:
    """As the domain has it. Raises VoiceNotFound while it cannot speak."""
    if voice.voiceprint is None or voice.facts is None:
        raise VoiceNotFound(given=f"{voice.name} (which is {VoiceState(voice.state)})")
    facts, voiceprint = voice.facts, voice.voiceprint
    return Voice(
        id=voice.id,
        name=voice.name,
        language=voice.language,
        created_at=voice.created_at,
        facts=ReferenceFacts(**facts.model_dump()),
        voiceprint=Voiceprint(voiceprint.engine, 0, voiceprint.level, {}, voiceprint.facts),
    )


def _speech(task: TaskOut, path: Path, words: Sequence[object]) -> RemoteSpeech:
    assert task.result is not None  # it has been saved
    took_s = ((task.ended_at or task.updated_at) - (task.started_at or task.created_at)).total_seconds()
    return RemoteSpeech(
        path=path,
        duration_s=task.result.duration_s,
        words=words,
        real_time_factor=took_s / task.result.duration_s,
        loudness_lufs=task.result.loudness_lufs,
        engine=", ".join(task.result.engines),
    )
