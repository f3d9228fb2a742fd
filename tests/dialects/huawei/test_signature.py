"""Signed requests: the vectors made with the vendor's own signer, and everything that must not pass.

Vectors: huaweicloudsdkcore 3.1.219, its `Signer`, 2025-01-02; keys and host are made up.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwamei.dialects.huawei.refusals import SignatureRefused
from hwamei.dialects.huawei.signature import (
    SignedRequest,
    canonical_path,
    canonical_query,
    canonical_request,
    signature_of,
    verify,
)

ACCESS, SECRET = "LOCALAK0000000000001", "local-secret-for-tests"
PROJECT = "0123456789abcdef0123456789abcdef"
DATE = "20250102T030405Z"
NOW = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
SIGNED = ("content-type", "host", "x-project-id", "x-sdk-date")
HEADERS = {
    "Content-Type": "application/json",
    "Host": "127.0.0.1:8080",
    "X-Project-Id": PROJECT,
    "X-Sdk-Date": DATE,
}
GET_SIGNATURE = "081c263fc64490ed7499c8e17e965d210d381ed51b8f687416c9df2ed2363c34"
POST_SIGNATURE = "9cc57d68109b05234368fe2db4f1388587f6d5d233c4335c430f42feb2d38ea9"
LIST = SignedRequest(
    "GET",
    f"/v1/{PROJECT}/voice-training-manage/user/jobs",
    "limit=5&state=FAILED%2CWAITING&voice_name=Quiet%20Harbor%20~a%2Fb%2B%E6%B8%A9",
    (),
    b"",
)
SPEAK = SignedRequest(
    "POST",
    f"/v1/{PROJECT}/ttsc/async-jobs",
    "",
    (),
    b'{"text": "hello", "voice_asset_id": "b2c49b7e6d134c8f8f0b6a3a0c9d7e51"}',
)
VECTORS = pytest.mark.parametrize(("request_", "signature"), [(LIST, GET_SIGNATURE), (SPEAK, POST_SIGNATURE)])


def secret_of(access: str) -> str | None:
    return SECRET if access == ACCESS else None


def sent(
    request: SignedRequest, signature: str, *, access: str = ACCESS, signed: str = ";".join(SIGNED), **headers: str
) -> SignedRequest:
    """The request with its headers; underscores stand for dashes, and an empty text takes a header away."""
    claim = f"SDK-HMAC-SHA256 Access={access}, SignedHeaders={signed}, Signature={signature}"
    changed = {**HEADERS, "Authorization": claim, **{name.replace("_", "-"): text for name, text in headers.items()}}
    return replace(request, headers=tuple((name, text) for name, text in changed.items() if text))


def made(
    request: SignedRequest, *, signed: str = ";".join(SIGNED), secret: str = SECRET, **headers: str
) -> SignedRequest:
    """The request, signed by us."""
    whole = sent(request, "0" * 64, signed=signed, **headers)
    lower = {name.lower(): text for name, text in whole.headers}
    canonical = canonical_request(whole, lower, signed.split(";"))
    return sent(request, signature_of(canonical, lower["x-sdk-date"], secret), signed=signed, **headers)


def test_what_is_signed_is_what_the_vendors_signer_signs() -> None:
    lower = {name.lower(): text for name, text in HEADERS.items()}
    hashes = [
        hashlib.sha256(canonical_request(request, lower, SIGNED).encode()).hexdigest() for request in (LIST, SPEAK)
    ]
    assert hashes == [
        "86003a1ba23e88f139b54242f68f4ba3454da401b218c156bc0d487663d47db2",
        "412b4029586944786e4d97a044fab2566ddc3f525238a30570206f3eb6258d4f",
    ]


@VECTORS
def test_a_request_that_was_signed_with_the_secret_passes(request_: SignedRequest, signature: str) -> None:
    assert verify(sent(request_, signature), secret_of, now=NOW) == ACCESS


@VECTORS
@pytest.mark.parametrize(
    "change",
    [
        {"method": "PUT"},
        {"path": f"/v1/{PROJECT}/voice-training-manage/user/job"},
        {"query": "limit=6&state=FAILED%2CWAITING&voice_name=Quiet%20Harbor%20~a%2Fb%2B%E6%B8%A9"},
        {"query": "limit=5"},
        {"body": b"{}"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_request_that_was_changed_is_refused(
    change: dict[str, str | bytes], request_: SignedRequest, signature: str
) -> None:
    changed = replace(sent(request_, signature), **change)  # type: ignore[arg-type]  # of several kinds
    with pytest.raises(SignatureRefused, match="key"):
        verify(changed, secret_of, now=NOW)


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Host": "example.com"}, "verify aksk signature fail"),
        ({"X_Project_Id": "f" * 32}, "verify aksk signature fail"),
        ({"X_Project_Id": ""}, "SignedHeaders"),
        ({"Content_Type": ""}, "SignedHeaders"),
        ({"X_Sdk_Date": ""}, "X-Sdk-Date"),
        ({"X_Sdk_Date": "yesterday"}, "X-Sdk-Date"),
        ({"Authorization": ""}, "Authorization"),
        ({"Authorization": "Bearer abc"}, "Authorization"),
        ({"access": "NOBODY"}, "verify aksk signature fail"),
        ({"signed": "content-type;host;x-project-id"}, "SignedHeaders"),
        ({"signed": "content-type;x-project-id;x-sdk-date"}, "SignedHeaders"),
        ({"signed": "host;content-type;x-project-id;x-sdk-date"}, "SignedHeaders"),
        ({"signed": "host;host;x-sdk-date"}, "SignedHeaders"),
        ({"signed": "host;x-sdk-date"}, "verify aksk signature fail"),
    ],
)
def test_headers_that_are_wrong_missing_or_unsigned_are_refused(headers: dict[str, str], reason: str) -> None:
    with pytest.raises(SignatureRefused) as caught:
        verify(sent(LIST, GET_SIGNATURE, **headers), secret_of, now=NOW)
    assert reason in caught.value.reason


def test_the_wrong_secret_is_refused() -> None:
    with pytest.raises(SignatureRefused):
        verify(sent(LIST, GET_SIGNATURE), lambda _: "another-secret-for-tests", now=NOW)


@pytest.mark.parametrize("away_s", [0, 899, 900])
def test_a_date_within_fifteen_minutes_passes(away_s: int) -> None:
    for now in (NOW + timedelta(seconds=away_s), NOW - timedelta(seconds=away_s)):
        assert verify(sent(LIST, GET_SIGNATURE), secret_of, now=now) == ACCESS


@pytest.mark.parametrize("away_s", [901, 86_400])
def test_a_stale_date_is_refused(away_s: int) -> None:
    for now in (NOW + timedelta(seconds=away_s), NOW - timedelta(seconds=away_s)):
        with pytest.raises(SignatureRefused, match="key"):
            verify(sent(LIST, GET_SIGNATURE), secret_of, now=now)


def test_a_header_that_comes_twice_counts_as_none() -> None:
    once = sent(LIST, GET_SIGNATURE)
    for name in ("Host", "X-Sdk-Date", "Authorization"):
        with pytest.raises(SignatureRefused):
            verify(replace(once, headers=(*once.headers, (name.lower(), "127.0.0.1:8080"))), secret_of, now=NOW)


def test_a_hash_in_place_of_the_body_counts_where_it_is_signed_and_true() -> None:
    names = "host;x-sdk-content-sha256;x-sdk-date"
    true = hashlib.sha256(SPEAK.body).hexdigest()
    for given_hash in (true, "UNSIGNED-PAYLOAD"):
        assert verify(made(SPEAK, signed=names, X_Sdk_Content_Sha256=given_hash), secret_of, now=NOW) == ACCESS
    other = made(SPEAK, signed=names, X_Sdk_Content_Sha256=true)
    with pytest.raises(SignatureRefused, match="key"):
        verify(replace(other, body=b"changed"), secret_of, now=NOW)


def test_a_hash_that_is_not_signed_hides_no_change_of_the_body() -> None:
    smuggled = made(SPEAK, X_Sdk_Content_Sha256="UNSIGNED-PAYLOAD")
    assert verify(smuggled, secret_of, now=NOW) == ACCESS
    with pytest.raises(SignatureRefused):
        verify(replace(smuggled, body=b"changed"), secret_of, now=NOW)


def test_header_text_is_signed_as_utf_8_though_it_comes_as_latin_1() -> None:
    names = "host;x-app-userid;x-sdk-date"
    as_received = "温柔".encode().decode("latin-1")
    passed = made(SPEAK, signed=names, X_App_UserId=as_received)
    assert verify(passed, secret_of, now=NOW) == ACCESS


def test_paths_are_encoded_anew_and_end_with_a_slash() -> None:
    assert canonical_path("/v1/a b%2fc/~d") == canonical_path("/v1/a%20b/c/~d") == "/v1/a%20b/c/~d/"
    assert canonical_path("/") == "/"


def test_a_plus_in_a_query_is_a_space() -> None:
    assert canonical_query("name=Quiet+Harbor&sum=1%2B1") == "name=Quiet%20Harbor&sum=1%2B1"


@given(st.lists(st.tuples(st.text(min_size=1), st.text()), max_size=8), st.randoms())
def test_a_query_is_the_same_in_any_order_and_spelling(pairs: list[tuple[str, str]], random: object) -> None:
    pairs = [(name, text) for name, text in pairs if not any("\ud800" <= sign <= "\udfff" for sign in name + text)]
    spelled = [f"{quote(name, safe='')}={quote(text, safe='')}" for name, text in pairs]
    shuffled = list(spelled)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis types it as an object
    assert canonical_query("&".join(shuffled)) == canonical_query("&".join(spelled))
    assert canonical_query(canonical_query("&".join(spelled))) == canonical_query("&".join(spelled))
