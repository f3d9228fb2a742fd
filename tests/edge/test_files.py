"""Files of apps and the links to them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwamei.domain.app import App, Quota
from hwamei.domain.errors import NotFound, TooBig, WrongState
from hwamei.domain.stored_file import MAX_FILE_NAME_CHARACTERS, Purpose, StoredFile
from hwamei.service.files import UNUSED_UPLOADS_KEPT, Files, file_name
from hwamei.storage.sql.stores import Stores
from tests.edge.conftest import LINK_HOURS, NOON, Calendar, Folder

BASE = "http://voice.example:8000"
FLAC = b"fLaC" + bytes(range(256)) * 20


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(FLAC)
    return path


@pytest.fixture
def file(files: Files, app: App, source: Path) -> StoredFile:
    return files.keep(app, source, purpose=Purpose.UPLOAD, name="me & 我.flac")


def query_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def other_content(folder: Path, content: bytes = b"something else") -> Path:
    path = folder / "other"
    path.write_bytes(content)
    return path


def test_a_file_that_is_kept_is_read_back_whole_and_in_parts(files: Files, app: App, file: StoredFile) -> None:
    assert files.get(app, file.id) == file
    assert (file.name, file.media_type, file.created_at) == ("me & 我.flac", "audio/flac", NOON)
    assert b"".join(files.read(file)) == FLAC
    assert b"".join(files.read(file, 4, 260)) == FLAC[4:260]
    assert b"".join(files.read(file, len(FLAC) - 3)) == FLAC[-3:]


def test_what_we_make_has_the_type_that_we_say(files: Files, app: App, source: Path) -> None:
    made = files.keep(app, source, purpose=Purpose.SUBTITLES, name="a.srt", media_type="application/x-subrip")
    assert files.get(app, made.id).media_type == "application/x-subrip"


def test_the_same_content_is_stored_once_whoever_sends_it(
    files: Files, app: App, other_app: App, source: Path, folder: Folder
) -> None:
    kept = [files.keep(whose, source, purpose=Purpose.UPLOAD, name="a") for whose in (app, app, other_app)]
    assert len({one.id for one in kept}) == 3
    assert len(folder.contents()) == 1
    files.delete(app, kept[0].id)
    assert b"".join(files.read(kept[2])) == FLAC


def test_an_address_is_reserved_filled_and_typed_by_its_content(
    files: Files, app: App, source: Path, tmp_path: Path
) -> None:
    reserved = files.reserve(app, name="talk.txt", media_type="text/html")
    with pytest.raises(NotFound):
        files.read(reserved)
    filled = files.fill(app, reserved.id, source)
    assert (filled.name, filled.media_type) == ("talk.txt", "audio/flac")
    assert files.fill(app, reserved.id, source) == filled == files.get(app, reserved.id)
    with pytest.raises(WrongState):
        files.fill(app, reserved.id, other_content(tmp_path))
    assert b"".join(files.read(filled)) == FLAC


def test_more_than_an_upload_may_have_is_refused_and_nothing_is_kept(
    files: Files, app: App, tmp_path: Path, folder: Folder
) -> None:
    big = other_content(tmp_path, bytes(files.max_upload_bytes + 1))
    reserved = files.reserve(app, name="big")
    with pytest.raises(TooBig) as refused:
        files.fill(app, reserved.id, big)
    assert refused.value.allowed == files.max_upload_bytes
    for purpose in (Purpose.UPLOAD, Purpose.REFERENCE):
        with pytest.raises(TooBig):
            files.keep(app, big, purpose=purpose, name="big")
    assert folder.contents() == []
    files.keep(app, big, purpose=Purpose.SPEECH, name="a long book.wav")  # what we make may be longer
    files.keep(app, other_content(tmp_path, bytes(files.max_upload_bytes)), purpose=Purpose.UPLOAD, name="full")


def test_anothers_file_is_as_unknown_as_none(files: Files, other_app: App, file: StoredFile, source: Path) -> None:
    for file_id in (file.id, uuid4()):
        with pytest.raises(NotFound) as refused:
            files.get(other_app, file_id)
        assert refused.value.given == str(file_id)
        with pytest.raises(NotFound):
            files.delete(other_app, file_id)
        with pytest.raises(NotFound):
            files.fill(other_app, file_id, source)


def test_a_deleted_file_is_gone_with_its_links(files: Files, app: App, file: StoredFile) -> None:
    query = query_of(files.link(file, base_url=BASE))
    files.delete(app, file.id)
    with pytest.raises(NotFound):
        files.opened(file.id, query)
    with pytest.raises(NotFound):
        files.delete(app, file.id)


def test_work_between_steps_is_nobodys_to_see(files: Files, app: App, source: Path) -> None:
    piece = files.keep(app, source, purpose=Purpose.WORK, name="chunk")
    with pytest.raises(NotFound):
        files.get(app, piece.id)
    with pytest.raises(NotFound):
        files.opened(piece.id, query_of(files.link(piece, base_url=BASE)))


def test_unused_uploads_go_after_a_week_and_results_as_the_quota_says(
    files: Files, app: App, new_app: Callable[..., App], source: Path
) -> None:
    thrifty = new_app(quota=Quota(retention_days=3))
    upload = files.keep(app, source, purpose=Purpose.UPLOAD, name="a")
    assert upload.expires_at == files.reserve(app, name="b").expires_at == NOON + UNUSED_UPLOADS_KEPT
    longer = NOON + 3 * UNUSED_UPLOADS_KEPT
    assert files.reserve(app, name="c", expires_at=longer).expires_at == longer
    assert files.keep(app, source, purpose=Purpose.SPEECH, name="a").expires_at is None
    assert files.keep(thrifty, source, purpose=Purpose.SPEECH, name="a").expires_at == NOON + timedelta(days=3)
    assert files.keep(thrifty, source, purpose=Purpose.REFERENCE, name="a").expires_at is None
    given_end = NOON + timedelta(hours=1)
    assert files.keep(app, source, purpose=Purpose.UPLOAD, name="a", expires_at=given_end).expires_at == given_end


def test_a_result_whose_time_has_come_is_gone_though_nobody_has_swept_yet(
    files: Files, new_app: Callable[..., App], source: Path, clock: Calendar
) -> None:
    thrifty = new_app(quota=Quota(retention_days=1))
    result = files.keep(thrifty, source, purpose=Purpose.SPEECH, name="a")
    clock.turn(hours=12)
    query = query_of(files.link(result, base_url=BASE))
    clock.turn(hours=12)
    with pytest.raises(NotFound):
        files.get(thrifty, result.id)
    with pytest.raises(NotFound):
        files.opened(result.id, query)


def test_an_upload_goes_when_it_is_swept_for_a_voice_may_need_it(
    files: Files, stores: Stores, app: App, file: StoredFile, clock: Calendar
) -> None:
    clock.turn(days=8)
    assert files.get(app, file.id) == file
    stores.upkeep.expire(clock())
    with pytest.raises(NotFound):
        files.get(app, file.id)


def test_a_link_opens_the_file_until_it_expires(files: Files, file: StoredFile, clock: Calendar) -> None:
    url = files.link(file, base_url=BASE)
    assert url.startswith(f"{BASE}/files/{file.id}/me%20%26%20%E6%88%91.flac?app=")
    clock.turn(hours=LINK_HOURS, seconds=-1)
    assert files.opened(file.id, query_of(url)) == file
    clock.turn(seconds=1)
    with pytest.raises(NotFound):
        files.opened(file.id, query_of(url))


def test_a_link_goes_on_working_when_its_file_is_renamed(
    files: Files, stores: Stores, app: App, file: StoredFile
) -> None:
    query = query_of(files.link(file, base_url=BASE))
    renamed = StoredFile(file.id, app.id, file.purpose, "new.flac", file.media_type, NOON, file.blob)
    stores.files.save(app.id, renamed)
    assert files.opened(file.id, query).name == "new.flac"


def test_a_link_that_is_not_right_opens_nothing_and_says_no_more_than_that(
    files: Files, app: App, other_app: App, file: StoredFile, source: Path
) -> None:
    query = query_of(files.link(file, base_url=BASE))
    theirs = files.keep(other_app, source, purpose=Purpose.UPLOAD, name="theirs")
    wrong = {**query, "signature": query["signature"][::-1]}
    for file_id, asked in (
        (theirs.id, query),
        (file.id, {**query, "app": other_app.id}),
        (file.id, wrong),
        (file.id, {}),
    ):
        with pytest.raises(NotFound) as refused:
            files.opened(file_id, asked)
        assert str(refused.value) == str(NotFound(what="file", given=str(file_id)))


def test_an_upload_link_takes_content_and_gives_none(files: Files, app: App) -> None:
    reserved = files.reserve(app, name="a.wav")
    query = query_of(files.upload_link(reserved, base_url=BASE))
    assert files.opened(reserved.id, query, method="PUT") == reserved
    with pytest.raises(NotFound):
        files.opened(reserved.id, query)
    with pytest.raises(NotFound):
        files.opened(reserved.id, query_of(files.link(reserved, base_url=BASE)), method="PUT")


@pytest.mark.parametrize("base", [BASE, "https://voice.example/below", "http://10.0.0.7:1/", "http://[::1]:8000"])
def test_our_own_addresses_are_recognised_on_whatever_host(files: Files, file: StoredFile, base: str) -> None:
    assert files.issued_here(files.link(file, base_url=base)) == file.id


def test_addresses_of_others_are_not_taken_for_ours(files: Files, file: StoredFile) -> None:
    url = files.link(file, base_url=BASE)
    for foreign in ("http://voice.example/a.wav", f"{BASE}/files/{file.id}/a", url[:-1], url.replace("/files/", "/f/")):
        assert files.issued_here(foreign) is None


def test_our_own_address_is_read_from_our_own_store(
    files: Files, app: App, file: StoredFile, tmp_path: Path, clock: Calendar
) -> None:
    """Also after it has expired, for a job may wait longer than a link lives: the file is the app's own."""
    url = files.link(file, base_url="http://no.such.host.test")
    clock.turn(hours=LINK_HOURS + 1)
    assert files.local_copy(app, url, tmp_path / "copy") == file
    assert (tmp_path / "copy").read_bytes() == FLAC
    assert files.local_copy(app, file, tmp_path / "again") == file


