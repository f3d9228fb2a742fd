"""How a text will be read."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter

from hwamei.dialects.native.documented import refusals
from hwamei.dialects.native.routes import PREFIX
from hwamei.dialects.native.wire.text import MarkupOut, ReadingsBody, ReadingsOut, WordOut
from hwamei.domain.app import Operation
from hwamei.domain.errors import BadMarkup, NotFound, TextEmpty, TextTooLong
from hwamei.service.reading import lexicon_of
from hwamei.service.wording import ReadWord, worded
from hwamei.web.calls import Calling, SignedRoute

router = APIRouter(prefix=PREFIX, tags=["text"], route_class=SignedRoute)


@router.post("/readings", responses=refusals(TextEmpty, TextTooLong, BadMarkup, NotFound, body=True))
def read_text(body: ReadingsBody, call: Calling) -> ReadingsOut:
    """How a text will be read: its words, and for each Chinese character the readings to choose from.

    Write `[[pinyin:…]]`, `[[say:…]]` or `[[ipa:…]]` right behind a word to have it read otherwise, and
    `[[pause:500ms]]` for a pause.
    """
    app = call.may(Operation.READ)
    lexicon = lexicon_of(call.platform.lexicons, app.id, body.lexicon)
    wording = worded(body.text, language=body.language, lexicon=lexicon)
    return ReadingsOut(
        language=wording.language,
        words=[_word(each) for each in wording.words],
        markups=[MarkupOut(**asdict(each)) for each in wording.markups],
    )


def _word(read: ReadWord) -> WordOut:
    word = read.word
    return WordOut(
        text=word.text,
        start=word.start,
        end=word.end,
        language=word.language,
        spoken=word.spoken,
        reading=list(word.reading),
        joined=word.joined,
        choices=list(read.choices),
    )
