"""The engine as the rest of the product sees it."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing
from dataclasses import replace
from functools import cache
from threading import Lock
from types import TracebackType

import numpy as np
from threadpoolctl import ThreadpoolController

from hwamei.domain.audio import Audio
from hwamei.domain.language import Language
from hwamei.domain.speech import Delivery
from hwamei.domain.utterance import SpokenUtterance, Utterance
from hwamei.domain.voice import Gender, Level, Voiceprint
from hwamei.engines.kokoro import voiceprint as prints
from hwamei.engines.kokoro.cloning import at_pitch, coloured, paces, voice_at
from hwamei.engines.kokoro.effort import USUAL, Effort
from hwamei.engines.kokoro.frames import SAMPLE_RATE_HZ
from hwamei.engines.kokoro.judges import open_judges
from hwamei.engines.kokoro.runtime import Runtime, open_runtime
from hwamei.engines.kokoro.search import CLARITY_WORTH, INSTANT_CLARITY_WORTH, most_alike
from hwamei.engines.kokoro.speaking import Speaker, Underway
from hwamei.engines.kokoro.style_space import Floats, StyleSpace, style_space
from hwamei.engines.kokoro.surrogate import surrogate
from hwamei.engines.kokoro.target import Target, listen
from hwamei.engines.kokoro.training import Outcome, Training
from hwamei.engines.kokoro.trial import Booth
from hwamei.ports import Checkpoints, Engine, Progress
from hwamei.settings import Settings
from hwamei.speaker.ge2e import SpeakerEncoder, likeness, open_encoder

# What the surrogate foretells of a published voice is better than what is then heard: by so much for those nearest to
# four speakers.
OPTIMISM = 0.11
SKETCHED_PERCENT = 40  # of the time of the instant level, until the sounds are fitted
TRIALS_PERCENT, FITTED_PERCENT = 47, 94  # of the time that training takes
MOTHER_TONGUES = {"z": Language.CHINESE, "a": Language.ENGLISH, "b": Language.ENGLISH}
GENDERS = {"f": Gender.FEMALE, "m": Gender.MALE}
DEFAULT_PRESETS = ("zf_xiaoxiao", "zm_yunxi", "af_heart", "am_michael")


def open_engine(settings: Settings) -> Engine:
    """The engine; models are loaded when they are first needed. Raises ModelMissing, ModelDamaged then."""
    return KokoroEngine(settings)


class KokoroEngine:
    """Kokoro-82M with cloned voices. Any number of threads may share it."""

    name = prints.ENGINE
    sample_rate_hz = SAMPLE_RATE_HZ

    def __init__(self, settings: Settings, *, effort: Effort = USUAL, runtime: Runtime | None = None) -> None:
        """`runtime`: the model, where it is loaded already."""
        self._settings, self._effort = settings, effort
        self._space = style_space()
        self._runtime = self._given = runtime
        self._encoder: SpeakerEncoder | None = None
        self._opening_runtime, self._opening_encoder = Lock(), Lock()  # the one may open while the other is used
        self._underway = Underway()

    def __enter__(self) -> KokoroEngine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runtime = self._given = self._encoder = None

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
        """The voice of the style space most like the person; `facts` has `likeness` and `likeness_before`, GE2E cosines
        of the reference with the clone and with the nearest published voice; the latter is foretold at instant level.
        Raises EngineFailed."""
        progress(0)
        with self._underway.one_more(), ThreadPoolExecutor(max_workers=1) as opener, _one_blas_thread():
            opener.submit(self._open_runtime)  # takes as long as listening; who needs it is told what it raises
            target = listen(reference, self._open_encoder())
            worth = INSTANT_CLARITY_WORTH if level is Level.INSTANT else CLARITY_WORTH
            steps = self._effort.search_steps
            start = most_alike(surrogate(), target, self._space, steps=steps, clarity_worth=worth)
            if level is Level.INSTANT:
                print_ = self._instant(target, start, progress)
            else:
                print_ = self._trained(target, start, seed=seed, progress=progress, checkpoints=checkpoints)
        progress(100)
        return print_

    def preset(self, name: str) -> Voiceprint:
        """A published voice. Raises Unknown."""
        return prints.pack(prints.preset_voice(name, self._space), level=Level.INSTANT, facts={})

    def presets(self) -> Sequence[str]:
        """The names of the published voices, those of the two languages first."""
        rest = [name for name in self._space.names if name not in DEFAULT_PRESETS]
        return (*DEFAULT_PRESETS, *sorted(rest, key=lambda name: (name[0] not in "zab", name)))

    def preset_language(self, name: str) -> Language | None:
        """As the first letter of the published name says. Raises Unknown."""
        prints.preset_voice(name, self._space)
        return MOTHER_TONGUES.get(name[0])

    def preset_gender(self, name: str) -> Gender | None:
        """As the second letter of the published name says. Raises Unknown."""
        prints.preset_voice(name, self._space)
        return GENDERS.get(name[1])

    def speak(self, utterance: Utterance, voiceprint: Voiceprint, delivery: Delivery) -> SpokenUtterance:
        """The utterance at 24 kHz. Raises EngineFailed."""
        speaker = Speaker(self._open_runtime(), self._space, self._underway)
        with _one_blas_thread():
            return speaker.speak(utterance, prints.unpack(voiceprint), delivery)

    def speak_early(
        self, utterance: Utterance, voiceprint: Voiceprint, delivery: Delivery
    ) -> Generator[SpokenUtterance, None, None]:
        """The utterance at 24 kHz in one or two parts: two where OpenVINO computes, and it is long enough. Raises
        EngineFailed."""
        speaker = Speaker(self._open_runtime(), self._space, self._underway)
        with closing(speaker.speak_early(utterance, prints.unpack(voiceprint), delivery)) as parts:
            while True:
                with _one_blas_thread():
                    part = next(parts, None)
                if part is None:
                    return
                yield part

    # ---------------------------------------------------------------- the two levels

    def _instant(self, target: Target, start: Floats, progress: Progress) -> Voiceprint:
        booth = Booth(self._open_runtime(), self._open_encoder(), self._space, target)
        phrases = self._effort.to_sketch
        voice = booth.at_pitch(_foretold_voice(start, target, self._space), phrases)
        spoken = booth.say_all(voice, phrases)
        fitting = _part(progress, SKETCHED_PERCENT, 100)
        fits = self._effort.sketch_fits
        voice = booth.with_sounds(voice, spoken, open_judges(self._settings), fits=fits, progress=fitting)
        said = zip(phrases, spoken, strict=True)
        heard = booth.likeness([booth.finished(voice, audio, phrase.language) for phrase, audio in said])
        facts = {
            "likeness": heard,  # in phrases as short as these it is no better than in other, longer ones
            "likeness_before": max(0.0, _nearest(self._space, target)[1] - OPTIMISM),
        }
        return prints.pack(voice, level=Level.INSTANT, facts=facts)

    def _trained(
        self, target: Target, start: Floats, *, seed: int, progress: Progress, checkpoints: Checkpoints
    ) -> Voiceprint:
        # Two trials at a time on one thread each do a third more than one after the other on two threads.
        runtime = self._given or open_runtime(self._settings, threads=1)
        booth = Booth(runtime, self._open_encoder(), self._space, target)
        training = Training(booth, surrogate(), start, seed, self._effort)
        outcome = training.run(_part(progress, 0, TRIALS_PERCENT), checkpoints)
        fitting = _part(progress, TRIALS_PERCENT, FITTED_PERCENT)
        voice = _heard_voice(outcome, target, self._space)
        spoken = booth.say_all(voice, self._effort.to_measure)
        fits = self._effort.fits
        voice = booth.with_sounds(voice, spoken, open_judges(self._settings), fits=fits, progress=fitting)
        stock = prints.preset_voice(_nearest(self._space, target)[0], self._space)
        heard, heard_before = (booth.likeness(booth.say_all(one, self._effort.to_tell)) for one in (voice, stock))
        return prints.pack(voice, level=Level.TRAINED, facts={"likeness": heard, "likeness_before": heard_before})

    # ---------------------------------------------------------------- models, when first needed

    def _open_runtime(self) -> Runtime:
        with self._opening_runtime:
            if self._runtime is None:
                self._runtime = open_runtime(self._settings)
            return self._runtime

    def _open_encoder(self) -> SpeakerEncoder:
        with self._opening_encoder:
            if self._encoder is None:
                self._encoder = open_encoder(self._settings)
            return self._encoder


def _foretold_voice(place: Floats, target: Target, space: StyleSpace) -> prints.KokoroVoice:
    """The voice at a place with the recording's colour, as far as can be told before anything is heard of it."""
    spectrum = np.mean([surrogate().spectrum(place, lang) for lang in Language], axis=0)
    return replace(voice_at(place, space), equaliser=coloured(spectrum, target), paces=paces(target))


