"""Speaking a text so that nothing of it is missing and nothing is added.

How long a text takes is known beforehand, about: from its syllables and the pace of the prompt. Sound that is much
longer or shorter, silent or broken is made again with other noise, then in halves, and then refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hwamei.domain.audio import Audio, Samples
from hwamei.domain.errors import EngineFailed
from hwamei.domain.speech import Delivery
from hwamei.domain.utterance import SpokenUtterance, Utterance
from hwamei.dsp import tempo
from hwamei.dsp.decibel import level_db, rms
from hwamei.dsp.trim import sounding, trim_silence
from hwamei.dsp.word_times import word_times
from hwamei.engines.zipvoice.prompt import ENGINE, SAMPLE_RATE_HZ, Prompt
from hwamei.engines.zipvoice.reading import KNOWN_MARKS, SPACE, syllables_in, tokens_of
from hwamei.engines.zipvoice.runtime import Voicebox

TRIES: tuple[tuple[str, ...], ...] = ((), (".",), (",", "."))  # put behind: speech of another length takes other noise
_LENGTHS = (0.4, 3.0)  # of what is expected: a prompt in another language is a poor measure
_GIVE_S = (0.1, 0.6)  # beyond that, for a short text: less, more
_SILENT_BELOW_DBFS = -50.0
_EDGE_MS = 40.0
_MOST_HALVINGS = 2


@dataclass(frozen=True)
class Speaker:
    """A voice that speaks. Any number of threads may use it at once."""

    voicebox: Voicebox
    prompt: Prompt

    def speak(self, utterance: Utterance, delivery: Delivery) -> SpokenUtterance:
        """The utterance, with times. Raises EngineFailed."""
        natural = self.say(tokens_of(utterance))
        # The model's own speed stretches the prompt as well, and then goes on in the middle of it.
        audio = tempo.change(natural, speed=delivery.speed, pitch_semitones=delivery.pitch_semitones)
        return SpokenUtterance(utterance, audio, word_times(utterance, audio))

    def say(self, tokens: Sequence[str], *, halvings: int = 0) -> Audio:
        """The tokens at 24 kHz, with 40 ms of silence at most at both ends. Raises EngineFailed."""
        problem = ""
        for behind in TRIES:
            samples = self.voicebox.say([*tokens, *behind], self.prompt)
            problem = self._problem(tokens, samples)
            if not problem:
                return trim_silence(Audio(samples, SAMPLE_RATE_HZ), before_ms=_EDGE_MS, after_ms=_EDGE_MS)
        halves = halved(tokens) if halvings < _MOST_HALVINGS else None
        if halves is None:
            problem += f", {len(TRIES)} times over; write that sentence differently, or make the voice anew"
            raise EngineFailed(engine=ENGINE, problem=problem)
        parts = [self.say(half, halvings=halvings + 1).samples for half in halves]
        return Audio(np.concatenate(parts), SAMPLE_RATE_HZ)

    def _problem(self, tokens: Sequence[str], samples: Samples) -> str:
        """What is wrong with the sound of the tokens; nothing if nothing is."""
        if not np.isfinite(samples).all():
            return "the model gave sound that is no numbers"
        if level_db(rms(samples)) < _SILENT_BELOW_DBFS:
            return "the model gave silence"
        expected_s = syllables_in(tokens) / self.prompt.syllables_per_s
        start, end = sounding(Audio(samples, SAMPLE_RATE_HZ)) or (0, 0)
        spoken_s = (end - start) / SAMPLE_RATE_HZ
        least_s, most_s = (share * expected_s for share in _LENGTHS)
        if spoken_s < least_s - _GIVE_S[0]:
            return f"the model stopped after {spoken_s:.1f} s of some {expected_s:.1f} s"
        if spoken_s > most_s + _GIVE_S[1]:
            return f"the model went on for {spoken_s:.1f} s instead of some {expected_s:.1f} s"
        return ""


def halved(tokens: Sequence[str]) -> tuple[Sequence[str], Sequence[str]] | None:
    """The tokens in two, after the mark nearest to the middle, or else between words or syllables; None if it is one
    syllable."""
    for may_begin in (_follows_a_mark, _follows_a_space, _begins_a_syllable):
        places = [i for i in range(1, len(tokens)) if may_begin(tokens, i)]
        inside = [i for i in places if syllables_in(tokens[:i]) and syllables_in(tokens[i:])]
        if inside:
            cut = min(inside, key=lambda i: abs(i - len(tokens) / 2))
            return tokens[:cut], tokens[cut:]
    return None


def _follows_a_mark(tokens: Sequence[str], place: int) -> bool:
    return tokens[place - 1] in KNOWN_MARKS


def _follows_a_space(tokens: Sequence[str], place: int) -> bool:
    return tokens[place - 1] == SPACE


def _begins_a_syllable(tokens: Sequence[str], place: int) -> bool:
    """Of Chinese: after the final of another."""
    before = tokens[place - 1]
    return len(before) > 1 and before[-1] in "12345"
