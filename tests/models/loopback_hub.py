"""A hub on this machine: a real HTTP server that answers as Hugging Face and ModelScope do, and breaks when told to."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

REPOSITORY = "somebody/a-model"


@dataclass
class LoopbackHub:
    """`files`: content by path in REPOSITORY. What is in `break_after` is cut off after so many bytes, once each."""

    files: dict[str, bytes]
    url: str = ""
    break_after: dict[str, int] = field(default_factory=dict)
    fail_with: list[int] = field(default_factory=list)
    """Statuses to answer the next requests with."""

    takes_ranges: bool = True
    ranges: list[str] = field(default_factory=list)
    asked: int = 0
    """How many requests there were."""

    served: Counter[str] = field(default_factory=Counter)
    """Bytes sent of each path."""


@contextmanager
def opened(hub: LoopbackHub) -> Iterator[LoopbackHub]:
    """The hub on a free port, until the context ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            _answer(self, hub)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    hub.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _answer(request: BaseHTTPRequestHandler, hub: LoopbackHub) -> None:
    hub.asked += 1
    if hub.fail_with:
        _send(request, hub.fail_with.pop(0), b"not now")
        return
    path = unquote(request.path)
    if path.startswith(f"/{REPOSITORY}/resolve/main/"):  # the real one redirects to where the bytes are
        request.send_response(302)
        request.send_header("Location", path.replace(f"/{REPOSITORY}/resolve/main/", "/bytes/"))
        request.send_header("Content-Length", "0")
        request.end_headers()
    else:
        _send_file(request, hub, path.removeprefix(f"/models/{REPOSITORY}/resolve/master/").removeprefix("/bytes/"))


def _send_file(request: BaseHTTPRequestHandler, hub: LoopbackHub, path: str) -> None:
    content = hub.files.get(path)
    if content is None:
        _send(request, 404, b"no such file")
        return
    asked = request.headers.get("Range", "") if hub.takes_ranges else ""
    start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
    if asked:
        hub.ranges.append(f"{path} {asked}")
    if start and start >= len(content):
        _send(request, 416, b"")
        return
    request.send_response(206 if asked else 200)
    if asked:
        request.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
    request.send_header("Content-Length", str(len(content) - start))
    request.end_headers()
    upto = start + hub.break_after.pop(path, len(content))
    hub.served[path] += len(content[start:upto])
    request.wfile.write(content[start:upto])
    if upto < len(content):
        request.close_connection = True


def _send(request: BaseHTTPRequestHandler, status: int, body: bytes) -> None:
    request.send_response(status)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)
