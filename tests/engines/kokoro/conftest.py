"""The real model, loaded once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from hwamei.domain.speech import Delivery
from hwamei.domain.utterance import SpokenUtterance
from hwamei.engines.kokoro.engine import KokoroEngine
from hwamei.engines.kokoro.judges import Judges, open_judges
from hwamei.engines.kokoro.runtime import Runtime, open_runtime
from hwamei.engines.kokoro.style_space import StyleSpace, style_space
from hwamei.settings import Settings
from hwamei.speaker.ge2e import SpeakerEncoder, open_encoder
from hwamei.text.plan import plan

SENTENCES = {
    "zh": ("zf_xiaoxiao", "我们去公园散步，然后回家吃饭，晚上看书。"),
    "en": ("am_michael", "When the rain stopped, we opened the window, and the birds began to sing."),
    "mixed": ("zf_xiaoxiao", "但是 battery 不太好，所以想换一台 iPhone，你觉得呢？"),
    "zh by am_michael": ("am_michael", "我们去公园散步，然后回家。"),
}


@pytest.fixture(scope="session")
def kokoro_settings(models_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(data=tmp_path_factory.mktemp("kokoro"), models=models_folder)


@pytest.fixture(scope="session")
def runtime(kokoro_settings: Settings) -> Runtime:
    return open_runtime(kokoro_settings)


@pytest.fixture(scope="session")
def encoder(kokoro_settings: Settings) -> SpeakerEncoder:
    return open_encoder(kokoro_settings)


@pytest.fixture(scope="session")
def judges(kokoro_settings: Settings) -> Judges:
    return open_judges(kokoro_settings)


@pytest.fixture(scope="session")
def space() -> StyleSpace:
    return style_space()


@pytest.fixture(scope="session")
def engine(kokoro_settings: Settings, runtime: Runtime) -> KokoroEngine:
    return KokoroEngine(kokoro_settings, runtime=runtime)


@pytest.fixture(scope="session")
def spoken(engine: KokoroEngine) -> Mapping[str, SpokenUtterance]:
    """The SENTENCES; the longest utterance of each."""
    said = {}
    for name, (preset, text) in SENTENCES.items():
        # After another sentence: the first one of a text may be cut after its first clause.
        utterance = max(plan(f"OK. {text}"), key=lambda utterance: len(utterance.parts))
        said[name] = engine.speak(utterance, engine.preset(preset), Delivery())
    return said
