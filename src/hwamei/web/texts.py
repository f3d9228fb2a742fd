"""Texts in what clients send."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator


def _storable(text: str) -> str:
    """The text, if every database can keep it and every answer can hold it."""
    if "\0" in text or (not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text)):
        raise ValueError("U+0000 and halves of surrogate pairs are not allowed")
    return text


Text = Annotated[str, AfterValidator(_storable)]
"""A field of a wire model with any text that can be kept."""
