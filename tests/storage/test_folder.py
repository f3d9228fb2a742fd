"""What only the folder store does: files, permissions, damage, and voice files from strangers."""

from __future__ import annotations

import io
import json
import stat
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from hwamei import npz
from hwamei.domain.errors import BadVoiceFile, VoiceNotFound
from hwamei.domain.voice import Level, ReferenceFacts, Voice, Voiceprint
from hwamei.storage import archive
from hwamei.storage.folder import FileCheckpoints, FolderVoiceStore

ID = UUID("00112233-4455-6677-8899-aabbccddeeff")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "voices"


@pytest.fixture
def store(root: Path, tmp_path: Path) -> FolderVoiceStore:
    """A store with one voice, Mei, made from one recording."""
    (tmp_path / "mei.wav").write_bytes(b"RIFF")
    store = FolderVoiceStore(root)
    store.add(a_voice(), [tmp_path / "mei.wav"])
    return store


def a_voice() -> Voice:
    facts = ReferenceFacts(10.0, 8.0, -20.0, -60.0, 0.0, 8000.0, 1, None)
    voiceprint = Voiceprint("tone", 1, Level.INSTANT, {"f0_hz": np.array([200.0], np.float32)}, {})
    return Voice(ID, "Mei", None, datetime(2026, 1, 1, tzinfo=UTC), facts, voiceprint)


def test_only_the_owner_may_read_voices(store: FolderVoiceStore, root: Path) -> None:
    paths = [root, *root.rglob("*")]
    assert len(paths) >= 6
    assert [path for path in paths if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def test_nothing_but_the_voice_and_the_lock_is_left(store: FolderVoiceStore, root: Path) -> None:
    assert {path.name for path in root.iterdir()} - {".lock"} == {str(ID)}


def test_what_a_stopped_process_left_is_swept_away(store: FolderVoiceStore, root: Path) -> None:
    (root / ".unfinished" / "references").mkdir(parents=True)
    assert [voice.name for voice in store.list()] == ["Mei"]
    store.delete(ID)
    assert {path.name for path in root.iterdir()} <= {".lock"}


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _from_the_future(path: Path) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | {"schema_version": 2}))


def _rename_badly(path: Path) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | {"name": "\n"}))


@pytest.mark.parametrize(
    ("file", "damage", "problem"),
    [
        ("voice.json", Path.unlink, "no voice"),
        ("voice.json", _truncate, "JSON"),
        ("voice.json", _from_the_future, "another version of Hwamei"),
        ("voice.json", _rename_badly, "control characters"),
        ("voiceprint.npz", Path.unlink, "No such file"),
        ("voiceprint.npz", _truncate, "npz"),
        ("references/01.wav", Path.unlink, "recording 01.wav"),
    ],
)
def test_a_damaged_voice_is_reported_and_does_not_hide_the_others(
    store: FolderVoiceStore, root: Path, file: str, damage: Callable[[Path], None], problem: str
) -> None:
    damage(root / str(ID) / file)
    with capture_logs() as logged:
        assert list(store.list()) == []
    assert [event["event"] for event in logged] == ["voice cannot be read"]
    (error,) = store.damaged()
    assert problem in error.problem
    with pytest.raises(BadVoiceFile, match=problem):
        store.get(str(ID))
    store.delete(ID)
    with pytest.raises(VoiceNotFound):
        store.get(str(ID))


def test_two_processes_may_add_at_once(store: FolderVoiceStore, root: Path) -> None:
    """Each process adds five voices of its own and tries for one that both want."""
    program = """
import sys, uuid, datetime, pathlib
from hwamei.domain.errors import VoiceNameTaken
from hwamei.domain.voice import Level, ReferenceFacts, Voice, Voiceprint
from hwamei.storage.folder import FolderVoiceStore
store = FolderVoiceStore(pathlib.Path(sys.argv[1]))
for name in [*(f"{sys.argv[2]}-{n}" for n in range(5)), "both"]:
    facts = ReferenceFacts(10.0, 8.0, -20.0, -60.0, 0.0, 8000.0, 1, None)
    voiceprint = Voiceprint("tone", 1, Level.INSTANT, {}, {})
    try:
        store.add(Voice(uuid.uuid4(), name, None, datetime.datetime.now(datetime.UTC), facts, voiceprint), [])
    except VoiceNameTaken:
        print("taken", name)
"""
    workers = [
        subprocess.Popen([sys.executable, "-c", program, str(root), name], stdout=subprocess.PIPE, text=True)
        for name in ("one", "two")
    ]
    said = [worker.communicate()[0] for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0]
    assert sorted(said) == ["", "taken both\n"]
    assert len(store.list()) == 1 + 5 + 5 + 1


