"""The door of the text front end: a user's text → utterances, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hwamei.domain.errors import TextEmpty
from hwamei.domain.language import Language
from hwamei.domain.utterance import Utterance
from hwamei.text.emoji_names import match_emoji
from hwamei.text.fold import fold
from hwamei.text.language import detect
from hwamei.text.lexicon import Lexicon
from hwamei.text.markup import Markup, check_markup
from hwamei.text.normalise import Normaliser
from hwamei.text.packing import pack
from hwamei.text.pronounce import Pronouncer
from hwamei.text.sentences import PAUSE_MASK, READING_MASK, sentences

_DETECTED_CHARACTERS = 2000


def plan(text: str, *, language: Language | None = None, lexicon: Lexicon | None = None) -> Iterator[Utterance]:
    """The utterances of a text, made one sentence at a time as they are asked for.

    `language` decides how figures are read where no words stand around them; None: as most of the text is. Raises
    BadMarkup, and TextEmpty if nothing in the text can be spoken, both before the first utterance.
    """
    folded = fold(text)
    markups = check_markup(folded)
    if not any(char.isalnum() or match_emoji(folded, position) for position, char in enumerate(folded)):
        raise TextEmpty()
    usual = detect(text[:_DETECTED_CHARACTERS]) if language is None else language
    return _utterances(text, folded, markups, Normaliser(usual, lexicon or Lexicon()))


def _utterances(text: str, folded: str, markups: Sequence[Markup], normaliser: Normaliser) -> Iterator[Utterance]:
    pronouncer = Pronouncer(text)
    first = True
    for sentence in sentences(_masked(folded, markups)):
        items = normaliser.normalise(folded[sentence.start : sentence.end], sentence.start)
        parts = list(pronouncer.pronounce(items))
        for utterance in pack(parts, pause_ms=sentence.pause_ms, first=first):
            yield utterance
            first = False
    if first:
        raise TextEmpty()


def _masked(folded: str, markups: Sequence[Markup]) -> str:
    """The text with its markups made opaque, so that nothing in them ends a sentence."""
    if not markups:
        return folded
    pieces, done = [], 0
    for markup in markups:
        mask = PAUSE_MASK if markup.pause_ms is not None else READING_MASK
        pieces += [folded[done : markup.start], mask * (markup.end - markup.start)]
        done = markup.end
    return "".join([*pieces, folded[done:]])
