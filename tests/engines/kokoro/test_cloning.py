"""What of a person goes over into a voice, apart from its place: the pace."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hwamei.domain.audio import Audio
from hwamei.domain.errors import EngineFailed
from hwamei.domain.speech import Delivery
from hwamei.domain.voice import Level, Voiceprint
from hwamei.dsp.syllables import syllable_rate_hz
from hwamei.engines.kokoro.cloning import PACES, USUAL_SYLLABLE_RATE_HZ, pace
from hwamei.engines.kokoro.engine import KokoroEngine
from hwamei.engines.kokoro.phrases import CHINESE, ENGLISH
from hwamei.engines.kokoro.runtime import Runtime
from hwamei.engines.kokoro.style_space import StyleSpace
from hwamei.engines.kokoro.target import Target
from hwamei.engines.kokoro.trial import Booth
from hwamei.engines.kokoro.voiceprint import pack, preset_voice, unpack
from hwamei.speaker.ge2e import SpeakerEncoder
from hwamei.text.plan import plan
from tests.engines.kokoro.people import UNHEARD


def somebody(syllable_rate_hz: float | None) -> Target:
    even = np.zeros(40, np.float32)
    return Target(np.ones(256, np.float32), UNHEARD, even, None, None, syllable_rate_hz=syllable_rate_hz)


def test_a_slow_person_has_a_slow_voice_within_limits() -> None:
    assert pace(somebody(None)) == 1
    assert pace(somebody(USUAL_SYLLABLE_RATE_HZ)) == 1
    assert pace(somebody(0.85 * USUAL_SYLLABLE_RATE_HZ)) == pytest.approx(0.85 ** (2 / 3))
    assert (pace(somebody(1.0)), pace(somebody(9.0))) == PACES


@pytest.mark.parametrize("own_pace", [0.8, 1.2])
def test_a_voice_speaks_at_its_pace_and_the_delivery_changes_that(own_pace: float, engine: KokoroEngine) -> None:
    (utterance,) = plan("The children laughed out loud.")
    print_ = engine.preset("af_heart")
    usual = engine.speak(utterance, print_, Delivery())
    own = pack(replace(unpack(print_), pace=own_pace), level=Level.INSTANT, facts={})
    said = engine.speak(utterance, own, Delivery())
    assert said.audio.duration_s == pytest.approx(usual.audio.duration_s / own_pace, rel=0.07)
    undone = engine.speak(utterance, own, Delivery(speed=1 / own_pace))
    assert undone.audio.duration_s == pytest.approx(usual.audio.duration_s, rel=0.05)


def test_the_pace_of_the_engine_is_the_usual_one(runtime: Runtime, encoder: SpeakerEncoder, space: StyleSpace) -> None:
    """Pooled over published voices and phrases; so nobody's pace is changed who speaks as they do."""
    booth = Booth(runtime, encoder, space, somebody(None))
    voices = [preset_voice(name, space) for name in ("af_heart", "am_michael", "zf_xiaoxiao", "zm_yunxi")]
    spoken = [booth.say(voice, phrase) for voice in voices for phrase in (*ENGLISH[:3], *CHINESE[:2])]
    together = Audio(np.concatenate([audio.samples for audio in spoken]), spoken[0].sample_rate_hz)
    heard = syllable_rate_hz(together)
    assert heard is not None
    assert 0.85 < heard / USUAL_SYLLABLE_RATE_HZ < 1.15


def test_a_voiceprint_keeps_the_pace_and_old_ones_have_none(space: StyleSpace) -> None:
    voice = preset_voice("af_heart", space)
    kept = pack(replace(voice, pace=0.9), level=Level.INSTANT, facts={})
    assert unpack(kept).pace == pytest.approx(0.9)
    without = {name: array for name, array in kept.arrays.items() if name != "pace"}
    assert unpack(replace(kept, arrays=without)).pace == 1


@pytest.mark.parametrize("value", [0.0, -1.0, 0.3, 3.0, float("nan")])
def test_a_pace_that_nobody_has_is_refused(value: float, space: StyleSpace) -> None:
    kept = pack(preset_voice("af_heart", space), level=Level.INSTANT, facts={})
    damaged: Voiceprint = replace(kept, arrays={**kept.arrays, "pace": np.array([value], np.float32)})
    with pytest.raises(EngineFailed, match="pace is damaged"):
        unpack(damaged)
