"""A voice from a recording to a file, through the service and the folder of voices."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import numpy as np
import soundfile

from hwamei.domain.speech import Delivery, SpeechOrder
from hwamei.domain.voice import Level
from hwamei.service.utterances import Mouth
from hwamei.service.voices import CloneOrder, Cloning
from hwamei.service.words_beside import words_beside
from hwamei.storage.folder import FileCheckpoints, FolderVoiceStore
from hwamei.testing import a_reference
from hwamei.text.plan import plan
from tests.engines.zipvoice.conftest import Tiny

WORDS = "今天是2026年，天气很好，我们去公园。"


def test_a_voice_is_cloned_with_its_words_kept_and_speaks(tiny: Tiny, tmp_path: Path) -> None:
    recording = tmp_path / "me.wav"
    reference = a_reference()
    soundfile.write(recording, reference.samples, reference.sample_rate_hz)
    recording.with_suffix(".txt").write_text(WORDS, encoding="utf-8")
    store = FolderVoiceStore(tmp_path / "voices")
    with tiny.deaf_engine() as engine:
        cloning = Cloning(
            engine=engine,
            store=store,
            revoicing=store,
            count_speakers=lambda speech: 1,
            unfinished=lambda key: FileCheckpoints(tmp_path / "unfinished" / key),
            new_id=uuid4,
            now=lambda: datetime.now(UTC),
        )
        made = cloning.clone(CloneOrder("me", (recording,), Level.TRAINED, said=words_beside([recording])))
        kept = store.get("me").voiceprint
        assert kept.texts == made.voiceprint.texts
        assert kept.texts["said"] == WORDS
        assert "er4|l0|ing2" in kept.texts["tokens"]  # figures are read out
        order = SpeechOrder("你好，world. This costs $4.50.")
        spoken = list(Mouth(engine, kept, Delivery(1.2, -2.0)).speak_all(plan(order.text)))
    assert spoken
    assert all(np.isfinite(each.audio.samples).all() and each.timings for each in spoken)
