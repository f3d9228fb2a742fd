"""What of a person goes over into a voice, apart from its place: the pace."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hwamei.domain.audio import Audio
from hwamei.domain.errors import EngineFailed
from hwamei.domain.language import Language
from hwamei.domain.speech import Delivery
from hwamei.domain.voice import Level, Voiceprint
from hwamei.dsp.resample import resample
from hwamei.dsp.syllables import syllable_rate_hz
from hwamei.engines.kokoro.cloning import PACES, USUAL_SYLLABLE_RATE_HZ, paces
from hwamei.engines.kokoro.engine import KokoroEngine
from hwamei.engines.kokoro.phrases import CHINESE, ENGLISH, TO_TELL
from hwamei.engines.kokoro.runtime import Runtime
from hwamei.engines.kokoro.style_space import StyleSpace
from hwamei.engines.kokoro.target import Target, listen
from hwamei.engines.kokoro.trial import Booth
from hwamei.engines.kokoro.voiceprint import pack, preset_voice, unpack
from hwamei.speaker.ge2e import SpeakerEncoder
from hwamei.testing import MemoryCheckpoints
from hwamei.text.plan import plan
from tests.engines.kokoro.people import UNHEARD


def somebody(syllable_rate_hz: float | None) -> Target:
    even = np.zeros(40, np.float32)
    return Target(np.ones(256, np.float32), UNHEARD, even, None, None, syllable_rate_hz=syllable_rate_hz)


def played_faster(audio: Audio, factor: float) -> Audio:
    """By a factor: pitch, formants and pace all go up by it."""
    fewer = resample(audio, round(audio.sample_rate_hz / factor))
    return Audio(fewer.samples, audio.sample_rate_hz)


def test_a_slow_person_has_a_slow_voice_within_limits() -> None:
    usual = dict.fromkeys(Language, 1.0)
    assert paces(somebody(None)) == usual
    assert paces(somebody(USUAL_SYLLABLE_RATE_HZ)) == usual
    slow = paces(somebody(0.85 * USUAL_SYLLABLE_RATE_HZ))
    assert 0.85 < slow[Language.ENGLISH] < 1
    for rate_hz, limit in ((0.5, PACES[0]), (99.0, PACES[1])):
        assert paces(somebody(rate_hz))[Language.ENGLISH] == limit
        assert paces(somebody(rate_hz))[Language.CHINESE] == 1


@pytest.mark.parametrize("own_pace", [0.8, 1.2])
def test_a_voice_speaks_at_its_pace_and_the_delivery_changes_that(own_pace: float, engine: KokoroEngine) -> None:
    (utterance,) = plan("The children laughed out loud.")
    print_ = engine.preset("af_heart")
    usual = engine.speak(utterance, print_, Delivery())
    own = pack(replace(unpack(print_), paces=dict.fromkeys(Language, own_pace)), level=Level.INSTANT, facts={})
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
    paces = {Language.CHINESE: 0.95, Language.ENGLISH: 0.9}
    kept = pack(replace(voice, paces=paces), level=Level.INSTANT, facts={})
    assert unpack(kept).paces == pytest.approx(paces)
    without = {name: array for name, array in kept.arrays.items() if name != "paces"}
    assert unpack(replace(kept, arrays=without)).paces == dict.fromkeys(Language, 1.0)


@pytest.mark.parametrize("value", [0.0, -1.0, 0.3, 3.0, float("nan")])
def test_a_pace_that_nobody_has_is_refused(value: float, space: StyleSpace) -> None:
    kept = pack(preset_voice("af_heart", space), level=Level.INSTANT, facts={})
    damaged: Voiceprint = replace(kept, arrays={**kept.arrays, "paces": np.array([1.0, value], np.float32)})
    with pytest.raises(EngineFailed, match="damaged"):
        unpack(damaged)


@pytest.mark.long("clones and speaks")
def test_an_instant_voice_is_fitted_to_what_it_said(
    engine: KokoroEngine, runtime: Runtime, encoder: SpeakerEncoder, space: StyleSpace
) -> None:
    """Somebody who reads slowly and whose vocal tract no style of the engine has (a published voice played faster by a
    tenth) is cloned; in other phrases the clone is nearer with what was fitted than without, and about as near as was
    told."""
    person = replace(preset_voice("af_heart", space), paces=dict.fromkeys(Language, 0.8))
    nobody = Booth(runtime, encoder, space, somebody(None))
    reference = [played_faster(said, 1.1) for said in nobody.say_all(person, (*ENGLISH[:4], *CHINESE[:2]))]
    told: list[float] = []
    enrolled = engine.enrol(
        reference, level=Level.INSTANT, seed=0, progress=told.append, checkpoints=MemoryCheckpoints()
    )
    assert told[0] == 0
    assert told[-1] == 100
    assert told == sorted(told)
    voice = unpack(enrolled)
    assert set(voice.sounds) == set(Language)
    assert voice.paces[Language.ENGLISH] < 1
    booth = Booth(runtime, encoder, space, listen(reference, encoder))
    fitted, plain = (booth.likeness(booth.say_all(one, TO_TELL)) for one in (voice, replace(voice, sounds={})))
    assert fitted > plain
    assert fitted == pytest.approx(enrolled.facts["likeness"], abs=0.08)
    assert enrolled.facts["likeness"] > enrolled.facts["likeness_before"]
