"""What an engine is asked to say in one go, and what it gives back.

Positions (`start`, `end`) are character offsets into the text that the user wrote, end exclusive, so that
times, subtitles and highlighting always speak of the user's own words and not of their spoken-out form.
"""

from __future__ import annotations

from dataclasses import dataclass

from hwamei.domain.audio import Audio
from hwamei.domain.language import Language


@dataclass(frozen=True, slots=True)
class Word:
    """The smallest thing that is timed: one Chinese character, one English word, or one written-out expression.

    `text` is what the user wrote ("长", "NASA", "1250", "$4.50"); `spoken` is how it is read out ("长", "NASA",
    "一千二百五十", "four dollars and fifty cents"). `reading` is the pronunciation: for Chinese one pinyin syllable
    with tone digit 1..5 each (ü is written v: "lv4"), after sandhi, erhua as a syllable ending in r before the digit
    ("huar1"); for English one string of Kokoro-style US phones (IPA with stress marks) for each spoken word.
    `joined` is true when no word boundary lies before it (the second character of 银行).
    """

    text: str
    start: int
    end: int
    language: Language
    spoken: str
    reading: tuple[str, ...]
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """Punctuation that is heard. `symbol` is one of , . ? ! ; : … — " ( ) whatever form the user wrote."""

    symbol: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Utterance:
    """A stretch that is spoken in one go: a sentence or some clauses of one. `language` is the one most of it is in.

    `pause_after_ms` is silence to be added after it, beyond what the engine itself makes of its last mark.
    """

    parts: tuple[Word | Mark, ...]
    language: Language
    pause_after_ms: int = 0

    @property
    def words(self) -> tuple[Word, ...]:
        """The words without the marks."""
        return tuple(part for part in self.parts if isinstance(part, Word))

    @property
    def spoken_text(self) -> str:
        """What is read out, as one writes it: for an engine that finds readings itself."""
        written: list[str] = []
        for part in self.parts:
            text = part.spoken if isinstance(part, Word) else part.symbol
            if written and isinstance(part, Word) and (written[-1] + text).isascii() and written[-1] not in ("(", "—"):
                written.append(" ")
            written.append(text)
        return "".join(written)


@dataclass(frozen=True, slots=True)
class WordTiming:
    """When a word is heard, in seconds from the start of the audio that it belongs to."""

    word: Word
    start_s: float
    end_s: float


@dataclass(frozen=True, eq=False)
class SpokenUtterance:
    """An utterance as an engine spoke it; `timings` are in order, do not overlap, and lie inside the audio."""

    utterance: Utterance
    audio: Audio
    timings: tuple[WordTiming, ...]
