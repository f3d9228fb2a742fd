"""The encoder hears who speaks in the published voices."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from hwamei.domain.audio import Audio
from hwamei.domain.utterance import SpokenUtterance
from hwamei.speaker.ge2e import SpeakerEncoder, likeness
from hwamei.speaker.several import speakers_heard


def test_a_voice_is_more_like_itself_than_like_another_whatever_it_says(
    spoken: Mapping[str, SpokenUtterance], encoder: SpeakerEncoder
) -> None:
    woman, woman_mixed, man, man_in_chinese = (
        encoder.embed(spoken[name].audio) for name in ("zh", "mixed", "en", "zh by am_michael")
    )
    own = min(likeness(woman, woman_mixed), likeness(man, man_in_chinese))
    other = max(likeness(one, two) for one in (woman, woman_mixed) for two in (man, man_in_chinese))
    assert own > other + 0.1


def test_a_man_and_a_woman_are_several(spoken: Mapping[str, SpokenUtterance], encoder: SpeakerEncoder) -> None:
    assert speakers_heard([_joined(spoken, "zh", "mixed", "en", "zh by am_michael")], encoder) == 2
    assert speakers_heard([_joined(spoken, "zh", "mixed")], encoder) == 1


def _joined(spoken: Mapping[str, SpokenUtterance], *names: str) -> Audio:
    return Audio(np.concatenate([spoken[name].audio.samples for name in names]), 24_000)
