"""Texts with timed words, made up for the tests of this folder."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from hwamei.domain.language import Language
from hwamei.domain.utterance import Word, WordTiming

CHINESE = "天地人你我他好大小上下来去春夏秋冬风雨山水"


@dataclass(frozen=True)
class TimedText:
    """A text, its words in time, and how long the sound is."""

    text: str
    timings: tuple[WordTiming, ...]
    duration_s: float


def timed(pieces: list[str | tuple[str, float]], *, pause_s: float = 0.0) -> TimedText:
    """A text from pieces: a word with its seconds, or what stands between two words. `pause_s` follows every mark."""
    text, now_s, timings = "", 0.1, []
    for piece in pieces:
        if isinstance(piece, str):
            text, now_s = text + piece, now_s + pause_s
            continue
        word, length_s = piece
        timings.append(WordTiming(a_word(word, len(text)), now_s, now_s + length_s))
        text, now_s = text + word, now_s + length_s
    return TimedText(text, tuple(timings), now_s + 0.1)


def spread(text: str, *, joined: frozenset[int] = frozenset()) -> TimedText:
    """The text with each Chinese character and each run of other letters as a word of 0.3 s, each mark as 0.2 s.

    The characters at the positions in `joined` continue a word.
    """
    timings: list[WordTiming] = []
    now_s, position = 0.0, 0
    while position < len(text):
        end = _word_end(text, position)
        if end == position:
            now_s, position = now_s + 0.2, position + 1
            continue
        word = a_word(text[position:end], position, joined=position in joined)
        timings.append(WordTiming(word, now_s, now_s + 0.3))
        now_s, position = now_s + 0.3, end
    return TimedText(text, tuple(timings), now_s)


def _word_end(text: str, position: int) -> int:
    if "一" <= text[position] <= "鿿":
        return position + 1
    end = position
    while end < len(text) and text[end].isalnum() and not "一" <= text[end] <= "鿿":
        end += 1
    return end


def a_word(text: str, start: int, *, joined: bool = False) -> Word:
    """A word as the text front end makes it, as far as subtitles care."""
    language = Language.CHINESE if "一" <= text[:1] <= "鿿" else Language.ENGLISH
    return Word(text, start, start + len(text), language, spoken=text, reading=("x",), joined=joined)


@st.composite
def timed_texts(draw: st.DrawFn) -> TimedText:
    """Texts in Chinese and English with all kinds of marks, and words of 0 to 0.8 s."""
    words = st.one_of(
        st.sampled_from(CHINESE), st.text("abcdefghijkl'", min_size=1, max_size=12), st.just("1,250"), st.just("a" * 60)
    )
    marks = ["", "", " ", ", ", "，", "。", "、", "！”", "：“", ' "', '." ', " (", ") ", "\n\n", "……", " — "]
    gaps = st.one_of(
        st.sampled_from(marks),
        st.text(max_size=4),
        st.just("[[pause:500]]"),
    )
    pieces = draw(st.lists(st.tuples(gaps, words, st.booleans(), _TIMES_S, _TIMES_S), min_size=1, max_size=60))
    text, now_s, timings = "", 0.0, []
    for gap, written, joined, silence_s, length_s in pieces:
        start_s = now_s + silence_s
        text += gap
        timings.append(WordTiming(a_word(written, len(text), joined=joined and not gap), start_s, start_s + length_s))
        text, now_s = text + written, start_s + length_s
    return TimedText(text + draw(gaps), tuple(timings), now_s + draw(_TIMES_S))


_TIMES_S = st.one_of(st.just(0.0), st.floats(0.0, 0.8, allow_subnormal=False))
