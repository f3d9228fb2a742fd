"""ZipVoice keeps the contract of `hwamei.testing`, with tiny models in the real sherpa-onnx."""

from __future__ import annotations

import pytest

from hwamei.domain.voice import Level, Voiceprint
from hwamei.ports import Engine
from hwamei.testing import CHECKS, Check, EngineUnderTest, MemoryCheckpoints, a_reference
from tests.engines.praat import median_f0_hz
from tests.engines.zipvoice.conftest import Tiny


@pytest.fixture(scope="module")
def voice(tiny: Tiny) -> Voiceprint:
    with tiny.engine() as engine:
        return engine.enrol(
            [a_reference()],
            level=Level.INSTANT,
            seed=0,
            progress=lambda percent: None,
            checkpoints=MemoryCheckpoints(),
        )


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_zipvoice_keeps_the_contract(check: Check, tiny: Tiny, voice: Voiceprint) -> None:
    def the_voice(_: Engine) -> Voiceprint:
        return voice

    check(EngineUnderTest(open_engine=tiny.engine, median_f0_hz=median_f0_hz, voice=the_voice))
