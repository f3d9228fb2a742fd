"""Recordings become voices, or are refused with the reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
import soundfile

from hwamei.domain.audio import Audio
from hwamei.domain.errors import (
    BadAudio,
    BadField,
    BadVoiceName,
    ReferenceRefused,
    RefusalReason,
    VoiceNameTaken,
    VoiceNotFound,
)
from hwamei.domain.language import Language
from hwamei.domain.voice import Level, Voice, Voiceprint
from hwamei.engines.tone.engine import ToneEngine
from hwamei.service.voiceprint import find_voiceprint
from hwamei.service.voices import CloneOrder, Cloning
from hwamei.service.words_beside import words_beside
from hwamei.storage.folder import FileCheckpoints, FolderVoiceStore

NOW = datetime(2026, 1, 2, tzinfo=UTC)
ID = UUID("6f1b0c52-6f0e-4d8e-9e53-0a7d3f6a7c11")


class Interrupted(Exception):
    """What stops the work in these tests."""


def cloning_in(folder: Path, *, speakers: int = 1, engine: ToneEngine | None = None) -> Cloning:
    def count(speech: Sequence[Audio]) -> int:
        assert all(len(part.samples) for part in speech)
        return speakers

    store = FolderVoiceStore(folder / "voices")
    return Cloning(
        engine=engine or ToneEngine(),
        store=store,
        revoicing=store,
        count_speakers=count,
        unfinished=lambda key: FileCheckpoints(folder / "unfinished" / key),
        new_id=lambda: ID,
        now=lambda: NOW,
    )


def stop_at(percent: float) -> Callable[[float], None]:
    def progress(told: float) -> None:
        if told >= percent:
            raise Interrupted

    return progress


def arrays_of(voice: Voice) -> dict[str, list[float]]:
    return {name: array.ravel().tolist() for name, array in voice.voiceprint.arrays.items()}


@pytest.mark.parametrize("level", list(Level))
def test_a_clone_is_kept_with_what_was_measured(level: Level, recording: Path, tmp_path: Path) -> None:
    cloning = cloning_in(tmp_path)
    voice = cloning.clone(CloneOrder("me", (recording,), level, Language.ENGLISH))
    assert (voice.id, voice.name, voice.language, voice.created_at) == (ID, "me", Language.ENGLISH, NOW)
    assert voice.voiceprint.level is level
    assert voice.facts.speakers_heard == 1
    assert 5 < voice.facts.speech_s <= voice.facts.duration_s
    assert arrays_of(cloning.store.get("me")) == arrays_of(voice)
    assert [path.read_bytes() for path in cloning.store.references(ID)] == [recording.read_bytes()]


class AttentiveEngine(ToneEngine):
    """Notes what it is told of the recordings."""

    def __init__(self) -> None:
        self.told: list[Sequence[str | None]] = []

    def enrol(self, reference: Sequence[Audio], *, said: Sequence[str | None] = (), **order: Any) -> Voiceprint:
        """As the tone engine."""
        self.told.append(said)
        return super().enrol(reference, said=said, **order)


def test_what_is_said_is_kept_with_the_recordings_and_told_again(recording: Path, tmp_path: Path) -> None:
    engine = AttentiveEngine()
    cloning = cloning_in(tmp_path, engine=engine)
    said = ("早上好。", None)
    voice = cloning.clone(CloneOrder("me", (recording, recording), said=said))
    assert words_beside(cloning.store.references(ID)) == said
    exported = tmp_path / "me.hwamei"
    cloning.store.export_voice(ID, exported)
    cloning.store.delete(ID)
    cloning.store.import_voice(exported)
    cloning.retrain(voice)
    assert engine.told == [said, said]


def test_several_recordings_make_one_voice(recording: Path, tmp_path: Path) -> None:
    voice = cloning_in(tmp_path).clone(CloneOrder("me", (recording, recording)))
    assert voice.facts.duration_s == pytest.approx(2 * soundfile.info(recording).duration, rel=1e-3)


def test_a_silent_file_among_the_recordings_does_no_harm(recording: Path, tmp_path: Path) -> None:
    silence = tmp_path / "silence.wav"
    soundfile.write(silence, np.zeros(48_000, np.float32), 16_000)
    assert cloning_in(tmp_path).clone(CloneOrder("me", (silence, recording))).name == "me"


def test_progress_goes_from_0_to_100_and_never_back(recording: Path, tmp_path: Path) -> None:
    told: list[float] = []
    cloning_in(tmp_path).clone(CloneOrder("me", (recording,), Level.TRAINED), told.append)
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0, 100)
    assert len(set(told)) > 20


@pytest.mark.parametrize("percent", [3, 30, 70, 99])
def test_an_interrupted_clone_goes_on_and_ends_as_if_nothing_had_been(
    percent: float, recording: Path, tmp_path: Path
) -> None:
    order = CloneOrder("me", (recording,), Level.TRAINED, seed=7)
    straight = cloning_in(tmp_path / "straight").clone(order)
    cloning = cloning_in(tmp_path / "stopped")
    with pytest.raises(Interrupted):
        cloning.clone(order, stop_at(percent))
    assert cloning.store.list() == []
    told: list[float] = []
    resumed = cloning.clone(order, told.append)
    assert arrays_of(resumed) == arrays_of(straight)
    assert not any((tmp_path / "stopped" / "unfinished").iterdir())
    if percent >= 30:
        trained = [percent for percent in told if percent > 5]
        assert trained[0] >= percent - 5  # it did not begin anew


def test_another_seed_or_recording_does_not_go_on_from_there(recording: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.wav"
    samples, rate_hz = soundfile.read(recording, dtype="float32")
    soundfile.write(other, samples[: 7 * rate_hz], rate_hz)
    cloning = cloning_in(tmp_path)
    orders = [
        CloneOrder("me", (recording,), Level.TRAINED),
        CloneOrder("me", (recording,), Level.TRAINED, seed=1),
        CloneOrder("me", (recording,), Level.INSTANT),
        CloneOrder("me", (other,), Level.TRAINED),
        CloneOrder("me", (recording, other), Level.TRAINED),
    ]
    for order in orders:
        cloning.checkpoint(order).save(b"state")
    assert len(list((tmp_path / "unfinished").iterdir())) == len(orders)


def test_the_name_does_not_matter_for_going_on(recording: Path, tmp_path: Path) -> None:
    cloning = cloning_in(tmp_path)
    cloning.checkpoint(CloneOrder("me", (recording,))).save(b"state")
    assert cloning.checkpoint(CloneOrder("you", (recording,))).load() == b"state"


def test_a_taken_name_is_refused_before_the_work(recording: Path, tmp_path: Path) -> None:
    cloning = cloning_in(tmp_path)
    cloning.clone(CloneOrder("me", (recording,)))
    for taken in ("me", "ME"):
        with pytest.raises(VoiceNameTaken):
            cloning.clone(CloneOrder(taken, (Path("never read"),)))


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 500])
def test_a_name_that_cannot_be_is_refused_before_the_work(name: str, tmp_path: Path) -> None:
    with pytest.raises(BadVoiceName):
        cloning_in(tmp_path).clone(CloneOrder(name, (Path("never read"),)))


def test_more_than_one_speaker_is_refused(recording: Path, tmp_path: Path) -> None:
    cloning = cloning_in(tmp_path, speakers=2)
    with pytest.raises(ReferenceRefused) as refused:
        cloning.clone(CloneOrder("us", (recording,)))
    assert refused.value.reason is RefusalReason.SEVERAL_SPEAKERS
    assert cloning.store.list() == []


def test_too_little_speech_is_refused(recording: Path, tmp_path: Path) -> None:
    samples, rate_hz = soundfile.read(recording, dtype="float32")
    soundfile.write(tmp_path / "short.wav", samples[: 2 * rate_hz], rate_hz)
    with pytest.raises(ReferenceRefused) as refused:
        cloning_in(tmp_path).clone(CloneOrder("me", (tmp_path / "short.wav",)))
    assert refused.value.reason is RefusalReason.TOO_SHORT


def test_silence_is_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "silence.wav", np.zeros(160_000, np.float32), 16_000)
    with pytest.raises(ReferenceRefused) as refused:
        cloning_in(tmp_path).clone(CloneOrder("me", (tmp_path / "silence.wav",)))
    assert refused.value.reason is RefusalReason.SILENT


def test_what_is_no_sound_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "me.wav").write_text("RIFF, not")
    with pytest.raises(BadAudio):
        cloning_in(tmp_path).clone(CloneOrder("me", (tmp_path / "me.wav",)))


def test_a_voice_is_found_by_any_spelling_of_its_id_and_by_its_name(recording: Path, tmp_path: Path) -> None:
    cloning = cloning_in(tmp_path)
    voice = cloning.clone(CloneOrder("me", (recording,)))
    for given in (str(ID), ID.hex, ID.hex.upper(), f"{{{ID}}}", f"urn:uuid:{ID}", "me", "Me"):
        found = find_voiceprint(given, store=cloning.store, with_presets=lambda: cloning.engine)
        assert found.facts == voice.voiceprint.facts


def test_a_voice_of_the_engine_is_found_by_its_name_unless_a_clone_has_it(recording: Path, tmp_path: Path) -> None:
    cloning = cloning_in(tmp_path)
    assert not find_voiceprint("alto", store=cloning.store, with_presets=lambda: cloning.engine).facts
    cloning.clone(CloneOrder("alto", (recording,)))
    assert find_voiceprint("alto", store=cloning.store, with_presets=lambda: cloning.engine).facts


def test_a_voice_that_is_not_there_is_named_in_the_error(tmp_path: Path) -> None:
    cloning = cloning_in(tmp_path)
    with pytest.raises(VoiceNotFound, match="nobody"):
        find_voiceprint("nobody", store=cloning.store, with_presets=lambda: cloning.engine)


class ListeningEngine(ToneEngine):
    """The tone engine, which notes the words that it is told."""

    def __init__(self) -> None:
        self.told: list[Sequence[str | None]] = []

    def enrol(self, reference: Sequence[Audio], *, said: Sequence[str | None] = (), **how: Any) -> Voiceprint:
        """As the tone engine does."""
        self.told.append(said)
        return super().enrol(reference, said=said, **how)


def test_the_engine_is_told_what_is_said_in_each_recording(recording: Path, tmp_path: Path) -> None:
    engine = ListeningEngine()
    order = CloneOrder("me", (recording, recording), said=("the first", None))
    cloning_in(tmp_path, engine=engine).clone(order)
    assert engine.told == [("the first", None)]


def test_there_must_be_words_for_every_recording_or_for_none(recording: Path) -> None:
    with pytest.raises(BadField, match="2 recordings; give one text for each"):
        CloneOrder("me", (recording, recording), said=("the first",))


def test_other_words_are_other_work(recording: Path, tmp_path: Path) -> None:
    cloning = cloning_in(tmp_path)
    orders = [CloneOrder("me", (recording,), said=said) for said in ((), ("one",), ("another",))]
    for order in orders:
        cloning.checkpoint(order).save(str(order.said).encode())
    assert [cloning.checkpoint(order).load() for order in orders] == [str(order.said).encode() for order in orders]


def test_words_are_read_from_the_files_beside_the_recordings(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("\ufeff 你好，world. \n", encoding="utf-8")
    (tmp_path / "empty.txt").write_text("\n", encoding="utf-8")
    assert words_beside([tmp_path / name for name in ("a.wav", "b.wav", "empty.mp3")]) == ("你好，world.", None, None)
    (tmp_path / "b.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadField, match="UTF-8"):
        words_beside([tmp_path / "b.wav"])
