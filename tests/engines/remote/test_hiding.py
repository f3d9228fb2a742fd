"""What a server says is told without what nobody else may read."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from hwamei.engines.remote.hiding import MAX_CHARACTERS, told


def said(message: str) -> bytes:
    return json.dumps({"error": {"message": message}}).encode()


def test_messages_are_found_where_servers_put_them() -> None:
    forms: list[object] = [{"error": {"message": "no"}}, {"error": "no"}, {"detail": "no"}, {"message": "no"}]
    for form in forms:
        assert told(json.dumps(form).encode(), ()) == "no"
    for body in (b"", b"{", b"[]", b"<html>", b'{"error": null}', b'{"detail": [1]}'):
        assert told(body, ()) == ""


def test_a_stretch_of_a_text_is_hidden_and_what_is_shorter_is_not() -> None:
    text = "What nobody else may read, said at night."
    assert told(said("too long: 'nobody else may read' and night"), (text,)) == "too long: '…' and night"


@given(st.text(), st.text(min_size=8), st.text())
def test_no_secret_is_ever_told(before: str, secret: str, after: str) -> None:
    found = told(said(before + secret + after), (secret,))
    assert secret not in found
    assert len(found) <= MAX_CHARACTERS
    assert found.isprintable() or not found
