"""Signed addresses of files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwamei.domain.app import AppId
from hwamei.domain.stored_file import Purpose, StoredFile
from hwamei.service.links import Links, Method, Ticket

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LINKS = Links(b"k" * 32)
ID = UUID("0b44df6e-6a0d-4d6a-b61a-3a1e7b9b4c11")

app_ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", fullmatch=True).map(AppId)
names = st.text(min_size=1, max_size=50).filter(lambda name: not any(0xD800 <= ord(c) < 0xE000 for c in name))
bases = st.sampled_from(["http://127.0.0.1:8000", "https://voice.example/hwamei/", "http://[::1]:9"])


def stored(app_id: str = "app_1", file_id: UUID = ID, name: str = "a.wav") -> StoredFile:
    return StoredFile(file_id, AppId(app_id), Purpose.SPEECH, name, "audio/wav", NOW)


def query_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


@given(app_id=app_ids, file_id=st.uuids(), name=names, base=bases)
def test_a_link_of_any_file_on_any_base_is_read_back_whole(app_id: str, file_id: UUID, name: str, base: str) -> None:
    url = LINKS.link("GET", stored(app_id, file_id, name), base_url=base, until=NOW)
    expected = Ticket("GET", AppId(app_id), file_id, int(NOW.timestamp()))
    assert url.isascii()
    assert url.startswith(f"{base.rstrip('/')}/files/{file_id}/")
    assert LINKS.read(url) == expected
    assert LINKS.ticket("GET", file_id, query_of(url)) == expected


@given(name=names, other=names)
def test_a_link_stays_good_when_the_file_is_renamed_or_the_server_moves(name: str, other: str) -> None:
    url = LINKS.link("GET", stored(name=name), base_url="http://old.example:8000/below", until=NOW)
    moved = LINKS.link("GET", stored(name=other), base_url="https://new.example", until=NOW)
    assert LINKS.read(url) == LINKS.read(moved) is not None
    assert LINKS.read(f"http://h/files/{ID}?{urlsplit(url).query}") == LINKS.read(url)


@pytest.mark.parametrize(
    "changed",
    [
        {"app": "app_2"},
        {"expires": "99999999999"},
        {"expires": "-1"},
        {"expires": "1e9"},
        {"expires": "９"},
        {"expires": ""},
        {"signature": ""},
        {"signature": "é"},
        {"signature": "A" * 43},
    ],
    ids=str,
)
def test_a_link_with_anything_changed_is_not_ours(changed: dict[str, str]) -> None:
    query = query_of(LINKS.link("GET", stored(), base_url="", until=NOW))
    assert LINKS.ticket("GET", ID, query) is not None
    assert LINKS.ticket("GET", ID, query | changed) is None


@given(missing=st.sampled_from(["app", "expires", "signature"]))
def test_a_link_with_anything_left_out_is_not_ours(missing: str) -> None:
    query = query_of(LINKS.link("GET", stored(), base_url="", until=NOW))
    del query[missing]
    assert LINKS.ticket("GET", ID, query) is None


@given(
    method=st.sampled_from(get_args(Method)), file_id=st.uuids(), later_s=st.integers(0, 10), other_key=st.booleans()
)
def test_a_signature_serves_one_method_file_moment_and_key(
    method: Method, file_id: UUID, later_s: int, other_key: bool
) -> None:
    query = query_of(LINKS.link("GET", stored(), base_url="", until=NOW))
    query["expires"] = str(int(query["expires"]) + later_s)
    reader = Links(b"o" * 32) if other_key else LINKS
    same = method == "GET" and file_id == ID and later_s == 0 and not other_key
    assert (reader.ticket(method, file_id, query) is not None) == same


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "http://[", "ftp://h/files/x", "http://h/files/../etc", "http://h/files/\0", f"/files/{ID}/a.wav"],
)
def test_what_is_no_link_at_all_is_not_ours(url: str) -> None:
    assert LINKS.read(url) is None


def test_an_upload_link_does_not_count_as_an_address_to_read_from() -> None:
    assert LINKS.read(LINKS.link("PUT", stored(), base_url="http://h", until=NOW + timedelta(hours=1))) is None


def test_the_key_does_not_show() -> None:
    assert "kkk" not in repr(LINKS)
