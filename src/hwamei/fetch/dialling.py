"""Connections that go to the very address that was checked, and end when their time is up.

The name is resolved, all its addresses are judged, and one of those is dialled, in one step: a name that changes its
address in between changes nothing.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import NoReturn

import httpcore

from hwamei.fetch.addresses import Address, parsed

Resolve = Callable[[str], Sequence[Address]]
"""All addresses of a name. Raises OSError."""

Dial = Callable[[Address, int, float], socket.socket]
"""A connection to a port of an address, within seconds. Raises OSError."""

LONGEST_DIAL_S = 10.0  # then the next address is tried
MOST_ADDRESSES = 8


class AddressRefused(Exception):
    """A name has an address that may not be called. Never leaves this package."""


class TlsRefused(httpcore.ConnectError):
    """The other side is not who it should be, or speaks no TLS that we do."""


class NameUnknown(httpcore.ConnectError):
    """There is no such name."""


@dataclass(frozen=True)
class Deadline:
    """The moment at which everything ends, on the clock `now_s`."""

    ends_s: float
    now_s: Callable[[], float]

    def left_s(self) -> float:
        """How many seconds are left, more than none. Raises httpcore.ReadTimeout."""
        left = self.ends_s - self.now_s()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left


@dataclass(frozen=True)
class CheckedBackend(httpcore.NetworkBackend):
    """How httpcore gets its connections. Used for one request."""

    resolve: Resolve
    may_call: Callable[[Address], bool]
    dial: Dial
    deadline: Deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to an address of the host that may be called. Raises AddressRefused, httpcore's errors."""
        addresses = self._addresses(host)
        if not all(self.may_call(address) for address in addresses):
            raise AddressRefused
        return _Stream(self._first_that_answers(addresses, port), self.deadline)

    def connect_unix_socket(self, *_: object, **__: object) -> NoReturn:
        """Never."""
        raise AddressRefused

    def sleep(self, seconds: float) -> NoReturn:
        """Never: httpcore would wait between retries, of which there are none."""
        raise httpcore.ConnectError

    def _addresses(self, host: str) -> Sequence[Address]:
        try:
            addresses = _within(self.deadline.left_s(), lambda: self.resolve(host))
        except socket.gaierror as error:
            again = error.errno == socket.EAI_AGAIN
            raise (httpcore.ConnectError if again else NameUnknown)(str(error)) from error
        except TimeoutError as error:
            raise httpcore.ConnectTimeout from error
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        if not addresses:
            raise NameUnknown("the name has no address")
        return addresses

    def _first_that_answers(self, addresses: Sequence[Address], port: int) -> socket.socket:
        problem: OSError | None = None
        for address in addresses[:MOST_ADDRESSES]:
            try:
                return self.dial(address, port, min(LONGEST_DIAL_S, self.deadline.left_s()))
            except OSError as error:
                problem = error
        kind = httpcore.ConnectTimeout if isinstance(problem, TimeoutError) else httpcore.ConnectError
        raise kind(str(problem)) from problem


class _Stream(httpcore.NetworkStream):
    """A connection whose every step ends at the deadline, however little each one brings. Used by one thread."""

    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        self._connection, self._deadline = connection, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with _translated(httpcore.ReadTimeout, httpcore.ReadError):
            self._connection.settimeout(self._deadline.left_s())
            return self._connection.recv(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        rest = memoryview(buffer)
        with _translated(httpcore.WriteTimeout, httpcore.WriteError):
            while rest:
                self._connection.settimeout(self._deadline.left_s())
                rest = rest[self._connection.send(rest) :]

    def close(self) -> None:
        self._connection.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        with _translated(httpcore.ConnectTimeout, httpcore.ConnectError):
            self._connection.settimeout(self._deadline.left_s())
            try:
                return _Stream(
                    ssl_context.wrap_socket(self._connection, server_hostname=server_hostname), self._deadline
                )
            except ssl.SSLEOFError:  # the line was cut: nothing is wrong with the other side's name
                raise
            except (ssl.SSLError, ssl.CertificateError) as error:
                raise TlsRefused(error.reason or str(error)) from error

    def get_extra_info(self, info: str) -> object:
        return self._connection if info == "socket" else None


def resolve(host: str) -> Sequence[Address]:
    """All addresses that this machine's resolver knows for the name. Raises OSError."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a label that is empty or too long for IDNA
        raise socket.gaierror(socket.EAI_NONAME, "no name can be so") from error
    known = (socket.AF_INET, socket.AF_INET6)
    return list(dict.fromkeys(parsed(str(address[0])) for family, *_, address in found if family in known))


def dial(address: Address, port: int, timeout_s: float) -> socket.socket:
    """A connection to the address itself: no name is looked up. Raises OSError."""
    connection = socket.create_connection((str(address), port), timeout_s)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _within(timeout_s: float, work: Callable[[], Sequence[Address]]) -> Sequence[Address]:
    """What the work gives in time: the system's resolver cannot be told when to stop. Raises TimeoutError, OSError."""
    done: Future[Sequence[Address]] = Future()

    def do() -> None:
        try:
            done.set_result(work())
        except OSError as error:
            done.set_exception(error)

    Thread(target=do, name="resolving", daemon=True).start()
    return done.result(timeout_s)


@contextmanager
def _translated(timeout: type[Exception], broken: type[Exception]) -> Iterator[None]:
    """Errors of sockets as httpcore's."""
    try:
        yield
    except TimeoutError as error:
        raise timeout from error
    except OSError as error:
        raise broken(str(error)) from error
