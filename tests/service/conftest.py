"""What the tests of the services share."""

from __future__ import annotations

from pathlib import Path

import pytest

from hwamei.codecs.formats import Format
from hwamei.domain.speech import SpeechOrder
from hwamei.engines.tone.engine import ToneEngine
from hwamei.labels.aigc import AigcLabel
from hwamei.service.speech import Narrator
from hwamei.service.speech_file import SpeechFile

TEXT = (
    "The ferry leaves the old town at sunrise, and nobody looks up. 今天天气很好，我们去公园吧。"
    "What a lovely day this is! 你好，世界。"
)


@pytest.fixture(scope="session")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine seconds of a tone engine's speech, which passes for a person's."""
    path = tmp_path_factory.mktemp("recording") / "me.flac"
    engine = ToneEngine()
    narrator = Narrator(engine, new_label=lambda: AigcLabel.first("Tests", "1"), now_s=lambda: 0.0)
    narrator.speak(SpeechOrder(TEXT), engine.preset("alto"), SpeechFile(path, Format.FLAC))
    return path
