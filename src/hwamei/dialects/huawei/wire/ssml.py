"""SSML as our own markup: `<phoneme>`, `<break>`, `<sub>` and `<say-as>` say something, others only hold text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from xml.etree.ElementTree import ParseError, XMLParser

from hwamei.domain.errors import BadField

MAX_DEPTH = 32
STRENGTHS_MS: Mapping[str, int] = {
    "none": 0, "x-weak": 100, "weak": 200, "medium": 400, "strong": 800, "x-strong": 1200,
}  # fmt: skip
USUAL_BREAK_MS = STRENGTHS_MS["medium"]
LONGEST_BREAK_MS = 10_000

_SSML = re.compile(r"\s*(<\?xml[^>]*>\s*)?<(speak|!)", re.IGNORECASE)
_TIME = re.compile(r"(\d{1,5}(?:\.\d{1,3})?)(ms|s)")


def plain(text: str) -> str:
    """The text, with SSML as our markup if it is `<speak>…</speak>`. Raises BadField."""
    if not _SSML.match(text):
        return text
    if "<!" in text:  # no document types, so no entities of its own
        raise _bad("has a document type or a comment, which is not taken")
    try:
        parser = XMLParser(target=_Speaker())
        parser.feed(text.strip())
        return str(parser.close())
    except ParseError as error:
        raise _bad(f"is no well-formed SSML ({error})") from error


class _Speaker:
    """What a parser tells of the elements, as it reads them."""

    def __init__(self) -> None:
        self._open: list[tuple[str, Mapping[str, str], list[str]]] = [("", {}, [])]

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins. Raises BadField."""
        if len(self._open) > MAX_DEPTH:
            raise _bad(f"is nested deeper than {MAX_DEPTH}")
        self._open.append((tag.rpartition("}")[2].lower(), attributes, []))

    def data(self, text: str) -> None:
        """A piece of text."""
        self._open[-1][2].append(text)

    def end(self, tag: str) -> None:
        """An element ends: what it says takes its place."""
        name, attributes, texts = self._open.pop()
        inner = "".join(texts)
        self.data(_ELEMENTS[name](attributes, inner) if name in _ELEMENTS else inner)

    def close(self) -> str:
        """All that is said."""
        return "".join(self._open[0][2]).strip()


def _break(attributes: Mapping[str, str], inner: str) -> str:
    found = _TIME.fullmatch(attributes.get("time", ""))
    if found is None:
        pause_ms = STRENGTHS_MS.get(attributes.get("strength", ""), USUAL_BREAK_MS)
    else:
        pause_ms = round(float(found[1]) * (1000 if found[2] == "s" else 1))
    return f"[[pause:{min(pause_ms, LONGEST_BREAK_MS)}ms]]{inner}"


def _phoneme(attributes: Mapping[str, str], inner: str) -> str:
    reading, kind = attributes.get("ph", ""), attributes.get("alphabet", "").lower()
    if not reading:
        return inner
    name = "ipa" if kind in ("ipa", "arpabet", "cmu") or "/" in reading else "pinyin"
    return f"{inner}[[{name}:{reading.strip('/')}]]"


def _sub(attributes: Mapping[str, str], inner: str) -> str:
    return attributes.get("alias") or inner


def _say_as(attributes: Mapping[str, str], inner: str) -> str:
    spelt = attributes.get("interpret-as", "").lower() in ("spell", "characters", "spell-out")
    return " ".join(inner.replace(" ", "")) if spelt else inner


_ELEMENTS: Mapping[str, Callable[[Mapping[str, str], str], str]] = {
    "break": _break,
    "phoneme": _phoneme,
    "sub": _sub,
    "say-as": _say_as,
}


def _bad(problem: str) -> BadField:
    return BadField(name="text", given="(SSML)", problem=problem)
