"""Whether an utterance sounds as if all of it had been said. Knows no engine."""

from __future__ import annotations

import numpy as np

from hwamei.domain.audio import Audio
from hwamei.domain.language import Language
from hwamei.domain.speech import Delivery
from hwamei.domain.utterance import SpokenUtterance, Word
from hwamei.dsp.decibel import level_db, rms

SHORTEST_SYLLABLE_S = 0.06  # at natural pace; the fastest talkers keep to about 0.1 s for long
SHORTEST_LAST_SYLLABLE_S = 0.03  # the last word, whose end a fade-out may hide
SILENT_DBFS = -60.0  # RMS; the quietest usable speech has -45
LAST_WORD_FLOOR_DB = 40.0  # under the loudest 20 ms of the utterance; a creaky last syllable has 25
_FRAME_S = 0.02
_VOWELS = frozenset("aeiouyæɑɐɒɔəɚɛɜɝɪʊʌɨʉøœAEIOUQWY")  # IPA, and the capitals that stand for diphthongs


def problem_with(spoken: SpokenUtterance, delivery: Delivery) -> str | None:
    """What makes it unlikely that the whole utterance is heard, in words; None if it is all there."""
    samples, words = spoken.audio.samples, spoken.utterance.words
    if not np.isfinite(samples).all():
        return "gave samples that are no numbers"
    if not len(samples) or level_db(rms(samples)) < SILENT_DBFS:
        return "gave silence"
    untimed = {word for word in words if word.reading} - {timing.word for timing in spoken.timings}
    if untimed or not spoken.timings:
        return f"left {len(untimed)} of {len(words)} words without a time"
    needed_s = sum(map(syllables, words)) * SHORTEST_SYLLABLE_S / delivery.speed
    if spoken.audio.duration_s < needed_s:
        return f"said {len(words)} words in {spoken.audio.duration_s:.2f} s, at least {needed_s:.2f} s are needed"
    return _problem_with_last_word(spoken, delivery)


def syllables(word: Word) -> int:
    """About how many syllables the word has; none if it is read with the one before (the 儿 of 一会儿)."""
    if word.language is Language.CHINESE:
        return len(word.reading)
    return sum(max(1, _vowel_groups(phones)) for phones in word.reading)


def _problem_with_last_word(spoken: SpokenUtterance, delivery: Delivery) -> str | None:
    last = spoken.timings[-1]
    if last.end_s - last.start_s < syllables(last.word) * SHORTEST_LAST_SYLLABLE_S / delivery.speed:
        return f"gave the last word {1000 * (last.end_s - last.start_s):.0f} ms"
    under_db = level_db(_loudest(spoken.audio)) - level_db(_loudest(_cut(spoken.audio, last.start_s, last.end_s)))
    if under_db > LAST_WORD_FLOOR_DB:
        return f"left the last word {under_db:.0f} dB under the rest"
    return None


def _vowel_groups(phones: str) -> int:
    vowel = [phone in _VOWELS for phone in phones]
    return sum(here and not before for before, here in zip([False, *vowel], vowel, strict=False))


def _cut(audio: Audio, start_s: float, end_s: float) -> Audio:
    start, end = (round(time_s * audio.sample_rate_hz) for time_s in (start_s, end_s))
    return Audio(audio.samples[start:end], audio.sample_rate_hz)


def _loudest(audio: Audio) -> float:
    """RMS of the loudest 20 ms."""
    frame_samples = max(1, round(_FRAME_S * audio.sample_rate_hz))
    frames = (audio.samples[at : at + frame_samples] for at in range(0, len(audio.samples), frame_samples))
    return max(map(rms, frames), default=0.0)
