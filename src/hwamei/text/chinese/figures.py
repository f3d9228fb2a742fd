"""How Chinese says written expressions with figures."""

from __future__ import annotations

from hwamei.text.chinese import numbers
from hwamei.text.figures import Figure


def say(figure: Figure) -> str:
    """The expression in Chinese characters."""
    return numbers.decimal(figure.match["number"])
