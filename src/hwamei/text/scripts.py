"""Which characters belong to which script, as classes for regular expressions."""

from __future__ import annotations

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
LATIN = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
IGNORABLE = "\u00ad\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff"
"""Characters that are not seen and mean nothing by themselves."""
