"""A server on this machine that answers as a test wants, also as no server should."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np

from hwamei.codecs.riff import header
from hwamei.domain.audio import Samples

RATE_HZ = 24_000

Json = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """A request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Json:
        """The body as JSON."""
        found: Json = json.loads(self.body)
        return found

    @property
    def form(self) -> dict[str, tuple[str, str, bytes]]:
        """The parts of a form by name: file name, media type, content."""
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        parts = BytesParser(policy=HTTP).parsebytes(head + self.body).iter_parts()
        found = {}
        for part in parts:
            name, content = part.get_param("name", header="content-disposition"), part.get_payload(decode=True)
            assert isinstance(content, bytes)
            found[str(name)] = (part.get_filename() or "", part.get_content_type(), content)
        return found


@dataclass(frozen=True)
class Answer:
    """What is sent back. `chunks`: one by one, with no length said; `length`: what is said of it, true or not."""

    status: int = 200
    chunks: Iterator[bytes] = field(default_factory=lambda: iter(()))
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None

    @classmethod
    def of(cls, found: object, status: int = 200, **headers: str) -> Answer:
        """JSON, whole."""
        body = json.dumps(found).encode()
        return cls(status, iter([body]), {"Content-Type": "application/json", **headers}, len(body))

    @classmethod
    def sound(cls, content: bytes) -> Answer:
        """A file, whole."""
        return cls(200, iter([content]), {"Content-Type": "audio/wav"}, len(content))

    @classmethod
    def streamed(cls, *chunks: bytes, **headers: str) -> Answer:
        """Sound in pieces."""
        return cls(200, iter(chunks), {"Content-Type": "audio/wav", **headers})


Respond = Callable[[Asked], Answer]


@dataclass
class Loopback:
    """The server, and what it was asked."""

    url: str
    respond: Respond
    asked: list[Asked] = field(default_factory=list)
    cut_off: threading.Event = field(default_factory=threading.Event)
    """Set when somebody has gone away before all was sent."""
    connections: list[socket.socket] = field(default_factory=list)

    def paths(self) -> list[str]:
        """`POST /v1/audio/speech` and so on, in order."""
        return [f"{each.method} {each.path}" for each in self.asked]


@contextmanager
def loopback(respond: Respond) -> Iterator[Loopback]:
    """A server that answers so, on a free port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    found = Loopback(f"http://127.0.0.1:{server.server_port}", respond)
    server.loopback = found  # type: ignore[attr-defined]  # the handler gets nothing but its server
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        for connection in found.connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        found: Loopback = self.server.loopback  # type: ignore[attr-defined]  # see above
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        if self.headers.get("transfer-encoding") == "chunked":
            body = self._dechunked()
        asked = Asked(self.command, self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        found.asked.append(asked)
        answer = found.respond(asked)
        try:
            self._send(answer)
        except OSError:
            found.cut_off.set()
            self.close_connection = True

    do_GET = do_POST = do_DELETE = _answer  # noqa: N815  # as the standard library calls them

    def _dechunked(self) -> bytes:
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.length is None:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(answer.length))
        self.end_headers()
        sent = 0
        for chunk in answer.chunks:
            self.wfile.write(chunk if answer.length is not None else b"%x\r\n%s\r\n" % (len(chunk), chunk))
            sent += len(chunk)
        if answer.length is None:
            self.wfile.write(b"0\r\n\r\n")
        elif sent != answer.length:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""

    def handle(self) -> None:
        """Without a word about clients that have gone."""
        self.server.loopback.connections.append(self.connection)  # type: ignore[attr-defined]  # see above
        with suppress(OSError):
            super().handle()


def buzz(duration_s: float = 1.0, f0_hz: float = 200.0, sample_rate_hz: int = RATE_HZ) -> Samples:
    """float32 [n], a tone that passes for speech where nobody listens closely."""
    time_s = np.arange(round(duration_s * sample_rate_hz)) / sample_rate_hz
    return (0.3 * np.sin(2 * np.pi * f0_hz * time_s)).astype(np.float32)


def pcm(samples: Samples) -> bytes:
    """16-bit, little-endian."""
    return np.rint(samples * 32_768).clip(-32_768, 32_767).astype("<i2").tobytes()


def wav(samples: Samples, sample_rate_hz: int = RATE_HZ, *, endless: bool = False) -> bytes:
    """A file; `endless`: as one that is written into a pipe."""
    data = pcm(samples)
    return header(sample_rate_hz, {}, None if endless else len(data)) + data


def float_wav(samples: Samples) -> bytes:
    """A file of 32-bit float samples, which nobody asked for."""
    data = samples.astype("<f4").tobytes()
    fmt = struct.pack("<HHIIHH", 3, 1, RATE_HZ, 4 * RATE_HZ, 4, 32)
    body = b"WAVEfmt " + struct.pack("<I", len(fmt)) + fmt + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


class Server:
    """Answers as such servers do: keeps voices, speaks in a tone. A test changes what it likes."""

    def __init__(self) -> None:
        self.voices: dict[str, str] = {}
        self.speech: Respond = lambda _: Answer.sound(wav(buzz()))
        self.presets = ["vivian", "ryan"]
        self.lists = True

    def __call__(self, asked: Asked) -> Answer:
        """As a Respond."""
        match asked.method, asked.path:
            case "GET", "/v1/models":
                return Answer.of({"object": "list", "data": [{"id": "served/model", "object": "model"}]})
            case "GET", "/v1/audio/voices" if self.lists:
                uploaded = [{"name": name, "consent": consent} for name, consent in self.voices.items()]
                return Answer.of({"voices": [*self.presets, *self.voices], "uploaded_voices": uploaded})
            case "POST", "/v1/audio/voices":
                name, consent = (asked.form[part][2].decode() for part in ("name", "consent"))
                self.voices[name] = consent
                return Answer.of({"success": True, "voice": {"name": name, "consent": consent}})
            case "POST", "/v1/audio/speech":
                return self._spoken(asked)
            case _:
                return Answer.of({"detail": "Not Found"}, 404)

    def _spoken(self, asked: Asked) -> Answer:
        voice = asked.json.get("voice")
        if voice is not None and voice not in {*self.voices, *self.presets}:
            message = f"Invalid voice '{voice}'. Supported: {', '.join(self.presets)}"
            return Answer.of({"error": {"message": message, "type": "BadRequestError", "code": 400}}, 400)
        return self.speech(asked)
