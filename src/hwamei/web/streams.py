"""How many may be spoken to at once, and how many are, in the headers of speech at once."""

from __future__ import annotations

from hwamei.service.engine_pool import EnginePool

LIMIT_HEADER, RUNNING_HEADER = "Hwamei-Streams-Limit", "Hwamei-Streams-Running"


def stream_headers(pool: EnginePool) -> dict[str, str]:
    """Of this process: how many streams may run at once, and how many do, the one that asks included. One more than
    the limit is told when to come back."""
    return {LIMIT_HEADER: str(pool.slots), RUNNING_HEADER: str(pool.turns_taken)}
