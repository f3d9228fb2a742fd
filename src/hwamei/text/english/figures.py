"""How English says written expressions with figures."""

from __future__ import annotations

from hwamei.text.english import numbers
from hwamei.text.figures import Figure


def say(figure: Figure) -> str:
    """The expression in English words."""
    return numbers.decimal(figure.match["number"])
