"""How many may be spoken to at once, and how many are, in the headers of speech at once."""

from __future__ import annotations

from hwamei.service.engine_pool import EnginePool

LIMIT_HEADER, RUNNING_HEADER = "Hwamei-Streams-Limit", "Hwamei-Streams-Running"


def stream_headers(pool: EnginePool) -> dict[str, str]:
    """Of this process: how many streams may run at once, and how many do, the one that asks included. One more than
    the limit is told when to come back."""
    return headers_of_streams(pool.slots, pool.turns_taken)


def headers_of_streams(limit: int, running: int) -> dict[str, str]:
    """The same, of these figures."""
    return {LIMIT_HEADER: str(limit), RUNNING_HEADER: str(running)}
