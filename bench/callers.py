"""Many callers of a server at once, in a process of their own: how long each answer took.

    python -m bench.callers URL KEY METHOD PATH CALLERS SECONDS [BODY]

Prints one JSON object: answers, seconds, per_s, p50_ms, p99_ms, others (answers that were not 2xx).
"""

from __future__ import annotations

import http.client
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked, again and again, over one connection for each caller."""

    url: str
    key: str
    method: str
    path: str
    body: str | None


def main() -> None:
    """See the module."""
    url, key, method, path, callers, for_s, *body = sys.argv[1:]
    call = Call(url, key, method, path, body[0] if body else None)
    begun_s = time.perf_counter()
    with ThreadPoolExecutor(int(callers)) as pool:
        each = list(pool.map(lambda _: _ask(call, begun_s + float(for_s)), range(int(callers))))
    took_s = time.perf_counter() - begun_s
    answers = sorted(ms for took_ms, _ in each for ms in took_ms)
    figures = {
        "answers": len(answers),
        "seconds": took_s,
        "per_s": len(answers) / took_s,
        "p50_ms": answers[len(answers) // 2],
        "p99_ms": answers[len(answers) * 99 // 100],
        "others": sum(others for _, others in each),
    }
    json.dump(figures, sys.stdout)


def _ask(call: Call, until_s: float) -> tuple[list[float], int]:
    """Milliseconds that each answer took, and how many were not 2xx."""
    where = urlsplit(call.url)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=60)
    headers = {"Authorization": f"Bearer {call.key}", "Content-Type": "application/json"}
    took_ms, others = [], 0
    while (asked_s := time.perf_counter()) < until_s:
        connection.request(call.method, call.path, call.body, headers)
        answer = connection.getresponse()
        answer.read()
        others += answer.status >= http.HTTPStatus.MULTIPLE_CHOICES
        took_ms.append((time.perf_counter() - asked_s) * 1000)
    connection.close()
    return took_ms, others


if __name__ == "__main__":
    main()
