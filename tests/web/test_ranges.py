"""Which part of a file a header means, by the cases of RFC 9110, 14."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwamei.web.ranges import Part, part_wanted, same_tag, still_same
from hwamei.web.refusals import RangeNotSatisfiable

TAG = '"abc"'


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        # RFC 9110, 14.1.2, for a file of 10,000 bytes
        ("bytes=0-499", Part(0, 500)),
        ("bytes=500-999", Part(500, 1_000)),
        ("bytes=-500", Part(9_500, 10_000)),
        ("bytes=9500-", Part(9_500, 10_000)),
        ("bytes=0-0", Part(0, 1)),
        ("bytes=-1", Part(9_999, 10_000)),
        ("BYTES=0-0", Part(0, 1)),
        # longer than the file: what there is
        ("bytes=0-99999999999999999999", Part(0, 10_000)),
        ("bytes=9999-10000", Part(9_999, 10_000)),
        ("bytes=-20000", Part(0, 10_000)),
    ],
)
def test_a_range_in_the_file_is_that_part(asked: str, part: Part) -> None:
    assert part_wanted(asked, 10_000) == part


@pytest.mark.parametrize(
    "asked",
    [None, "", "bytes=", "bytes=-", "bytes=9-5", "bytes 0-1", "items=0-1", "bytes=a-b", "bytes=0x1-2", "bytes=1-2-3"],
)
def test_what_is_no_range_is_passed_over(asked: str | None) -> None:
    assert part_wanted(asked, 10_000) is None


@pytest.mark.parametrize("asked", ["bytes=0-0,-1", "bytes=500-600,601-999"])
def test_several_parts_at_once_are_answered_with_the_whole(asked: str) -> None:
    assert part_wanted(asked, 10_000) is None


@pytest.mark.parametrize(("asked", "size"), [("bytes=10000-", 10_000), ("bytes=-0", 10_000), ("bytes=0-", 0)])
def test_a_part_behind_the_end_cannot_be_given(asked: str, size: int) -> None:
    with pytest.raises(RangeNotSatisfiable) as caught:
        part_wanted(asked, size)
    assert caught.value.size_bytes == size


@given(st.integers(1, 1000), st.integers(0, 2000), st.integers(0, 2000))
def test_a_part_lies_in_the_file_and_begins_where_it_was_asked_to(size: int, first: int, last: int) -> None:
    try:
        part = part_wanted(f"bytes={first}-{last}", size)
    except RangeNotSatisfiable:
        assert first >= size
    else:
        if part is None:
            assert last < first
        else:
            assert (part.start, part.end) == (first, min(last + 1, size))
            assert 0 < part.size_bytes <= size


@given(st.text(max_size=30))
def test_no_header_is_too_strange(asked: str) -> None:
    part = part_wanted(asked, 100)
    assert part is None or 0 <= part.start < part.end <= 100


@pytest.mark.parametrize(
    ("asked", "same"),
    [
        (None, False),
        ("*", True),
        ('"abc"', True),
        ('W/"abc"', True),
        ('"x", "abc"', True),
        ('"x","y"', False),
        ("abc", False),
        ('"a,bc"', False),
    ],
)
def test_a_tag_is_found_in_a_list_of_tags(asked: str | None, same: bool) -> None:
    assert same_tag(asked, TAG) is same


@pytest.mark.parametrize(
    ("asked", "same"),
    [(None, True), ('"abc"', True), ('W/"abc"', False), ('"x"', False), ("Wed, 21 Oct 2026 07:28:00 GMT", False)],
)
def test_a_part_is_given_only_of_the_very_same_content(asked: str | None, same: bool) -> None:
    assert still_same(asked, TAG) is same
