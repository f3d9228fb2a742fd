"""What this engine keeps of a voice, as arrays: packed for the Voiceprint of the domain, and read from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from hwamei.domain.errors import EngineFailed
from hwamei.domain.language import Language
from hwamei.domain.voice import Level, Voiceprint
from hwamei.engines.kokoro import sounds
from hwamei.engines.kokoro.style_space import Floats, StyleSpace

ENGINE = "kokoro"
VERSION = 1
NO_EQUALISER = np.ones(1, np.float32)
SHAPES = {"style_zh": (256,), "style_en": (256,), "directions": (6, 256), "pitch_factors": (2,)}
MELODIES = {Language.CHINESE: "melody_zh", Language.ENGLISH: "melody_en"}
SOUNDS = {Language.CHINESE: "sounds", Language.ENGLISH: "sounds_en"}  # the first once was for both
MAY_BE_ABSENT = (
    {"pitch_widths": (2,), "paces": (2,)}
    | dict.fromkeys(SOUNDS.values(), sounds.SHAPE)
    | dict.fromkeys(MELODIES.values(), (7, 128))
)
PLAUSIBLE_PACES = (0.5, 2.0)  # beyond: damaged
LANGUAGES = (Language.CHINESE, Language.ENGLISH)


@dataclass(frozen=True, eq=False)
class KokoroVoice:
    """A voice in the engine's terms.

    `styles`: mean style float32 [256] for each language; `directions`: float32 [6, 256], how style changes with length;
    `pitch_factors`: what the predicted pitch is multiplied by, for each language; `pitch_widths`: what its distance in
    octaves to the median is multiplied by; `equaliser`: taps float32 [odd]. `melodies`: prosody float32 [7, 128], mean
    and directions, of a native speaker whose pitch is taken; where there is none, the pitch is the voice's own.
    `paces`: how many times as fast as the engine speaks by itself, for each language. `sounds`: what turns its sounds
    into the person's, float32 [40, 41] of `sounds.change`, for each language or none.
    """

    styles: Mapping[Language, Floats]
    directions: Floats
    pitch_factors: Mapping[Language, float]
    equaliser: Floats
    pitch_widths: Mapping[Language, float] = field(default_factory=lambda: dict.fromkeys(Language, 1.0))
    melodies: Mapping[Language, Floats] = field(default_factory=dict)
    sounds: Mapping[Language, Floats] = field(default_factory=dict)
    paces: Mapping[Language, float] = field(default_factory=lambda: dict.fromkeys(Language, 1.0))

    def style(self, language: Language, tokens: int, space: StyleSpace) -> Floats:
        """Style float32 [256] for an utterance of this many tokens, 1..510."""
        style: Floats = (self.styles[language] + space.bend[tokens - 1] @ self.directions).astype(np.float32)
        return style


def pack(voice: KokoroVoice, *, level: Level, facts: Mapping[str, float]) -> Voiceprint:
    """The voice as a Voiceprint of a few kB."""
    arrays = {
        "style_zh": voice.styles[Language.CHINESE],
        "style_en": voice.styles[Language.ENGLISH],
        "directions": voice.directions,
        "pitch_factors": np.array([voice.pitch_factors[language] for language in LANGUAGES], np.float32),
        "pitch_widths": np.array([voice.pitch_widths[language] for language in LANGUAGES], np.float32),
        "paces": np.array([voice.paces[language] for language in LANGUAGES], np.float32),
        "equaliser": voice.equaliser,
    }
    for names, given in ((MELODIES, voice.melodies), (SOUNDS, voice.sounds)):
        arrays |= {names[language]: array for language, array in given.items()}
    plain = {name: np.asarray(array, np.float32) for name, array in arrays.items()}
    return Voiceprint(ENGINE, VERSION, level, plain, dict(facts))


def unpack(voiceprint: Voiceprint) -> KokoroVoice:
    """The voice that was packed. Raises EngineFailed for another engine's or a damaged voiceprint."""
    if (voiceprint.engine, voiceprint.version) != (ENGINE, VERSION):
        given = f"{voiceprint.engine} version {voiceprint.version}"
        problem = f"the voiceprint is of {given}; clone the voice again with this engine"
        raise EngineFailed(engine=ENGINE, problem=problem)
    arrays = voiceprint.arrays
    shapes = SHAPES | {name: shape for name, shape in MAY_BE_ABSENT.items() if name in arrays}
    for name, shape in shapes.items():
        if name not in arrays or arrays[name].shape != shape or not np.isfinite(arrays[name]).all():
            raise EngineFailed(engine=ENGINE, problem=f"the voiceprint's {name} is damaged; clone the voice again")
    return KokoroVoice(
        styles={Language.CHINESE: arrays["style_zh"], Language.ENGLISH: arrays["style_en"]},
        directions=arrays["directions"],
        pitch_factors=_by_language(arrays["pitch_factors"]),
        equaliser=arrays.get("equaliser", NO_EQUALISER),
        pitch_widths=_by_language(arrays.get("pitch_widths", np.ones(2, np.float32))),
        melodies={language: arrays[name] for language, name in MELODIES.items() if name in arrays},
        sounds={lang: arrays.get(name, arrays["sounds"]) for lang, name in SOUNDS.items() if "sounds" in arrays},
        paces=_paces(arrays),
    )


def _paces(arrays: Mapping[str, Floats]) -> Mapping[Language, float]:
    paces = arrays.get("paces", np.ones(2, np.float32))
    if not np.all((paces >= PLAUSIBLE_PACES[0]) & (paces <= PLAUSIBLE_PACES[1])):
        raise EngineFailed(engine=ENGINE, problem="the voiceprint's paces are damaged; clone the voice again")
    return _by_language(paces)


def _by_language(values: Floats) -> Mapping[Language, float]:
    return {language: float(value) for language, value in zip(LANGUAGES, values, strict=True)}


def preset_voice(name: str, space: StyleSpace) -> KokoroVoice:
    """A published voice as it is. Raises Unknown."""
    style, directions = space.voice(name)
    return KokoroVoice(
        styles=dict.fromkeys(LANGUAGES, style),
        directions=directions,
        pitch_factors=dict.fromkeys(LANGUAGES, 1.0),
        equaliser=NO_EQUALISER,
    )
