"""What a voice says for people to hear what it is like."""

from __future__ import annotations

from pathlib import Path

from hwamei.codecs.formats import Format
from hwamei.domain.language import Language
from hwamei.domain.speech import SpeechOrder
from hwamei.domain.speech_task import Segment
from hwamei.labels.aigc import AigcLabel
from hwamei.labels.finish import finish
from hwamei.service.script import script
from hwamei.service.spoken_line import joined
from hwamei.service.utterances import Mouth
from hwamei.text.lexicon import Lexicon

PREVIEW_FORMAT = Format.WAV
PREVIEWS = {
    Language.CHINESE: "你好，这是我的声音。今天天气不错，我们一起去公园走走吧。",
    Language.ENGLISH: "Hello, this is my voice. It is a fine day, so let us go for a walk in the park.",
}


def write_preview(mouth: Mouth, order: SpeechOrder, target: Path, label: AigcLabel) -> None:
    """The order as a file, which appears when it is complete. Raises EngineFailed, EngineHung, OSError."""
    lines = script([Segment(order, "")], Lexicon())
    audios = (joined(line.segment, mouth.speak_all([line.utterance])).audio for line in lines)
    finish(audios, target, format=PREVIEW_FORMAT, sample_rate_hz=mouth.engine.sample_rate_hz, label=label)
