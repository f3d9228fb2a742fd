"""Kokoro keeps the contract of `hwamei.testing`, with the real model and a small effort of training."""

from __future__ import annotations

import pytest

from hwamei.domain.language import Language
from hwamei.engines.kokoro.effort import Effort, Fit
from hwamei.engines.kokoro.engine import KokoroEngine
from hwamei.engines.kokoro.phrases import A_FEW, Phrase
from hwamei.engines.kokoro.runtime import Runtime
from hwamei.engines.kokoro.vocabulary import TOKENS
from hwamei.settings import Settings
from hwamei.testing import (
    ENROLLING,
    SPEAKING,
    Check,
    EngineUnderTest,
    memory_is_given_back,
    trained_is_never_less_like_than_instant,
)
from tests.engines.praat import median_f0_hz

HELLO = Phrase(Language.ENGLISH, tuple(TOKENS[symbol] for symbol in "həlˈO."))
NIHAO = Phrase(Language.CHINESE, tuple(TOKENS[symbol] for symbol in "ni↗xau↓."))
SMALL = Effort(
    search_steps=20,
    to_sketch=A_FEW,
    sketch_fits=dict.fromkeys(Language, Fit(2)),
    rounds=1,
    finalists=1,
    to_fit={Language.ENGLISH: (HELLO,), Language.CHINESE: (NIHAO,)},
    to_judge=(HELLO, NIHAO),
    to_measure=A_FEW,
    fits=dict.fromkeys(Language, Fit(2)),
    to_tell=(HELLO, NIHAO),
)


# The instant level tells its likeness by the phrases that it was fitted to, the trained one by others: the two figures
# are of different kinds. That what is heard never falls is for test_training, on the same figure before and after.
OF_ONE_FIGURE = [check for check in ENROLLING if check is not trained_is_never_less_like_than_instant]


@pytest.mark.long("seconds of real speech for each")
@pytest.mark.parametrize("check", [*SPEAKING, *OF_ONE_FIGURE], ids=lambda check: check.__name__)
def test_kokoro_keeps_the_contract(check: Check, kokoro_settings: Settings, runtime: Runtime) -> None:
    """Durations are whole frames of 25 ms, at least one for each token, and the quiet at both ends is not stretched: at
    twice the speed a second of speech is a tenth too long. Its median pitch is then one of few frames: a few more or
    less that are loud enough move it by a semitone."""
    given = None if check is memory_is_given_back else runtime  # what each opening loads is what counts there
    check(
        EngineUnderTest(
            open_engine=lambda: KokoroEngine(kokoro_settings, effort=SMALL, runtime=given),
            median_f0_hz=median_f0_hz,
            pace_within=0.2,
            pitch_within_cents=150.0,
        )
    )
