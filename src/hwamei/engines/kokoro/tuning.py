"""Which arithmetic speaks fastest on this machine, by letting each speak."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from hwamei.engines.kokoro.arithmetic import Arithmetic, keep, possible
from hwamei.engines.kokoro.frames import SAMPLE_RATE_HZ
from hwamei.engines.kokoro.phrases import CHINESE, ENGLISH, Phrase
from hwamei.engines.kokoro.runtime import Runtime, open_runtime
from hwamei.engines.kokoro.style_space import StyleSpace, style_space
from hwamei.settings import Settings

SPOKEN_FIRST = ENGLISH[0]  # what is spoken first takes longer
TIMED = (*CHINESE, *ENGLISH[1:])  # each has its own length, as what is spoken usually has
SPEAKER = "zf_xiaoxiao"


@dataclass(frozen=True, slots=True)
class Tuned:
    """What was measured, fastest first, and so chosen from now on. Real-time factors are seconds of work for a second
    of sound, alone on the settings' threads."""

    real_time_factors: tuple[tuple[Arithmetic, float], ...]

    @property
    def chosen(self) -> Arithmetic:
        """The fastest."""
        return self.real_time_factors[0][0]


def tune(settings: Settings, *, now_s: Callable[[], float]) -> Tuned:
    """Let every arithmetic that is possible here speak some twenty seconds, and keep to the fastest. Raises
    ModelMissing, ModelDamaged."""
    measured = dict(_measured(settings, possible(), now_s))
    fastest = keep(measured, settings)
    open_runtime(settings.model_copy(update={"kokoro_arithmetic": fastest.value}))  # its files are made anew
    return Tuned(tuple(sorted(measured.items(), key=lambda item: item[1])))


def _measured(
    settings: Settings, arithmetics: Sequence[Arithmetic], now_s: Callable[[], float]
) -> Iterator[tuple[Arithmetic, float]]:
    space = style_space()
    for arithmetic in arithmetics:
        runtime = open_runtime(settings.model_copy(update={"kokoro_arithmetic": arithmetic.value}))
        _say(runtime, space, SPOKEN_FIRST)
        begun_s = now_s()
        sound_s = sum(_say(runtime, space, phrase) for phrase in TIMED)
        yield arithmetic, (now_s() - begun_s) / sound_s


def _say(runtime: Runtime, space: StyleSpace, phrase: Phrase) -> float:
    """Speak the phrase; seconds of sound."""
    mean, directions = space.voice(SPEAKER)
    style = mean + space.bend[len(phrase.tokens) - 1] @ directions
    frames = runtime.predict(phrase.tokens, style, 1.0)
    return len(runtime.decode(frames, style)) / SAMPLE_RATE_HZ
