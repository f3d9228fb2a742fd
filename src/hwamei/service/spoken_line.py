"""A spoken line as bytes: its sound and the times of its words, to be joined to a file later."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from hwamei import npz
from hwamei.domain.audio import Audio
from hwamei.domain.language import Language
from hwamei.domain.utterance import SpokenUtterance, Word, WordTiming
from hwamei.dsp.joins import with_pause
from hwamei.service.speech import shifted

_LANGUAGES = tuple(Language)


@dataclass(frozen=True, eq=False)
class SpokenLine:
    """Sound of one line, its pauses included, and its words in time; `segment` tells whose text they are of, `engine`
    who spoke, where that is known."""

    segment: int
    audio: Audio
    words: tuple[WordTiming, ...]
    engine: str = ""


def joined(segment: int, spoken: Iterable[SpokenUtterance], *, engine: str = "") -> SpokenLine:
    """The parts of one line, in which an engine may have said it, as one."""
    audios: list[Audio] = []
    words: list[WordTiming] = []
    length_s = 0.0
    for part in spoken:
        words += shifted(part.timings, length_s)
        audios.append(with_pause(part.audio, part.utterance.pause_after_ms))
        length_s += audios[-1].duration_s
    samples = np.concatenate([audio.samples for audio in audios]) if audios else np.zeros(0, np.float32)
    rate_hz = audios[0].sample_rate_hz if audios else 1
    return SpokenLine(segment, Audio(samples, rate_hz), tuple(words), engine)


def to_bytes(line: SpokenLine) -> bytes:
    """The line; texts are not in it, only where they stand."""
    places = [(word.word.start, word.word.end, _LANGUAGES.index(word.word.language)) for word in line.words]
    return npz.pack(
        {
            "samples": line.audio.samples,
            "about": np.array([line.segment, line.audio.sample_rate_hz], np.float32),
            "times_s": np.array([(word.start_s, word.end_s) for word in line.words], np.float32).reshape(-1, 2),
            "places": np.array(places, np.float32).reshape(-1, 3),  # below 2^24, so exact
            "engine": np.frombuffer(line.engine.encode(), np.uint8).astype(np.float32),
        }
    )


def from_bytes(content: bytes, texts: list[str]) -> SpokenLine:
    """The line, its words read again from the text of its segment. Raises BadArrays."""
    arrays = npz.unpack(content)
    segment, rate_hz = arrays["about"].astype(int).tolist()
    words = [
        WordTiming(_word(texts[segment], *place), start_s, end_s)
        for place, (start_s, end_s) in zip(
            arrays["places"].astype(int).tolist(), arrays["times_s"].astype(float).tolist(), strict=True
        )
    ]
    letters = arrays.get("engine", np.zeros(0))  # not in lines of an older version
    engine = letters.astype(np.uint8).tobytes().decode()
    return SpokenLine(segment, Audio(arrays["samples"], rate_hz), tuple(words), engine)


def _word(text: str, start: int, end: int, language: int) -> Word:
    return Word(text[start:end], start, end, _LANGUAGES[language], spoken="", reading=())
