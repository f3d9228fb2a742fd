"""Words and marks in the tokens that ZipVoice was taught with.

Chinese: the initial of a syllable with a 0, then its final with the tone (`jun1` → `j0 un1`), cut as pypinyin cuts them
when it is not strict: y and w are initials. English: the signs of espeak-ng's US English, one by one, with a space
between words. Our English readings are written as Kokoro writes them, which is the same with long vowels unmarked and
diphthongs in one letter; that is undone here.
Source: `EmiliaTokenizer` of k2-fsa/ZipVoice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from hwamei.domain.errors import TextEmpty
from hwamei.domain.language import Language
from hwamei.domain.utterance import Mark, Utterance, Word
from hwamei.text.plan import plan

SPACE = " "
MARKS = {"…": ".", "—": ","}  # of those that the tokens do not have; quotation marks and brackets are left out
KNOWN_MARKS = ",.?!;:"

_SYLLABLE = re.compile(r"(?P<initial>[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?(?P<final>[a-zêü]+)(?P<tone>[1-5])")
_ESPEAK = (
    # Kokoro's letters, longest first, as espeak-ng writes them.
    ("ɜɹ", "ɜː"),
    ("əɹ", "ɚ"),
    ("ɑɹ", "ɑːɹ"),
    ("ɔɹ", "ɔːɹ"),
    ("A", "eɪ"),
    ("I", "aɪ"),
    ("O", "oʊ"),
    ("Q", "əʊ"),
    ("W", "aʊ"),
    ("Y", "ɔɪ"),
    ("ʤ", "dʒ"),
    ("ʧ", "tʃ"),
    ("T", "ɾ"),
    ("ᵊ", "ə"),
    ("ɑ", "ɑː"),
    ("ɔ", "ɔː"),
    ("u", "uː"),
)
_VOWELS = re.compile(r"(?:[aeɛɜɔo]ː?[ɪʊ]|[aeiouæɐɑɒɔəɚɛɜɪʊʌᵻ])ː?")
_TO_ESPEAK = re.compile("|".join(re.escape(ours) for ours, _ in _ESPEAK))
_LONG_I = re.compile(
    r"(?<=[ˈˌ])([^ˈˌaeiouæɑɐɒɔəɚɛɜɪʊʌ]*)i(?!ː)"
)  # the vowel of "see" has the stress, that of "happy" not


def tokens_of(utterance: Utterance) -> list[str]:
    """The utterance in tokens, marks included."""
    tokens: list[str] = []
    for part in utterance.parts:
        if isinstance(part, Mark):
            tokens += [mark] if (mark := MARKS.get(part.symbol, part.symbol)) in KNOWN_MARKS else []
        elif part.reading:
            tokens += _after(tokens, part)
            tokens += _of_word(part)
    return tokens


def tokens_of_text(text: str) -> list[str]:
    """A text in tokens; none, where nothing in it can be spoken. Raises BadMarkup."""
    try:
        utterances = list(plan(text))
    except TextEmpty:
        return []
    return [token for utterance in utterances for token in tokens_of(utterance)]


def syllables_in(tokens: Sequence[str]) -> int:
    """How many syllables the tokens have: finals with a tone, and vowels."""
    finals = sum(len(token) > 1 and token[-1] in "12345" for token in tokens)
    signs = "".join(token if len(token) == 1 else SPACE for token in tokens)
    return finals + len(_VOWELS.findall(signs))


def _after(tokens: Sequence[str], word: Word) -> Iterator[str]:
    """What stands between the last token and an English word."""
    if tokens and word.language is Language.ENGLISH and tokens[-1] not in KNOWN_MARKS:
        yield SPACE


def _of_word(word: Word) -> Iterable[str]:
    if word.language is Language.CHINESE:
        return [token for syllable in word.reading for token in of_syllable(syllable)]
    return list(SPACE.join(map(espeak, word.reading)))


def of_syllable(pinyin: str) -> list[str]:
    """One pinyin syllable with its tone digit; r before the digit stands for erhua (`huar1`)."""
    if pinyin[:-1].endswith("r") and pinyin[:-1] != "er":
        return [*of_syllable(pinyin[:-2] + pinyin[-1]), "er5"]
    match = _SYLLABLE.fullmatch(pinyin)
    if match is None:
        return [pinyin]  # m2, ng4: what is no syllable has a token of its own, or none
    final = match["final"] + match["tone"]
    return [f"{match['initial']}0", final] if match["initial"] else [final]


def espeak(phones: str) -> str:
    """One English word in espeak-ng's signs."""
    written = _TO_ESPEAK.sub(lambda found: dict(_ESPEAK)[found[0]], phones)
    return _LONG_I.sub(r"\1iː", written)
