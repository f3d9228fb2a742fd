"""What can be asked for."""

from __future__ import annotations

from collections.abc import Sequence

from hwamei.codecs.formats import Format


def formats() -> Sequence[str]:
    """The formats that a task can be delivered in."""
    return [each.value for each in Format]


def stream_formats() -> Sequence[str]:
    """Those that speech can be streamed in."""
    return [each.value for each in Format if each.streams]