def test_anothers_address_is_good_for_who_was_given_it_until_it_expires(
    files: Files, other_app: App, file: StoredFile, tmp_path: Path, clock: Calendar
) -> None:
    url = files.link(file, base_url=BASE)
    files.local_copy(other_app, url, tmp_path / "copy")
    clock.turn(hours=LINK_HOURS)
    with pytest.raises(NotFound):
        files.local_copy(other_app, url, tmp_path / "late")
    with pytest.raises(NotFound):
        files.local_copy(other_app, "http://voice.example/a.wav", tmp_path / "foreign")


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("me.wav", "me.wav"),
        ("/etc/passwd", "passwd"),
        ("C:\\Users\\me\\声音.m4a", "声音.m4a"),
        ("../../..", "file"),
        ("a/", "a"),
        ("", "file"),
        (" \t ", "file"),
        ("a\r\nSet-Cookie: x", "aSet-Cookie: x"),
        ("gpj.\u202eexe", "gpj.exe"),
        ("\ud83d.wav", ".wav"),
        (".hidden", ".hidden"),
        ("x" * 300 + ".flac", "x" * 195 + ".flac"),
        ("x" * 300, "x" * 200),
        ("a." + "y" * 300, "a." + "y" * 198),
    ],
)
def test_a_name_is_the_last_part_of_a_path_and_can_be_shown(given_name: str, kept: str) -> None:
    assert file_name(given_name) == kept


@given(name=st.text(alphabet=st.characters(), max_size=400))
def test_any_name_becomes_one_that_can_be_kept(name: str) -> None:
    kept = file_name(name)
    assert 1 <= len(kept) <= MAX_FILE_NAME_CHARACTERS
    assert kept.encode("utf-8")
    assert not set(kept) & set("/\\\0\r\n")
    assert file_name(kept) == kept
