"""What every voice store does. One suite for all of them: a new store is one more line in `STORES`."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
import pytest

from hwamei.domain.errors import BadVoiceFile, BadVoiceName, VoiceNameTaken, VoiceNotFound
from hwamei.domain.language import Language
from hwamei.domain.voice import Level, ReferenceFacts, Voice, Voiceprint
from hwamei.ports import VoiceStore
from hwamei.storage.folder import FolderVoiceStore

STORES: dict[str, Callable[[Path], VoiceStore]] = {"folder": FolderVoiceStore}
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture(params=STORES)
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], VoiceStore]:
    """Opens the same store anew at each call, as another process would."""
    return lambda: STORES[request.param](tmp_path / "voices")


@pytest.fixture
def store(open_store: Callable[[], VoiceStore]) -> VoiceStore:
    return open_store()


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "me at home.M4A"
    path.write_bytes(b"a recording")
    return path


def a_voice(name: str = "Mei", *, created_at: datetime = NOON) -> Voice:
    facts = ReferenceFacts(31.5, 24.25, -23.5, -math.inf, 0.0, 7800.0, 1, Language.CHINESE)
    arrays = {"style": np.linspace(-1, 1, 256, dtype=np.float32), "fir": np.ones((3, 5), np.float32)}
    voiceprint = Voiceprint("tone", 3, Level.TRAINED, arrays, {"likeness": 0.875})
    return Voice(uuid4(), name, None, created_at, facts, voiceprint)


def assert_same(one: Voice, other: Voice) -> None:
    plain = [dataclasses.replace(voice, voiceprint=None) for voice in (one, other)]  # type: ignore[arg-type]  # compared below
    assert dataclasses.astuple(plain[0]) == dataclasses.astuple(plain[1])
    prints = [(v.voiceprint.engine, v.voiceprint.version, v.voiceprint.level, v.voiceprint.facts) for v in (one, other)]
    assert prints[0] == prints[1]
    assert one.voiceprint.arrays.keys() == other.voiceprint.arrays.keys()
    for name, array in one.voiceprint.arrays.items():
        assert other.voiceprint.arrays[name].dtype == np.float32
        np.testing.assert_array_equal(array, other.voiceprint.arrays[name])


def test_a_voice_comes_back_as_it_was_kept(open_store: Callable[[], VoiceStore], recording: Path) -> None:
    voice = a_voice()
    open_store().add(voice, [recording])
    assert_same(open_store().get("Mei"), voice)


def test_the_recordings_are_copied_in_order(store: VoiceStore, tmp_path: Path) -> None:
    sources = [tmp_path / name for name in ("b.wav", "a.mp3", "no suffix", "odd.?!")]
    for source in sources:
        source.write_text(source.name)
    voice = a_voice()
    store.add(voice, sources)
    for source in sources:
        source.unlink()
    kept = store.references(voice.id)
    assert [path.read_text() for path in kept] == ["b.wav", "a.mp3", "no suffix", "odd.?!"]
    assert [path.suffix for path in kept] == [".wav", ".mp3", ".bin", ".bin"]


@pytest.mark.parametrize(
    "spelling", [str, lambda i: i.hex, lambda i: i.hex.upper(), lambda i: i.urn, lambda i: f"{{{i}}}"]
)
def test_an_id_is_found_in_any_spelling(store: VoiceStore, spelling: Callable[[UUID], str]) -> None:
    voice = a_voice()
    store.add(voice, [])
    assert store.get(spelling(voice.id)).id == voice.id


@pytest.mark.parametrize(
    ("kept", "asked"), [("Mei", "mei"), ("André", "Andre\u0301"), ("画眉", "画眉"), ("Ｍｅｉ", "Mei")]
)
def test_a_name_is_found_whatever_its_case_and_encoding(store: VoiceStore, kept: str, asked: str) -> None:
    store.add(a_voice(kept), [])
    assert store.get(asked).name == kept
    with pytest.raises(VoiceNameTaken):
        store.add(a_voice(asked), [])


def test_a_voice_named_like_an_id_is_found_by_that_name(store: VoiceStore) -> None:
    name = str(uuid4())
    store.add(a_voice(name), [])
    assert store.get(name).name == name


def test_what_does_not_exist_is_refused_with_what_was_asked(store: VoiceStore) -> None:
    missing = uuid4()
    for verb in (store.references, store.delete, lambda i: store.get(str(i))):
        with pytest.raises(VoiceNotFound) as caught:
            verb(missing)
        assert caught.value.given == str(missing)
    with pytest.raises(VoiceNotFound):
        store.get("../voices")


def test_an_empty_store_lists_nothing(store: VoiceStore) -> None:
    assert list(store.list()) == []


def test_voices_are_listed_newest_first(store: VoiceStore) -> None:
    for hours in (2, 3, 1):
        store.add(a_voice(f"voice {hours}", created_at=NOON + timedelta(hours=hours)), [])
    assert [voice.name for voice in store.list()] == ["voice 3", "voice 2", "voice 1"]


def test_a_taken_name_leaves_the_first_voice_alone(store: VoiceStore, recording: Path) -> None:
    first = a_voice()
    store.add(first, [recording])
    with pytest.raises(VoiceNameTaken):
        store.add(a_voice(), [recording])
    assert [voice.id for voice in store.list()] == [first.id]


def test_of_many_who_want_one_name_exactly_one_gets_it(open_store: Callable[[], VoiceStore]) -> None:
    def try_to_add(_: int) -> bool:
        try:
            open_store().add(a_voice(), [])
        except VoiceNameTaken:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(try_to_add, range(8))) == 1


def test_a_deleted_voice_is_gone_and_its_name_free(store: VoiceStore, recording: Path) -> None:
    voice = a_voice()
    store.add(voice, [recording])
    (kept,) = store.references(voice.id)
    store.delete(voice.id)
    assert not kept.exists()
    assert list(store.list()) == []
    store.add(a_voice(), [recording])


def test_a_recording_that_cannot_be_read_leaves_nothing_behind(store: VoiceStore, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        store.add(a_voice(), [tmp_path / "missing.wav"])
    assert list(store.list()) == []
    store.add(a_voice(), [])


def test_an_exported_voice_is_imported_as_it_was(store: VoiceStore, recording: Path, tmp_path: Path) -> None:
    voice = a_voice()
    store.add(voice, [recording])
    store.export_voice(voice.id, tmp_path / "mei.hwamei")
    store.delete(voice.id)
    assert_same(store.import_voice(tmp_path / "mei.hwamei"), voice)
    assert_same(store.get("Mei"), voice)
    assert [path.read_bytes() for path in store.references(voice.id)] == [b"a recording"]


def test_an_import_takes_another_name_when_given_one(store: VoiceStore, tmp_path: Path) -> None:
    voice = a_voice()
    store.add(voice, [])
    store.export_voice(voice.id, tmp_path / "mei.hwamei")
    store.delete(voice.id)
    store.add(a_voice("mei"), [])
    with pytest.raises(VoiceNameTaken):
        store.import_voice(tmp_path / "mei.hwamei")
    with pytest.raises(BadVoiceName):
        store.import_voice(tmp_path / "mei.hwamei", name="\n")
    assert store.import_voice(tmp_path / "mei.hwamei", name="Mei at work").id == voice.id
    assert store.get("mei at work").id == voice.id


def test_a_voice_that_is_here_is_not_imported_again(store: VoiceStore, tmp_path: Path) -> None:
    voice = a_voice()
    store.add(voice, [])
    store.export_voice(voice.id, tmp_path / "mei.hwamei")
    with pytest.raises(BadVoiceFile, match="already here"):
        store.import_voice(tmp_path / "mei.hwamei", name="another")


def test_a_voice_of_an_engine_that_is_not_installed_is_kept_all_the_same(store: VoiceStore, tmp_path: Path) -> None:
    voice = a_voice()
    voice = dataclasses.replace(voice, voiceprint=dataclasses.replace(voice.voiceprint, engine="from the future"))
    store.add(voice, [])
    store.export_voice(voice.id, tmp_path / "mei.hwamei")
    store.delete(voice.id)
    assert store.import_voice(tmp_path / "mei.hwamei").voiceprint.engine == "from the future"


def test_exporting_a_missing_voice_writes_nothing(store: VoiceStore, tmp_path: Path) -> None:
    with pytest.raises(VoiceNotFound):
        store.export_voice(uuid4(), tmp_path / "x.hwamei")
    assert not (tmp_path / "x.hwamei").exists()
