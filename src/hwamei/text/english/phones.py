"""The phones of the English readings, and where their stress goes.

They are the US set of `misaki` (Apache-2.0), which the Kokoro voices were trained on: IPA, with capitals for diphthongs
(A eɪ, I aɪ, O oʊ, W aʊ, Y ɔɪ), T for the flapped t, ᵊ and ᵻ for reduced vowels. The rules here follow misaki 0.9.4.
"""

from __future__ import annotations

PRIMARY, SECONDARY = "ˈ", "ˌ"
VOWELS = frozenset("AIOWYaiuæɑɔəɛɜɪʊʌᵻɐ")
CONSONANTS = frozenset("bdfhjklmnpstvwzðŋɡɹɾʃʒʤʧθT")
PHONES = VOWELS | CONSONANTS | frozenset("ᵊʔ") | {PRIMARY, SECONDARY}
FLAPPING = frozenset("AIOWYiuæɑəɛɪɹʊʌ")
"""After these a t before an unstressed vowel becomes a flap."""

_LONG = frozenset("AIOWYʤʧ")


def starts_with_vowel(reading: str) -> bool:
    """Whether the first sound of the reading is a vowel."""
    return next((char in VOWELS for char in reading if char in VOWELS or char in CONSONANTS), False)


def weight(reading: str) -> int:
    """How heavy a reading is, for choosing which part of a compound keeps its stress."""
    return sum(2 if char in _LONG else 1 for char in reading)


def unstressed(reading: str) -> str:
    """The reading without any stress mark."""
    return reading.replace(PRIMARY, "").replace(SECONDARY, "")


def weakened(reading: str) -> str:
    """The reading with its primary stress made secondary."""
    if PRIMARY not in reading:
        return reading
    return reading.replace(SECONDARY, "").replace(PRIMARY, SECONDARY)


def lightly_stressed(reading: str) -> str:
    """The reading with at least a secondary stress."""
    return reading if _has_stress(reading) else _stress_first_vowel(reading, SECONDARY)


def fully_stressed(reading: str) -> str:
    """The reading with a primary stress, promoted from a secondary one if there is one."""
    if PRIMARY in reading:
        return reading
    if SECONDARY in reading:
        return reading.replace(SECONDARY, PRIMARY, 1)
    return _stress_first_vowel(reading, PRIMARY)


def engine_phones(reading: str) -> str:
    """The reading in the symbols that Kokoro 1.0 knows."""
    return reading.replace("ɾ", "T").replace("ʔ", "t")


def _has_stress(reading: str) -> bool:
    return PRIMARY in reading or SECONDARY in reading


def _stress_first_vowel(reading: str, mark: str) -> str:
    for position, char in enumerate(reading):
        if char in VOWELS:
            return reading[:position] + mark + reading[position:]
    return reading
