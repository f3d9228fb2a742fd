"""The vendor's own voices, spoken by those that the engine brings along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hwamei.domain.language import Language
from hwamei.domain.voice import Gender
from hwamei.service.presets import Preset

VENDORS_VOICES: Mapping[str, Gender] = {
    "alloy": Gender.FEMALE,
    "ash": Gender.MALE,
    "ballad": Gender.MALE,
    "cedar": Gender.MALE,
    "coral": Gender.FEMALE,
    "echo": Gender.MALE,
    "fable": Gender.MALE,
    "marin": Gender.FEMALE,
    "nova": Gender.FEMALE,
    "onyx": Gender.MALE,
    "sage": Gender.FEMALE,
    "shimmer": Gender.FEMALE,
    "verse": Gender.MALE,
}
"""What each sounds like."""


def stand_in(name: str, presets: Sequence[Preset]) -> str | None:
    """The engine's voice for one of the vendor's: its namesake (`af_nova`), or else another of the same kind, for each
    name its own as far as there are enough. None for a name that the vendor does not have."""
    if name not in VENDORS_VOICES:
        return None
    namesakes = {_given_name(preset): preset.name for preset in reversed(presets)}
    if name in namesakes:
        return namesakes[name]
    gender = VENDORS_VOICES[name]
    alike = [other for other, sounds in VENDORS_VOICES.items() if sounds is gender and other not in namesakes]
    voices = [each for each in _of(gender, presets) if _given_name(each) not in VENDORS_VOICES] or list(presets)
    return voices[alike.index(name) % len(voices)].name


def _given_name(preset: Preset) -> str:
    """`nova` of `af_nova`."""
    return preset.name.rpartition("_")[2]


def _of(gender: Gender, presets: Sequence[Preset]) -> list[Preset]:
    """Those of the gender whose mother tongue is English, as the vendor's is; of any if there is none."""
    alike = [preset for preset in presets if preset.gender is gender]
    return [preset for preset in alike if preset.language is Language.ENGLISH] or alike