def _repack(source: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    with zipfile.ZipFile(source) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    change(members)
    with zipfile.ZipFile(source, "w") as packed:
        for name, content in members.items():
            packed.writestr(name, content)


def _json(**changes: object) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        members["voice.json"] = json.dumps(json.loads(members["voice.json"]) | changes).encode()

    return change


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda m: m.update({"../escape.txt": b"x"}), "does not belong"),
        (lambda m: m.update({"references/../../escape.wav": b"x"}), "does not belong"),
        (lambda m: m.update({"/etc/escape": b"x"}), "does not belong"),
        (lambda m: m.update({"references/": b""}), "does not belong"),
        (lambda m: m.update({f"references/{n:04}.wav": b"" for n in range(archive.MAX_MEMBERS)}), "members"),
        (lambda m: m.update({"voice.json": b" " * (archive.MAX_SMALL_BYTES + 1)}), "unpacks to"),
        (lambda m: m.pop("voice.json"), "no voice"),
        (lambda m: m.pop("voiceprint.npz"), "No such file"),
        (lambda m: m.pop("references/01.wav"), "missing"),
        (_json(references=["../../escape.wav"]), "references"),
        (_json(schema_version=2), "another version of Hwamei"),
        (_json(id="not an id"), "id"),
        (_json(name=""), "visible character"),
        (_json(created_at="2026-01-01T00:00:00"), "created_at"),
        (_json(surprise=1), "surprise"),
    ],
)
def test_a_voice_file_from_a_stranger_is_refused_when_it_is_odd(
    store: FolderVoiceStore,
    root: Path,
    tmp_path: Path,
    change: Callable[[dict[str, bytes]], None],
    problem: str,
) -> None:
    source = tmp_path / "mei.hwamei"
    store.export_voice(ID, source)
    store.delete(ID)
    _repack(source, change)
    with pytest.raises(BadVoiceFile, match=problem) as caught:
        store.import_voice(source)
    assert caught.value.source == str(source)
    assert {path.name for path in root.iterdir()} <= {".lock"}
    assert list(tmp_path.rglob("escape*")) == []


def test_a_voice_file_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(
    store: FolderVoiceStore, tmp_path: Path
) -> None:
    """The header of a member claims 3 GiB; the limit is 2 GiB."""
    source = tmp_path / "mei.hwamei"
    store.export_voice(ID, source)
    store.delete(ID)
    content = bytearray(source.read_bytes())
    entry = content.rindex(b"PK\x01\x02")  # the last member's line in the central directory: the recording
    content[entry + 24 : entry + 28] = (3 << 30).to_bytes(4, "little")
    source.write_bytes(content)
    with pytest.raises(BadVoiceFile, match="unpacks to"):
        store.import_voice(source)


@pytest.mark.parametrize("content", [b"", b"RIFF....WAVE", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_voice_file_is_refused(store: FolderVoiceStore, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.hwamei").write_bytes(content)
    with pytest.raises(BadVoiceFile):
        store.import_voice(tmp_path / "x.hwamei")


@hypothesis_settings(max_examples=40)  # each writes files
@given(st.data())
def test_one_wrong_byte_in_a_voice_file_is_refused_or_harmless(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store, source = FolderVoiceStore(Path(folder) / "voices"), Path(folder) / "mei.hwamei"
        store.add(a_voice(), [])
        store.export_voice(ID, source)
        store.delete(ID)
        content = bytearray(source.read_bytes())
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
        source.write_bytes(content)
        try:
            store.import_voice(source)
        except BadVoiceFile:
            assert list(store.list()) == []
        assert store.damaged() == []


def test_a_missing_voice_file_is_refused(store: FolderVoiceStore, tmp_path: Path) -> None:
    with pytest.raises(BadVoiceFile, match="No such file"):
        store.import_voice(tmp_path / "missing.hwamei")


def test_a_voiceprint_that_would_run_code_is_refused(store: FolderVoiceStore, root: Path) -> None:
    pickled = io.BytesIO()
    np.savez(pickled, style=np.array([print], dtype=object))
    (root / str(ID) / "voiceprint.npz").write_bytes(pickled.getvalue())
    with pytest.raises(BadVoiceFile):
        store.get("Mei")


def test_a_checkpoint_is_none_then_what_was_saved_last_then_none(tmp_path: Path) -> None:
    checkpoints = FileCheckpoints(tmp_path / "work" / "mei.checkpoint")
    assert checkpoints.load() is None
    checkpoints.save(b"one")
    checkpoints.save(b"two")
    assert FileCheckpoints(tmp_path / "work" / "mei.checkpoint").load() == b"two"
    checkpoints.discard()
    checkpoints.discard()
    assert checkpoints.load() is None


def test_the_voiceprint_on_disk_is_an_ordinary_npz(store: FolderVoiceStore, root: Path) -> None:
    path = root / str(ID) / "voiceprint.npz"
    with np.load(path, allow_pickle=False) as arrays:
        assert {name: arrays[name].tolist() for name in arrays} == {"f0_hz": [200.0]}
    assert npz.unpack(path.read_bytes()).keys() == {"f0_hz"}
