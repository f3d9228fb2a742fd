"""CMU Arpabet as IPA (the set of the CMU Pronouncing Dictionary, 39 phones; vowels with a stress digit)."""

from __future__ import annotations

import re

_CONSONANTS = {
    "B": "b", "CH": "ʧ", "D": "d", "DH": "ð", "F": "f", "G": "ɡ", "HH": "h", "JH": "ʤ", "K": "k", "L": "l", "M": "m",
    "N": "n", "NG": "ŋ", "P": "p", "R": "ɹ", "S": "s", "SH": "ʃ", "T": "t", "TH": "θ", "V": "v", "W": "w", "Y": "j",
    "Z": "z", "ZH": "ʒ",
}  # fmt: skip
_VOWELS = {
    "AA": "ɑ", "AE": "æ", "AH": "ʌ", "AO": "ɔ", "AW": "aʊ", "AY": "aɪ", "EH": "ɛ", "ER": "ɜɹ", "EY": "eɪ", "IH": "ɪ",
    "IY": "i", "OW": "oʊ", "OY": "ɔɪ", "UH": "ʊ", "UW": "u",
}  # fmt: skip
_UNSTRESSED = {"AH": "ə", "ER": "əɹ"}
_STRESSES = {"0": "", "1": "ˈ", "2": "ˌ", "": ""}
_PHONE = re.compile(r"([A-Z]{1,2})([012]?)")


def ipa_of(arpabet: str) -> str | None:
    """The phones as IPA, stress before the vowel; None for what is no Arpabet."""
    found = [_phone(written) for written in arpabet.upper().split()]
    return None if not found or None in found else "".join(each for each in found if each)


def _phone(written: str) -> str | None:
    parts = _PHONE.fullmatch(written)
    if parts is None:
        return None
    phone, stress = parts[1], parts[2]
    if phone in _VOWELS:
        weak = _UNSTRESSED.get(phone) if stress == "0" else None
        return _STRESSES[stress] + (weak or _VOWELS[phone])
    return None if stress else _CONSONANTS.get(phone)
