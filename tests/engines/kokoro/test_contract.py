"""Kokoro keeps the contract of `hwamei.testing`, with the real model and a small effort of training."""

from __future__ import annotations

import pytest

from hwamei.domain.language import Language
from hwamei.engines.kokoro.effort import Effort
from hwamei.engines.kokoro.engine import KokoroEngine
from hwamei.engines.kokoro.phrases import Phrase
from hwamei.engines.kokoro.runtime import Runtime
from hwamei.engines.kokoro.vocabulary import TOKENS
from hwamei.settings import Settings
from hwamei.testing import CHECKS, Check, EngineUnderTest
from tests.engines.praat import median_f0_hz

HELLO = Phrase(Language.ENGLISH, tuple(TOKENS[symbol] for symbol in "həlˈO."))
NIHAO = Phrase(Language.CHINESE, tuple(TOKENS[symbol] for symbol in "ni↗xau↓."))
SMALL = Effort(
    search_steps=20,
    rounds=2,
    finalists=1,
    to_fit={Language.ENGLISH: (HELLO,), Language.CHINESE: (NIHAO,)},
    to_judge=(HELLO, NIHAO),
)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_kokoro_keeps_the_contract(check: Check, kokoro_settings: Settings, runtime: Runtime) -> None:
    """Durations come in frames of 25 ms from a network that is told the speed, so pace is held to within a tenth."""
    check(
        EngineUnderTest(
            open_engine=lambda: KokoroEngine(kokoro_settings, effort=SMALL, runtime=runtime),
            median_f0_hz=median_f0_hz,
            pace_within=0.15,
            pitch_within_cents=60.0,
        )
    )
