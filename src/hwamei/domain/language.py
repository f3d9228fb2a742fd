"""The languages that Hwamei speaks."""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    """A language, by its ISO 639-1 code."""

    CHINESE = "zh"
    ENGLISH = "en"
