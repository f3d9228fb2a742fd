"""Files over HTTP: sent, read in parts by signed addresses, deleted."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from hwamei.domain.stored_file import MAX_UPLOAD_BYTES
from tests.serving import Site

CONTENT = bytes(range(256)) * 40


@pytest.fixture
def url(mine: httpx.Client) -> str:
    """The address of a file with CONTENT."""
    found: str = mine.post("/uploads", params={"name": "the file.bin"}, content=CONTENT).json()["url"]
    return found


def test_a_bare_body_becomes_a_file(mine: httpx.Client, recording: Path) -> None:
    file = mine.post("/uploads", params={"name": "../../我的.flac"}, content=recording.read_bytes()).json()
    assert (file["name"], file["media_type"], file["purpose"]) == ("我的.flac", "audio/flac", "upload")
    assert file["size_bytes"] == recording.stat().st_size
    assert file["expires_at"] > file["created_at"]
    assert mine.get(f"/files/{file['id']}").json()["sha256"] == file["sha256"]


def test_a_form_with_one_file_becomes_a_file(mine: httpx.Client) -> None:
    file = mine.post("/uploads", files={"file": ("me.wav", CONTENT)}).json()
    assert (file["name"], file["size_bytes"]) == ("me.wav", len(CONTENT))


@pytest.mark.parametrize(
    "files", [{"a": ("a", b"1"), "b": ("b", b"2")}, {"file": (None, "no file")}], ids=["two files", "no file"]
)
def test_a_form_without_the_one_file_is_refused(files: dict[str, object], mine: httpx.Client) -> None:
    assert mine.post("/uploads", files=files).json()["error"]["code"] == "bad_field"  # type: ignore[arg-type]


def test_what_is_no_form_though_it_says_so_is_refused(mine: httpx.Client) -> None:
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x"):
        answer = mine.post("/uploads", content=b"nonsense", headers={"content-type": kind})
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "bad_field")


def test_an_empty_body_is_refused(mine: httpx.Client) -> None:
    assert mine.post("/uploads", content=b"").status_code == 422


def test_a_hundred_mebibytes_and_one_are_too_many(mine: httpx.Client) -> None:
    answer = mine.post("/uploads", content=b"\0" * (MAX_UPLOAD_BYTES + 1))
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_big")
    answer = mine.post("/uploads", files={"file": ("me.wav", b"\0" * (MAX_UPLOAD_BYTES + 1))})
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_big")


def test_a_reserved_file_is_filled_without_a_key(mine: httpx.Client, recording: Path) -> None:
    reserved = mine.post("/uploads/reserve", json={"name": "me.flac"}).json()
    path = f"/files/{reserved['file']['id']}"
    assert reserved["file"]["url"] is None
    for _ in range(2):  # sent again, it is the same
        sent = httpx.put(reserved["upload_url"], content=recording.read_bytes(), headers={"Authorization": "Basic x"})
        assert sent.status_code == 200
    file = mine.get(path).json()
    assert (file["media_type"], file["size_bytes"]) == ("audio/flac", recording.stat().st_size)
    assert httpx.put(reserved["upload_url"], content=b"something else").status_code == 409
    assert httpx.get(reserved["upload_url"]).status_code == 404  # it lets write, not read


def test_a_file_is_read_without_a_key_and_with_any(url: str) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "nonsense"}):
        answer = httpx.get(url, headers=headers)
        assert answer.content == CONTENT
        assert answer.headers["content-length"] == str(len(CONTENT))
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"].startswith("private")
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''the%20file.bin"


def test_head_says_all_but_the_content(url: str) -> None:
    got, head = httpx.get(url), httpx.head(url)
    assert head.content == b""
    same = ("content-length", "content-type", "etag", "accept-ranges", "content-disposition")
    assert [head.headers[name] for name in same] == [got.headers[name] for name in same]


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-99", 0, 99), ("bytes=10000-", 10_000, 10_239), ("bytes=-40", 10_200, 10_239), ("bytes=5-5", 5, 5)],
)
def test_a_part_is_read(asked: str, first: int, last: int, url: str) -> None:
    answer = httpx.get(url, headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.content == CONTENT[first : last + 1]
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{len(CONTENT)}"
    assert answer.headers["content-length"] == str(last + 1 - first)


def test_a_part_behind_the_end_is_refused_with_the_length(url: str) -> None:
    answer = httpx.get(url, headers={"Range": f"bytes={len(CONTENT)}-"})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(CONTENT)}"


@pytest.mark.parametrize("asked", ["bytes=0-1,3-4", "bytes=5-1", "lines=1-2", "bytes=x"])
def test_what_is_not_one_part_gives_the_whole(asked: str, url: str) -> None:
    answer = httpx.get(url, headers={"Range": asked})
    assert (answer.status_code, answer.content) == (200, CONTENT)


def test_a_part_is_given_only_while_the_content_is_the_same(url: str) -> None:
    tag = httpx.get(url).headers["etag"]
    part = {"Range": "bytes=0-0"}
    assert httpx.get(url, headers=part | {"If-Range": tag}).status_code == 206
    assert httpx.get(url, headers=part | {"If-Range": '"other"'}).status_code == 200


def test_content_that_the_client_has_is_not_sent_again(url: str) -> None:
    tag = httpx.get(url).headers["etag"]
    answer = httpx.get(url, headers={"If-None-Match": f'"other", {tag}'})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == tag


def test_an_address_that_was_changed_opens_nothing(url: str, site: Site) -> None:
    given = httpx.URL(url)
    later = given.copy_set_param("expires", "9999999999")
    elsewhere = given.copy_with(path=f"/files/{uuid4()}/x")
    bare = given.copy_with(query=None)
    for changed in (later, elsewhere, bare, given.copy_set_param("app", "app_other")):
        assert httpx.get(changed).status_code == 404
    assert httpx.put(given, content=b"x").status_code == 404  # it lets read, not write
    assert httpx.get(f"{site.url}/files/nonsense/x").status_code in (404, 422)


def test_a_page_that_was_sent_is_not_shown_as_ours(mine: httpx.Client) -> None:
    sent = mine.post("/uploads", params={"name": "a.html"}, content=b"<html><script>alert(1)</script></html>").json()
    answer = httpx.get(sent["url"])
    assert "html" not in answer.headers["content-type"]
    assert "sandbox" in answer.headers["content-security-policy"]


def test_a_deleted_file_is_gone(mine: httpx.Client, other: httpx.Client, url: str) -> None:
    file_id = url.split("/files/")[1].split("/")[0]
    assert other.delete(f"/files/{file_id}").status_code == other.get(f"/files/{file_id}").status_code == 404
    assert mine.delete(f"/files/{file_id}").status_code == 204
    assert mine.get(f"/files/{file_id}").status_code == 404
    assert httpx.get(url).status_code == 404


def test_what_is_not_marked_and_what_is_no_sound_is_told(mine: httpx.Client, tmp_path: Path) -> None:
    answer = mine.post("/inspect", params={"name": "my.wav"}, content=b"not sound")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "bad_audio")
    assert answer.json()["error"]["message"].startswith("my.wav")
    assert "/" not in answer.json()["error"]["fields"]["source"]
