"""What options may be, where the domain's own words would be slow to import or need one more."""

from __future__ import annotations

from enum import StrEnum


class LevelChoice(StrEnum):
    """How much work goes into a voice."""

    INSTANT = "instant"
    TRAINED = "trained"


class LanguageChoice(StrEnum):
    """A language, or finding out."""

    AUTO = "auto"
    CHINESE = "zh"
    ENGLISH = "en"

    @property
    def code(self) -> str | None:
        """The language's code; None for finding out."""
        return None if self is LanguageChoice.AUTO else self.value
