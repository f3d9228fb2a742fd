"""Texts to be spoken, and the many options that clients of all versions send with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field

from hwamei.dialects.vocu.ids import DEFAULT_STYLE
from hwamei.dialects.vocu.refusals import Declined
from hwamei.dialects.vocu.wire.values import Body, Flag, Json, Optional
from hwamei.dialects.vocu.wire.voices import LANGUAGES, OTHER_LANGUAGES
from hwamei.domain.language import Language
from hwamei.domain.speech import SPEED_RANGE, Delivery, SpeechOrder
from hwamei.domain.speech_task import Segment
from hwamei.web.texts import Text

MAX_SEED = 2**31 - 1
MAX_DICTIONARY_WORDS = 1_000
EMOTIONS = 5

FORMAT, SAMPLE_RATE_HZ = "mp3", 24_000
"""All sound is this: the vendor has no parameter for it."""

PRESETS: list[Json] = [
    {
        "key": key,
        "i18n_name": key,
        "i18n_description": f"{key}Desc",
        "config": {
            "temperature": temperature,
            "top_k": top_k,
            "top_p": 1,
            "min_p": 0,
            "frequency_penalty": 0,
            "presence_penalty": 0,
            "repetition_penalty": 1,
            "volume": 1,
        },
    }
    for key, temperature, top_k in (("v2_balance", 0.9, 1024), ("v3_balance_pro", 1, 512))
]


def _number_or_none(given: object) -> object:
    """What is no number is passed over where the vendor does so."""
    try:
        number = float(given)  # type: ignore[arg-type]  # that is what is found out
    except (TypeError, ValueError):
        return None
    return number if abs(number) < 1e12 else None


Lenient = Annotated[float | None, BeforeValidator(_number_or_none)]


class Manner(Body):
    """How a text is to be said. What is not named here has no effect, see README.md."""

    prompt_id: Text = DEFAULT_STYLE
    language: Text | None = None
    speech_rate: Lenient = None
    seed: Lenient = None
    emo_switch: list[float] | None = None
    input_audio: Optional = None
    instruct_mode: Flag = False

    def delivery(self) -> Delivery:
        """`speechRate` is how long it takes: 2 is half as fast. Outside 0.5 to 2 it has no effect."""
        rate = self.speech_rate
        low, high = SPEED_RANGE
        return Delivery(1 / rate) if rate is not None and low <= rate <= high else Delivery()

    def take(self) -> int:
        """A seed from 1 on is a take of its own; -1, 0, none and impossible ones are as usual."""
        seed = self.seed
        return int(seed) if seed is not None and 0 < seed <= MAX_SEED and seed == int(seed) else 0

    def check(self) -> None:
        """Raises Declined for what would sound otherwise than asked."""
        if self.emo_switch is not None and len(self.emo_switch) != EMOTIONS:
            problem = f"Invalid parameter value. emo_switch takes {EMOTIONS} numbers."
            raise Declined(code="VALIDATION_INVALID_VALUE", problem=problem, field="emo_switch")
        if self.input_audio is not None:
            problem = "Invalid input audio URL. Voice conversion is not offered here; send a text."
            raise Declined(code="TTS_INPUT_AUDIO_INVALID", problem=problem, field="input_audio")
        if self.instruct_mode:
            problem = "Bad parameters. instruct_mode is not offered here."
            raise Declined(code="VALIDATION_BAD_PARAMS", problem=problem, field="instruct_mode")


class SpeakBody(Manner):
    """A text to be spoken at once."""

    voice_id: Optional = None
    text: Text | None = None
    stream: Flag = False
    direct_stream: Flag = False
    dictionary: list[Any] | None = None

    def language_wanted(self) -> Language | None:
        """None: find out, which unknown ones mean too. Raises Declined for one that only the vendor speaks."""
        return language_of(self.language, "VALIDATION_INVALID_VALUE")


class SpeakQuery(SpeakBody):
    """The same in an address, where lists are not."""

    emo_switch: None = None
    dictionary: None = None


def language_of(given: str | None, code: str) -> Language | None:
    """The language of a text; None: find out. Raises Declined for one that only the vendor speaks."""
    known = (given or "auto").lower().replace("_", "-")
    if known in OTHER_LANGUAGES:
        problem = f"Chinese and English are spoken here, {known} is not; send auto, zh or en-us."
        raise Declined(code=code, problem=problem, field="language")
    return LANGUAGES.get(known)


def segment(text: str | None, speaker: UUID | str, manner: Manner, *, language: Language | None) -> Segment:
    """In the domain's words. Raises TextEmpty, TextTooLong."""
    return Segment(SpeechOrder(text or "", language, manner.delivery()), speaker, take=manner.take())


Word = Annotated[str, Field(min_length=1, max_length=50)]


def readings_of(dictionary: list[Any] | None) -> Mapping[str, str]:
    """The pinyin of each word: `[["音素", [["y", "in1"], ["s", "u4"]]]]` → `{"音素": "yin1 su4"}`. Raises Declined."""
    found: dict[str, str] = {}
    for entry in (dictionary or [])[: MAX_DICTIONARY_WORDS + 1]:
        match entry:
            case [str(word), [*syllables]] if word and len(word) == len(syllables) <= 50:
                found[word] = " ".join(_syllable(parts) for parts in syllables)
            case _:
                raise _bad_dictionary("each entry is a word of Chinese characters and a syllable for each of them")
    if len(found) > MAX_DICTIONARY_WORDS:
        raise _bad_dictionary(f"at most {MAX_DICTIONARY_WORDS} words are taken")
    return found


def with_readings(text: str, readings: Mapping[str, str]) -> str:
    """The text with the readings written behind the words, as texts have them; the longest words first."""
    if not readings:
        return text
    words = "|".join(re.escape(word) for word in sorted(readings, key=len, reverse=True))
    return re.sub(words, lambda found: f"{found[0]}[[pinyin:{readings[found[0]]}]]", text)


def _syllable(parts: object) -> str:
    match parts:
        case str():
            written = parts
        case [str(initial), str(final)]:
            written = initial + final
        case [str(only)]:
            written = only
        case _:
            written = ""
    if not re.fullmatch(r"[a-zü:]{1,7}[1-5]", written):
        raise _bad_dictionary(f"{written[:20]!r} is no syllable of pinyin with its tone, such as yin1")
    return written


def _bad_dictionary(problem: str) -> Declined:
    problem = f"Invalid parameter value. dictionary: {problem}."
    return Declined(code="VALIDATION_INVALID_VALUE", problem=problem, field="dictionary")