def _heard_voice(outcome: Outcome, target: Target, space: StyleSpace) -> prints.KokoroVoice:
    """The voice that was kept, with pitch and colour corrected by what was heard of it."""
    spectrum = np.mean([trial.spectrum for trial in outcome.trials], axis=0)
    voice = replace(voice_at(outcome.coordinates, space), equaliser=coloured(spectrum, target), paces=paces(target))
    return at_pitch(
        voice, target, [(trial.language, trial.pitch_hz, trial.pitch_deviation) for trial in outcome.trials]
    )


def _part(progress: Progress, start: float, end: float) -> Progress:
    """Progress of a part of the work, which goes from `start` to `end` per cent of the whole."""
    return lambda percent: progress(start + (end - start) * percent / 100)


def _one_blas_thread() -> AbstractContextManager[object]:
    """The matrices here are small: more threads would wait for each other longer than they work, and keep the cores
    from the model meanwhile. Where two of these overlap in time one thread may be left in the end."""
    limited: AbstractContextManager[object] = _blas().limit(limits=1, user_api="blas")
    return limited


@cache
def _blas() -> ThreadpoolController:
    return ThreadpoolController()  # looks through all loaded libraries


def _foretold(coordinates: Floats, target: Target) -> float:
    """Likeness that the surrogate foretells, mean over the languages."""
    vectors = [surrogate().embeddings(coordinates[None], lang, target.spectrum)[0] for lang in Language]
    return float(np.mean([likeness(vector, target.embedding) for vector in vectors]))


def _nearest(space: StyleSpace, target: Target) -> tuple[str, float]:
    """The published voice that is foretold to be most like the target, and how much."""
    foretold = {name: _foretold(space.coordinates(space.voice(name)[0]), target) for name in space.names}
    return max(foretold.items(), key=lambda item: item[1])
