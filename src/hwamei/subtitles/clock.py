"""Times as subtitle files write them."""

from __future__ import annotations


def clock(time_ms: int, *, point: str) -> str:
    """Hours, minutes, seconds and milliseconds, such as 01:02:03,004 with a comma as the point."""
    seconds, milliseconds = divmod(time_ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{point}{milliseconds:03}"


def milliseconds(written: str) -> int:
    """The time in 01:02:03,004 or 02:03.004. Raises ValueError."""
    whole, _, fraction = written.replace(",", ".").partition(".")
    seconds = 0
    for part in whole.split(":"):
        seconds = seconds * 60 + int(part)
    return seconds * 1000 + int(fraction)
