"""The signature `teleai-cloud-auth-v1`: worked examples, and everything that must not pass for one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwamei.dialects.teleai.signature import (
    MAX_VALID_FOR_S,
    SCHEME,
    SKEW_S,
    Claim,
    Distrusted,
    SignedRequest,
    canonical,
    check_signature,
    check_time,
    form,
    percent,
    read_claim,
    signature_of,
    signing_key,
)

APP_ID = "0123456789abcdef0123456789abcdef"
KEY = "fedcba9876543210fedcba9876543210"
MADE_S = 1_760_000_000
DELETE = "/aipaas/voice/v1/timbre/delete"


@dataclass(frozen=True)
class Vector:
    """A worked example, and the headers with which the request would come."""

    request: SignedRequest
    prefix: str
    names: tuple[str, ...]
    signing_key: str
    canonical: str
    signature: str
    form_signature: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def header(self) -> str:
        return "/".join((self.prefix, ";".join(self.names), self.signature))


def prefix(region: str, valid_for_s: int) -> str:
    return f"{SCHEME}/{APP_ID}/{region}/{MADE_S}/{valid_for_s}"


BOTH = {"x-app-id": APP_ID, "content-type": "application/json"}
KEY_A = "01bbab419cbec02cbf1bb5be54224c0d2d10818063277f2fbdce008adebe7abb"
VECTORS = {
    "A": Vector(
        SignedRequest("POST", DELETE, headers=BOTH),
        prefix("QG", 1800),
        ("x-app-id",),
        KEY_A,
        f"POST\n{DELETE}\n\nx-app-id:{APP_ID}",
        "0291fe9ad8f8bc45cd8b3e5913c4f3669bc4b36e76d7910cc0442aa94f3d552c",
    ),
    "B": Vector(
        SignedRequest("GET", "/aipaas/voice/v1/tts/supernaturalrt", headers=BOTH),
        prefix("SH", 43200),
        ("x-app-id",),
        "6c46958a2a3db2002231d8261808090e146e3c7ad02de03f5cb48c9ef2759d5c",
        f"GET\n/aipaas/voice/v1/tts/supernaturalrt\n\nx-app-id:{APP_ID}",
        "66b39a98cb6e4644958fc9afb0c3f6001ede45054475b5091545e09da1ceea6c",
    ),
    "C": Vector(
        SignedRequest("GET", "/aipaas/lm/v1/asyncResult/query", "requestId=req+1%2f%C3%A9&a=2", BOTH),
        prefix("BJ", 1800),
        ("x-app-id",),
        "9db183cd114e8dc902f3339a39331a263e9703f360c7d7a093fab35a50edce86",
        f"GET\n/aipaas/lm/v1/asyncResult/query\na=2&requestId=req%201%2F%C3%A9\nx-app-id:{APP_ID}",
        "0a14b0ee8b1d189552d6ac9c89d3a5068db8ce4d187da4f8a0037d8c28371a64",
        "e3fc7dcbcbf0ec61c7c2d32e06ed80d384baaf69e012f3380c099c101fc8808b",
    ),
    "D": Vector(
        SignedRequest("POST", DELETE, headers=BOTH),
        prefix("QG", 1800),
        ("content-type", "x-app-id"),
        KEY_A,
        f"POST\n{DELETE}\n\ncontent-type:application%2Fjson\nx-app-id:{APP_ID}",
        "4dba3a8bdffe8bdd5427f2634afe5afe942ce9439edd593fa39f361b91d675ec",
    ),
    "E": Vector(
        SignedRequest("POST", DELETE, headers=BOTH),
        prefix("BJ", 259200),
        ("content-type",),
        "6e8fba1d698c0a5f5573bb50b76a10b1796cde4d957da80f099613e1a60322a3",
        f"POST\n{DELETE}\n\ncontent-type:application%2Fjson",
        "7d7cf08d4e52181c226069d60ff9aa2a03745b2ab430b28930969766c50f763c",
    ),
}
A = VECTORS["A"]


@pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS.keys())
def test_the_worked_examples_come_out_step_by_step(vector: Vector) -> None:
    assert signing_key(vector.prefix, key=KEY) == vector.signing_key
    assert canonical(vector.request, vector.names) == vector.canonical
    assert signature_of(vector.prefix, vector.canonical, key=KEY) == vector.signature


@pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS.keys())
def test_the_worked_examples_are_believed(vector: Vector) -> None:
    claim = read_claim(vector.header)
    check_time(claim, now_s=MADE_S)
    check_signature(claim, vector.request, key=KEY)
    with pytest.raises(Distrusted, match="mismatch"):
        check_signature(claim, vector.request, key=KEY[::-1])


def test_the_other_spelling_of_a_query_is_believed_too() -> None:
    vector = VECTORS["C"]
    assert vector.form_signature is not None
    check_signature(replace(read_claim(vector.header), signature=vector.form_signature), vector.request, key=KEY)


def test_bearer_before_the_signature_is_passed_over() -> None:
    assert read_claim(f"Bearer {A.header}") == read_claim(A.header)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer hw_0123",
        A.header.removeprefix(f"{SCHEME}/"),
        A.header.replace(SCHEME, "eop-auth-v1"),
        A.header + "/",
        A.header.replace("/QG/", "//"),
        A.header.replace(APP_ID, ""),
        A.header.replace("/1800/", "/-1/"),
        A.header.replace("/1800/", "/1e3/"),
        A.header.replace("/1800/", "/٣/"),
        A.header.replace(str(MADE_S), "1" * 13),
        A.header[:-64] + A.header[-64:].upper(),
        A.header[:-1],
        A.header.replace("x-app-id", "x app id"),
        A.header.replace("x-app-id", ";".join(["x-app-id"] * 33)),
        A.header.replace("x-app-id", "a" * 5_000),
    ],
)
def test_what_is_no_such_header_is_malformed(header: str) -> None:
    with pytest.raises(Distrusted, match="malformed"):
        read_claim(header)


@given(st.text())
def test_any_text_is_a_claim_or_distrusted(text: str) -> None:
    try:
        read_claim(text)
    except Distrusted:
        return
    raise AssertionError(f"{text!r} was taken for a claim")


@pytest.mark.parametrize(
    ("now_s", "reason"),
    [
        (MADE_S - SKEW_S - 1, "made in the future"),
        (MADE_S - SKEW_S, None),
        (MADE_S, None),
        (MADE_S + 1800, None),
        (MADE_S + 1801, "expired"),
    ],
)
def test_a_claim_holds_from_a_little_before_it_was_made_until_it_is_over(now_s: int, reason: str | None) -> None:
    claim = read_claim(A.header)
    if reason is None:
        check_time(claim, now_s=now_s)
    else:
        with pytest.raises(Distrusted, match=reason):
            check_time(claim, now_s=now_s)


@pytest.mark.parametrize(("valid_for_s", "held"), [(0, False), (999_999, True), (MAX_VALID_FOR_S + 1, False)])
def test_a_claim_holds_for_as_long_as_clients_are_known_to_ask_and_not_for_ever(valid_for_s: int, held: bool) -> None:
    claim = replace(read_claim(A.header), valid_for=str(valid_for_s))
    if held:
        check_time(claim, now_s=MADE_S)
    else:
        with pytest.raises(Distrusted, match="too long"):
            check_time(claim, now_s=MADE_S)


@pytest.mark.parametrize(
    "changed",
    [
        replace(A.request, method="GET"),
        replace(A.request, path="/aipaas/voice/v1/timbre/register"),
        replace(A.request, query="a=1"),
        replace(A.request, headers={"x-app-id": APP_ID[::-1]}),
    ],
)
def test_a_signature_is_for_one_request_alone(changed: SignedRequest) -> None:
    with pytest.raises(Distrusted, match="mismatch"):
        check_signature(read_claim(A.header), changed, key=KEY)


@pytest.mark.parametrize(
    "changed",
    [
        {"app_id": APP_ID[::-1]},
        {"region": "SH"},
        {"timestamp": str(MADE_S + 1)},
        {"valid_for": "259200"},
        {"signed_headers": ("content-type", "x-app-id")},
        {"signature": "0" * 64},
    ],
)
def test_nothing_of_a_claim_can_be_changed(changed: dict[str, str]) -> None:
    claim = replace(read_claim(A.header), **changed)  # type: ignore[arg-type]  # one of them is a tuple
    with pytest.raises(Distrusted, match="mismatch"):
        check_signature(claim, A.request, key=KEY)


def test_a_header_that_is_signed_must_be_there() -> None:
    with pytest.raises(Distrusted, match="missing"):
        check_signature(read_claim(A.header), replace(A.request, headers={}), key=KEY)


def signed(request: SignedRequest, names: tuple[str, ...], signed_names: tuple[str, ...]) -> Claim:
    """A claim that names some headers and was made with some."""
    claim = Claim(APP_ID, "QG", str(MADE_S), "1800", names, "")
    return replace(claim, signature=signature_of(claim.prefix, canonical(request, signed_names), key=KEY))


def test_where_no_header_is_named_the_usual_ones_are_signed() -> None:
    request = SignedRequest("POST", "/a", headers={"host": "here", "content-type": "text/x", "x-app-id": APP_ID})
    check_signature(signed(request, (), ("content-type", "host")), request, key=KEY)
    with pytest.raises(Distrusted):
        check_signature(signed(request, (), ("x-app-id",)), request, key=KEY)


def test_a_blank_header_has_no_line_and_others_lose_their_blanks() -> None:
    request = SignedRequest("POST", "/a", headers={"x-blank": " ", "x-app-id": f" {APP_ID} "})
    check_signature(signed(request, ("x-app-id", "x-blank"), ("x-app-id",)), request, key=KEY)
    assert canonical(request, ["x-app-id"]).endswith(f"\nx-app-id:{APP_ID}")


@pytest.mark.parametrize(
    ("path", "said"),
    [("", "/"), ("/", "/"), ("/a%2fb/c", "/a%2Fb/c"), ("/%E4%BD%A0", "/%E4%BD%A0"), ("/a~b*c", "/a~b%2Ac")],
)
def test_a_path_is_signed_in_one_spelling(path: str, said: str) -> None:
    assert canonical(SignedRequest("GET", path), []) == f"GET\n{said}\n\n"


@pytest.mark.parametrize(
    ("query", "said"),
    [("b=2&a=1", "a=1&b=2"), ("a", "a="), ("&&a=&", "a="), ("a=b=c", "a=b%3Dc"), ("a=2&a=1", "a=1&a=2")],
)
def test_a_query_is_signed_in_one_order(query: str, said: str) -> None:
    assert canonical(SignedRequest("GET", "/", query), []) == f"GET\n/\n{said}\n"


def test_the_two_spellings_differ_where_clients_do() -> None:
    assert percent("a b*~'é/".encode()) == "a%20b%2A~%27%C3%A9%2F"
    assert form("a b*~'é/".encode()) == "a+b*%7E%27%C3%A9%2F"
