"""The door of the text front end: a user's text → utterances, one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from hwamei.domain.errors import TextEmpty
from hwamei.domain.language import Language
from hwamei.domain.utterance import Utterance
from hwamei.text.fold import fold
from hwamei.text.lexicon import Lexicon
from hwamei.text.normalise import normalise
from hwamei.text.packing import pack
from hwamei.text.pronounce import Pronouncer
from hwamei.text.sentences import sentences


def plan(text: str, *, language: Language | None = None, lexicon: Lexicon | None = None) -> Iterator[Utterance]:
    """The utterances of a text, made one sentence at a time as they are asked for.

    `language` decides how figures are read where the words around them do not; None: find out. Raises BadMarkup, and
    TextEmpty if nothing in the text can be spoken, both before the first utterance.
    """
    if not any(char.isalnum() for char in text):
        raise TextEmpty()
    return _utterances(text, language)


def _utterances(text: str, language: Language | None) -> Iterator[Utterance]:
    folded = fold(text)
    pronouncer = Pronouncer(text)
    first = True
    for sentence in sentences(folded):
        items = normalise(folded[sentence.start : sentence.end], offset=sentence.start, language=language)
        parts = list(pronouncer.pronounce(items))
        for utterance in pack(parts, pause_ms=sentence.pause_ms, first=first):
            yield utterance
            first = False
    if first:
        raise TextEmpty()
