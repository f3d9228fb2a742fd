"""Servers that answer as a test wants, on 127.0.0.1."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread

Answer = Callable[[socket.socket], None]


@dataclass
class Server:
    """`requests`: what came, head and body; `gone`: set when the test is over."""

    port: int
    requests: list[bytes] = field(default_factory=list)
    gone: Event = field(default_factory=Event)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"


@contextmanager
def serving(*answers: Answer, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server whose first connection gets the first answer, and so on; all further ones the last."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(listener.getsockname()[1])
        accepting = Thread(target=_accept, args=(listener, server, answers, tls), daemon=True)
        accepting.start()
        yield server
        server.gone.set()
        listener.shutdown(socket.SHUT_RDWR)
        accepting.join()


def _accept(listener: socket.socket, server: Server, answers: tuple[Answer, ...], tls: ssl.SSLContext | None) -> None:
    talking: list[Thread] = []
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            answer = answers[min(len(talking), len(answers) - 1)]
            talking.append(Thread(target=_talk, args=(connection, server, answer, tls), daemon=True))
            talking[-1].start()
    for thread in talking:
        thread.join()


def _talk(connection: socket.socket, server: Server, answer: Answer, tls: ssl.SSLContext | None) -> None:
    connection.settimeout(10)
    with suppress(OSError), connection:
        if tls is not None:
            connection = tls.wrap_socket(connection, server_side=True)
        with connection:
            server.requests.append(_request(connection))
            answer(connection)


def _request(connection: socket.socket) -> bytes:
    content = b""
    while b"\r\n\r\n" not in content:
        if not (piece := connection.recv(4096)):
            return content
        content += piece
    head, _, body = content.partition(b"\r\n\r\n")
    length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length:")), 0)
    while len(body) < length and (piece := connection.recv(4096)):
        body += piece
    return head + b"\r\n\r\n" + body


def sending(body: bytes = b"", *, status: str = "200 OK", **headers: str) -> Answer:
    """An answer with its true length, unless `content_length` says otherwise."""
    lines = {"content_length": str(len(body)), **headers}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
    content = f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body
    return lambda connection: connection.sendall(content)


def redirecting(location: str, status: str = "302 Found") -> Answer:
    return sending(b"this way", status=status, location=location)


def endless(begin: bytes, piece: bytes, *, pause_s: float = 0.0) -> Answer:
    """An answer that goes on until the other side has enough."""

    def answer(connection: socket.socket) -> None:
        pausing = Event()
        connection.sendall(begin)
        while True:
            connection.sendall(piece)
            pausing.wait(pause_s)

    return answer


def silent(connection: socket.socket) -> None:
    """An answer that never comes."""
    connection.recv(1)
