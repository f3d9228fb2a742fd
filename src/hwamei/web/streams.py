"""Who speaks, how many may be spoken to at once, and how many are, in the headers of speech at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hwamei.service.speak_now import NowSpoken

LIMIT_HEADER, RUNNING_HEADER = "Hwamei-Streams-Limit", "Hwamei-Streams-Running"
ENGINE_HEADER = "Hwamei-Engine"


def stream_headers(spoken: NowSpoken) -> dict[str, str]:
    """The engines that speak, in the order of their first words; and of the one with the fewest turns left, in this
    process: how many streams may run at once, and how many do, the one that asks included. One more than the limit is
    told when to come back."""
    return {**headers_of_streams(spoken.turns.of, spoken.turns.taken), **engine_header(spoken)}


def engine_header(spoken: NowSpoken) -> dict[str, str]:
    """The engines that speak."""
    return {ENGINE_HEADER: ", ".join(spoken.engines)}


def headers_of_streams(limit: int, running: int) -> dict[str, str]:
    """The same two, of these figures."""
    return {LIMIT_HEADER: str(limit), RUNNING_HEADER: str(running)}
