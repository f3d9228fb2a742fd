"""Whether a recording can be of a sentence, as far as that can be told without recognising speech.

What is judged: that the recording can be read, that somebody speaks in it, that the sentence is in its language, and
that the speech has about the length that so many syllables take. Which words are said is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hwamei.codecs.decode import decode_file
from hwamei.domain.audio import Audio
from hwamei.domain.errors import BadAudio, BadSentence, SentenceReason, TextEmpty
from hwamei.domain.language import Language
from hwamei.dsp.reference import speech_only
from hwamei.service.plausible import syllables
from hwamei.text.language import detect
from hwamei.text.plan import plan

LONGEST_SENTENCE_S = 15.0
MAX_SENTENCE_CHARACTERS = 1_000
SHORTEST_SYLLABLE_S = 0.08  # the fastest talkers keep to about 0.1 s for long
LONGEST_SYLLABLE_S = 1.2  # who dictates slowly takes 0.5 s, pauses for breath included
SHORTEST_SPEECH_S = 0.2


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a recording can be of a sentence. `unsaid`: where in the text the characters stand that the time of the
    speech has no room for; empty where there is too much speech for the text, or none at all for any of it."""

    fits: bool
    unsaid: tuple[int, ...] = ()


def judge(audio: Path, text: str, *, name: str, language: Language) -> Judgement:
    """Whether the recording can be of the sentence. Raises BadAudio, BadSentence for a sentence that cannot be read."""
    refuse_other_language(text, language, name)
    needed = _syllables(text, name, language)
    speech_s = speech_only(_decoded(audio, name)).duration_s
    if speech_s < SHORTEST_SPEECH_S:
        return Judgement(fits=False, unsaid=tuple(range(len(text))))
    if speech_s > needed * LONGEST_SYLLABLE_S + LONGEST_SYLLABLE_S:
        return Judgement(fits=False)
    shortest_s = needed * SHORTEST_SYLLABLE_S
    if speech_s < shortest_s:
        return Judgement(fits=False, unsaid=tuple(range(int(len(text) * speech_s / shortest_s), len(text))))
    return Judgement(fits=True)


def read_text(path: Path, name: str) -> str:
    """The sentence in a text file, UTF-8 or GB 18030. Raises BadSentence."""
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding).strip()
        except UnicodeDecodeError:
            continue
        if not text or len(text) > MAX_SENTENCE_CHARACTERS or "\0" in text:
            problem = f"has {len(text)} characters, 1 to {MAX_SENTENCE_CHARACTERS} are taken for one sentence"
            raise BadSentence(reason=SentenceReason.UNREADABLE, name=name, problem=problem)
        return text
    problem = "is no text in UTF-8 or GB 18030; save it as UTF-8"
    raise BadSentence(reason=SentenceReason.UNREADABLE, name=name, problem=problem)


def refuse_other_language(text: str, language: Language, name: str) -> None:
    """Raises BadSentence unless most of the sentence's words are in the language."""
    found = detect(text)
    if found is not language and any(character.isalpha() for character in text):
        problem = f"is mostly in the language {found!s}, the voice is to be made from {language!s}"
        raise BadSentence(reason=SentenceReason.WRONG_LANGUAGE, name=name, problem=problem)


def duration_of(audio: Path, name: str) -> float:
    """How long a recording is, in seconds. Raises BadAudio."""
    return _decoded(audio, name).duration_s


def _syllables(text: str, name: str, language: Language) -> int:
    try:
        return sum(syllables(word) for utterance in plan(text, language=language) for word in utterance.words)
    except TextEmpty as error:
        problem = "has nothing in it that can be spoken"
        raise BadSentence(reason=SentenceReason.UNREADABLE, name=name, problem=problem) from error


def _decoded(path: Path, name: str) -> Audio:
    try:
        with path.open("rb") as file:
            return decode_file(file, name)
    except OSError as error:
        raise BadAudio(source=name, problem=f"cannot be read ({error.strerror})") from error
