"""Punctuation that is heard."""

from __future__ import annotations

import re

from hwamei.domain.utterance import Mark

SYMBOLS = {
    "，": ",", ",": ",", "、": ",", "。": ".", ".": ".", "？": "?", "?": "?", "！": "!", "!": "!", "；": ";",
    ";": ";", "：": ":", ":": ":", "…": "…", "—": "—", "–": "—", "―": "—", "“": '"', "”": '"', '"': '"',
    "「": '"', "」": '"', "『": '"', "』": '"', "《": '"', "》": '"', "〈": '"', "〉": '"', "«": '"',
    "»": '"', "„": '"', "‟": '"', "(": "(", "（": "(", ")": ")", "）": ")", "[": "(", "]": ")", "【": "(",
    "】": ")", "{": "(", "}": ")", "〔": "(", "〕": ")", "؟": "?", "،": ",", "؛": ";", "।": ".", "‽": "?", "¿": "",
    "¡": "",
}  # fmt: skip
"""What is written → the symbol of the mark; an empty one is not heard."""

CLAUSE_SYMBOLS = frozenset(",;:—…")
SENTENCE_SYMBOLS = frozenset(".?!…")

_RUN = re.compile(r"\.{2,}|-{2,}|[" + re.escape("".join(SYMBOLS)) + "]")


def match_mark(text: str, position: int) -> Mark | None:
    """The mark at this place of the folded text, repeated ones taken together ("!!!", "……"), or None."""
    match = _RUN.match(text, position)
    if match is None:
        return None
    symbol = _symbol(match[0])
    end = match.end()
    while (more := _RUN.match(text, end)) is not None and _symbol(more[0]) == symbol and symbol not in ('"', "(", ")"):
        end = more.end()
    return Mark(symbol, position, end)


def _symbol(written: str) -> str:
    if written.startswith(".."):
        return "…"
    if written.startswith("--"):
        return "—"
    return SYMBOLS[written]
