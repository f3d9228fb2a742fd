"""Who speaks for the vendor's own voices."""

from __future__ import annotations

import re
from pathlib import Path

from hwamei import dialects
from hwamei.dialects.openai.stand_ins import VENDORS_VOICES, stand_in
from hwamei.domain.language import Language
from hwamei.domain.voice import Gender
from hwamei.engines.kokoro.engine import open_engine
from hwamei.service.presets import Preset
from hwamei.settings import Settings


def preset(name: str, gender: Gender | None = None, language: Language | None = Language.ENGLISH) -> Preset:
    return Preset(name, language, gender)


def test_a_namesake_speaks() -> None:
    presets = [preset("af_alloy", Gender.FEMALE), preset("am_onyx", Gender.MALE), preset("bf_alloy", Gender.FEMALE)]
    assert stand_in("alloy", presets) == "af_alloy"
    assert stand_in("onyx", presets) == "am_onyx"


def test_without_a_namesake_one_of_the_same_gender_speaks_each_another() -> None:
    women = [preset(f"af_{number}", Gender.FEMALE) for number in range(9)]
    men = [preset(f"am_{number}", Gender.MALE) for number in range(9)]
    foreign = [preset("zf_x", Gender.FEMALE, Language.CHINESE), preset("zm_x", Gender.MALE, Language.CHINESE)]
    found = {name: stand_in(name, [*foreign, *men, *women]) for name in VENDORS_VOICES}
    assert len(set(found.values())) == len(VENDORS_VOICES)
    for name, gender in VENDORS_VOICES.items():
        assert str(found[name]).startswith("af_" if gender is Gender.FEMALE else "am_")


def test_where_voices_have_no_gender_they_take_turns() -> None:
    presets = [preset("alto", None, None), preset("tenor", None, None)]
    assert {stand_in(name, presets) for name in VENDORS_VOICES} == {"alto", "tenor"}


def test_a_name_that_the_vendor_does_not_have_has_no_stand_in() -> None:
    assert stand_in("af_alloy", [preset("af_alloy")]) is None


def test_the_page_names_those_who_speak_with_the_real_engine(settings: Settings) -> None:
    with open_engine(settings) as engine:
        presets = [Preset(name, engine.preset_language(name), engine.preset_gender(name)) for name in engine.presets()]
    page = Path(dialects.__file__).with_name("openai").joinpath("README.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \|$", page, re.MULTILINE)
    assert rows == [(name, stand_in(name, presets)) for name in VENDORS_VOICES]
