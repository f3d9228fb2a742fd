"""How a callback proves who sent it."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwamei.domain.signature import signature_of, verify_signature

SECRET = "s" * 43
NOW_S = 1_795_262_400.5

secrets = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=16, max_size=60)


def test_the_form_is_the_one_that_is_documented() -> None:
    digest = hmac.new(SECRET.encode(), b'1795262400.{"a":1}', hashlib.sha256).hexdigest()
    assert signature_of(SECRET, b'{"a":1}', now_s=NOW_S) == f"t=1795262400,v1={digest}"


@given(secret=secrets, body=st.binary(max_size=200), now_s=st.floats(0, 1e11), apart_s=st.floats(-299, 299))
def test_what_was_signed_is_believed_for_five_minutes(secret: str, body: bytes, now_s: float, apart_s: float) -> None:
    assert verify_signature(secret, signature_of(secret, body, now_s=now_s), body, now_s + apart_s)


@given(body=st.binary(max_size=200), other=st.binary(max_size=200))
def test_another_body_is_not_believed(body: bytes, other: bytes) -> None:
    header = signature_of(SECRET, body, now_s=NOW_S)
    assert verify_signature(SECRET, header, other, NOW_S) == (body == other)


@pytest.mark.parametrize("apart_s", [301, -302, 86_400])
def test_an_old_recording_of_a_true_one_is_not_believed(apart_s: float) -> None:
    assert not verify_signature(SECRET, signature_of(SECRET, b"x", now_s=NOW_S), b"x", NOW_S + apart_s)


def test_the_moment_cannot_be_changed() -> None:
    header = signature_of(SECRET, b"x", now_s=NOW_S).replace("t=1795262400", "t=1795262401")
    assert not verify_signature(SECRET, header, b"x", NOW_S)


def test_another_secret_is_not_believed() -> None:
    assert not verify_signature("t" * 43, signature_of(SECRET, b"x", now_s=NOW_S), b"x", NOW_S)


def test_one_right_signature_among_others_is_enough() -> None:
    """So that a secret can be changed without a gap, and a new kind of signature be added."""
    header = signature_of(SECRET, b"x", now_s=NOW_S)
    assert verify_signature(SECRET, header.replace("v1=", f"v1={'0' * 64}, v2=new, v1="), b"x", NOW_S)


@pytest.mark.parametrize("header", ["", "t=", "t=1795262400", "v1=00", "t=x,v1=00", "t=９,v1=0", f"t={'9' * 400},v1=0"])
def test_what_is_no_signature_is_not_believed(header: str) -> None:
    assert not verify_signature(SECRET, header, b"x", NOW_S)


def test_two_moments_are_not_believed() -> None:
    header = signature_of(SECRET, b"x", now_s=NOW_S)
    assert not verify_signature(SECRET, f"t=1,{header}", b"x", NOW_S)


@given(header=st.text(max_size=100))
def test_any_header_is_answered(header: str) -> None:
    assert not verify_signature(SECRET, header, b"x", NOW_S)
