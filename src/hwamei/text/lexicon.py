"""A user's own readings: a text file with one entry a line, `written<TAB>reading`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from hwamei.domain.errors import BadLexicon
from hwamei.text.fold import fold
from hwamei.text.markup import parse_phones
from hwamei.text.pinyin import parse_reading
from hwamei.text.scripts import HAN

_HAN_WORD = re.compile(f"[{HAN}]+")
_MAX_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """How a written form is read: `pinyin` (a syllable a character), `phones` (a string a word), or `say` instead."""

    pinyin: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    say: str = ""


@dataclass(frozen=True)
class Lexicon:
    """Readings that go before all others. `entries`: by written form; Latin forms match whole words in any case."""

    entries: Mapping[str, Entry] = field(default_factory=dict)

    def match(self, sentence: str, position: int) -> tuple[str, Entry] | None:
        """The longest written form of the lexicon that stands at this place of a folded sentence, and its entry."""
        if not self.entries:
            return None
        match = self._pattern.match(sentence, position)
        return None if match is None else (match[0], self._by_folded[match[0].lower()])

    @cached_property
    def _by_folded(self) -> Mapping[str, Entry]:
        return {fold(written).lower(): entry for written, entry in self.entries.items()}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        forms = sorted(self._by_folded, key=len, reverse=True)
        return re.compile("|".join(_bounded(form) for form in forms), re.IGNORECASE)


def read_lexicon(path: Path) -> Lexicon:
    """The lexicon in a UTF-8 file; lines that begin with # and empty ones say nothing. Raises BadLexicon."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise BadLexicon(source=str(path), line=1, problem=f"it is larger than {_MAX_BYTES // 1_000_000} MB")
        content = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadLexicon(source=str(path), line=1, problem="it is not UTF-8 text; save it as UTF-8") from error
    except OSError as error:
        raise BadLexicon(source=str(path), line=1, problem=f"it cannot be read: {error.strerror}") from error
    return parse_lexicon(content, source=str(path))


def parse_lexicon(content: str, *, source: str) -> Lexicon:
    """The lexicon in the content of such a file; errors name the source. Raises BadLexicon."""
    return Lexicon(dict(_entries(content.splitlines(), source)))


def _entries(lines: Iterable[str], source: str) -> Iterable[tuple[str, Entry]]:
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        written, tab, reading = line.partition("\t")
        written, reading = written.strip(), reading.strip()
        if not tab or not written or not reading:
            raise BadLexicon(source=source, line=number, problem="write the word, a tab, and how it is read")
        entry = _entry(written, reading)
        if entry is None:
            problem = (
                f"{reading!r} is no reading of {written!r}; write pinyin with tones, /phones/, or the words to say"
            )
            raise BadLexicon(source=source, line=number, problem=problem)
        yield written, entry


def _entry(written: str, reading: str) -> Entry | None:
    if reading.startswith("/") and reading.endswith("/") and len(reading) > 2:
        phones = tuple(parse_phones(word) for word in reading[1:-1].split())
        return Entry(phones=phones) if phones and all(phones) else None
    if _HAN_WORD.fullmatch(written):
        syllables = [parse_reading(syllable) for syllable in reading.split()]
        if reading.isascii() and any(char.isdigit() for char in reading):
            if len(syllables) != len(written) or None in syllables:
                return None
            return Entry(pinyin=tuple(syllable for syllable in syllables if syllable))
    return Entry(say=reading) if any(char.isalnum() for char in reading) else None


def _bounded(form: str) -> str:
    left = r"(?<![A-Za-z0-9])" if form[0].isascii() and form[0].isalnum() else ""
    right = r"(?![A-Za-z0-9])" if form[-1].isascii() and form[-1].isalnum() else ""
    return left + re.escape(form) + right
