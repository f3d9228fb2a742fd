"""Speech that the model breaks off, draws out or loses is made again, in halves, or refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

from hwamei.domain.audio import Samples
from hwamei.domain.errors import EngineFailed
from hwamei.domain.speech import Delivery
from hwamei.engines.zipvoice.prompt import Prompt
from hwamei.engines.zipvoice.reading import syllables_in, tokens_of
from hwamei.engines.zipvoice.runtime import Voicebox, open_voicebox
from hwamei.engines.zipvoice.speaking import TRIES, Speaker
from hwamei.testing import CHINESE, ENGLISH, a_reference
from tests.engines.zipvoice.conftest import Tiny

Spoil = Callable[[Samples, Sequence[str]], Samples]
SAID = "今天天气很好我们去公园走走今天天气很好我们去公园走"


@dataclass(frozen=True)
class Spoilt(Voicebox):
    """The real model, whose sound is spoilt for the first so many orders, or for some."""

    spoil: Spoil
    times: int = 1_000_000
    asked: list[Sequence[str]] = field(default_factory=list)

    def say(self, tokens: Sequence[str], prompt: Prompt) -> Samples:
        """Spoilt, or not."""
        samples = super().say(tokens, prompt)
        self.asked.append(tokens)
        return self.spoil(samples, tokens) if len(self.asked) <= self.times else samples


@pytest.fixture(scope="module")
def prompt() -> Prompt:
    return Prompt.of(a_reference(), SAID)


@pytest.fixture(scope="module")
def real(tiny: Tiny) -> Voicebox:
    return open_voicebox(tiny.voice, tiny.settings)


def spoilt(real: Voicebox, spoil: Spoil, times: int = 1_000_000) -> Spoilt:
    return Spoilt(real.sherpa, real.tts, spoil, times)


def cut_short(samples: Samples, tokens: Sequence[str]) -> Samples:
    return samples[:1200]


def drawn_out(samples: Samples, tokens: Sequence[str]) -> Samples:
    return np.tile(samples, 6)


def silent(samples: Samples, tokens: Sequence[str]) -> Samples:
    return np.zeros_like(samples)


def no_number(samples: Samples, tokens: Sequence[str]) -> Samples:
    return np.full_like(samples, np.nan)


def nothing(samples: Samples, tokens: Sequence[str]) -> Samples:
    return samples[:0]


@pytest.mark.parametrize("spoil", [cut_short, drawn_out, silent, no_number, nothing])
def test_what_went_wrong_once_is_said_again_with_other_noise(spoil: Spoil, real: Voicebox, prompt: Prompt) -> None:
    box = spoilt(real, spoil, times=1)
    spoken = Speaker(box, prompt).speak(ENGLISH, Delivery())
    assert box.asked == [[*tokens_of(ENGLISH), *behind] for behind in TRIES[:2]]
    usual = Speaker(real, prompt).speak(ENGLISH, Delivery())
    assert spoken.audio.duration_s == pytest.approx(usual.audio.duration_s, rel=0.1)
    assert not np.array_equal(spoken.audio.samples[:1000], usual.audio.samples[:1000])
    assert np.isfinite(spoken.audio.samples).all()


def test_what_goes_wrong_for_the_whole_is_said_in_halves(real: Voicebox, prompt: Prompt) -> None:
    def only_long_ones(samples: Samples, tokens: Sequence[str]) -> Samples:
        return samples if syllables_in(tokens) <= 3 else silent(samples, tokens)

    box = spoilt(real, only_long_ones)
    spoken = Speaker(box, prompt).speak(CHINESE, Delivery())
    assert len(box.asked) == len(TRIES) + 2
    usual = Speaker(real, prompt).speak(CHINESE, Delivery())
    assert spoken.audio.duration_s == pytest.approx(usual.audio.duration_s, rel=0.1)
    assert tuple(timing.word for timing in spoken.timings) == CHINESE.words


@pytest.mark.parametrize(
    ("spoil", "told"),
    [(cut_short, "stopped after"), (drawn_out, "went on for"), (silent, "silence"), (no_number, "no numbers")],
)
def test_what_always_goes_wrong_is_refused_with_the_reason(
    spoil: Spoil, told: str, real: Voicebox, prompt: Prompt
) -> None:
    with pytest.raises(EngineFailed, match=told):
        Speaker(spoilt(real, spoil), prompt).say([token for _ in range(8) for token in ("n0", "i2")])


def test_speech_does_not_depend_on_the_noise_that_the_system_gives(real: Voicebox, prompt: Prompt) -> None:
    """Each call draws new noise; were it heard, no two would be the same to the last bit."""
    said = [real.say(["n0", "i2", "h0", "ao3", "."], prompt) for _ in range(5)]
    assert all(np.array_equal(said[0], other) for other in said[1:])
