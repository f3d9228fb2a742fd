"""The label's values, and the JSON that stands in a file."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwamei.domain.errors import BadLabel
from hwamei.labels.aigc import KEYS, MAX_VALUE_CHARACTERS, AigcLabel, check, to_json
from hwamei.labels.inspect import parse

printable = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=60)
required = printable.filter(bool)
labels = st.builds(AigcLabel, required, required, required, printable, required, required, printable)


def test_the_first_writer_is_its_own_propagator() -> None:
    label = AigcLabel.first("Hwamei", "a1b2")
    assert (
        (label.content_propagator, label.propagate_id)
        == (label.content_producer, label.produce_id)
        == ("Hwamei", "a1b2")
    )
    assert label.label == "1"


def test_the_json_is_plain_with_the_seven_keys_of_the_standard_in_its_order() -> None:
    assert to_json(AigcLabel.first("Hwamei", "a1b2")) == (
        '{"Label":"1","ContentProducer":"Hwamei","ProduceID":"a1b2","ReservedCode1":"",'
        '"ContentPropagator":"Hwamei","PropagateID":"a1b2","ReservedCode2":""}'
    )


@given(labels)
def test_a_label_comes_back_from_its_json(label: AigcLabel) -> None:
    text = to_json(label)
    assert parse(text) == label
    assert text.isascii()
    assert text.isprintable()
    assert tuple(json.loads(text)) == KEYS


@pytest.mark.parametrize("value", ["画眉", "Müller", "a\nb", "a\0b", "a\x7fb", "", "x" * (MAX_VALUE_CHARACTERS + 1)])
def test_values_that_are_no_printable_single_bytes_are_refused_with_the_field(value: str) -> None:
    with pytest.raises(BadLabel, match="ContentProducer"):
        AigcLabel.first(value, "a1b2")
    with pytest.raises(BadLabel) as refused:
        to_json(replace(AigcLabel.first("Hwamei", "a1b2"), propagate_id=value))
    assert refused.value.field == "PropagateID"


def test_only_the_reserved_values_may_be_empty() -> None:
    label = AigcLabel.first("Hwamei", "a1b2")
    check(label)
    with pytest.raises(BadLabel, match="must not be empty"):
        check(replace(label, label=""))


def test_labels_of_others_are_read_as_they_are() -> None:
    """Other letter cases, an object around it, numbers for strings, keys missing or added, characters of any kind."""
    assert parse('{"label":1,"CONTENTPRODUCER":"某公司","extra":[1]}') == AigcLabel("1", "某公司", "", "", "", "", "")
    assert parse('{"AIGC": {"Label": "2", "ProduceID": "x"}}\0\0') == AigcLabel("2", "", "x", "", "", "", "")


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "1", '"x"', "{", '{"AIGC": 1}', "[" * 60_000, "{}", "x" * 70_000, "\ufffd"]
)
def test_what_is_no_label_is_none(text: str) -> None:
    assert parse(text) is None


@given(st.text(max_size=200))
def test_any_text_is_a_label_or_none(text: str) -> None:
    assert parse(text) is None or isinstance(parse(text), AigcLabel)
