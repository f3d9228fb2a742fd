"""Fetches a file over HTTP so that a broken line costs only what had not come yet.

What has come lies in a file that ends in `.part`; the rest is asked for with a `Range`. A file takes its name only when
its hash is the right one. Failures that may pass are tried again, with longer and longer waits, until several tries in
a row have brought nothing.
"""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import httpx

from hwamei import atomic
from hwamei.domain.errors import ModelNotFetched
from hwamei.models import locate

PART = ".part"
_MAY_PASS = (408, 425, 429, 500, 502, 503, 504)
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_GONE = 404
_RANGE_NOT_THERE = 416
_TIMEOUT = httpx.Timeout(30.0)


@dataclass(frozen=True, slots=True)
class Patience:
    """How often to try in a row without getting anything, and how long to wait before each try but the first."""

    tries: int = 6
    first_wait_s: float = 0.5
    longest_wait_s: float = 30.0
    sleep: Callable[[float], None] = time.sleep

    def wait(self, failures: int, asked_s: float | None) -> None:
        """Before the try after so many failures; `asked_s`: what the other side asked for."""
        waits_s = self.first_wait_s * 2 ** (failures - 1) if asked_s is None else asked_s
        self.sleep(min(waits_s, self.longest_wait_s))


USUAL = Patience()


class _MayPass(Exception):
    """A failure after which trying again may help."""

    def __init__(self, problem: str, retry_after_s: float | None = None) -> None:
        self.problem, self.retry_after_s = problem, retry_after_s
        super().__init__(problem)


@dataclass
class Line:
    """A connection over which one model is fetched. Used by one thread; told `arrived` the bytes as they come (less
    than nothing where some have to come again)."""

    model: str
    arrived: Callable[[int], None]
    patience: Patience = USUAL
    _client: httpx.Client = field(init=False)

    def __enter__(self) -> Line:
        # As it is: of what is sent compressed no rest can be asked for.
        headers = {"User-Agent": "Hwamei", "Accept-Encoding": "identity"}
        self._client = httpx.Client(follow_redirects=True, timeout=_TIMEOUT, headers=headers)
        return self

    def __exit__(self, *error: object) -> None:
        self._client.close()

    def fetch(self, url: str, target: Path, sha256: str) -> None:
        """The file with this hash, in its place. Raises ModelNotFetched; what has come of it stays as `.part`, but for
        content with another hash."""
        part = target.with_name(target.name + PART)
        with self._disk_in_our_own_errors():
            target.parent.mkdir(parents=True, exist_ok=True)
            resumed = _size(part) > 0
            self.arrived(_size(part))
            self._get_patiently(url, part)
            found = locate.sha256((part,))
            if found != sha256 and resumed:  # begun with another revision of the file, perhaps
                self._drop(part)
                self._get_patiently(url, part)
                found = locate.sha256((part,))
            if found != sha256:
                self._drop(part)
                problem = f"{url} has SHA-256 {found}, expected {sha256}; what came was deleted"
                raise ModelNotFetched(name=self.model, problem=problem)
            part.chmod(atomic.FOR_EVERYBODY)
            part.replace(target)

    # ---------------------------------------------------------------- tries

    def _get_patiently(self, url: str, part: Path) -> None:
        """Append what has not come yet; tried again while something comes, or for `patience.tries` in a row."""
        failures, so_far = 0, _size(part)
        while True:
            try:
                return self._get_rest(url, part)
            except _MayPass as error:
                failures = 1 if _size(part) > so_far else failures + 1
                so_far = _size(part)
                if failures >= self.patience.tries:
                    problem = f"{error.problem} ({failures} tries in a row)"
                    raise ModelNotFetched(name=self.model, problem=problem) from error
                self.patience.wait(failures, error.retry_after_s)

    def _get_rest(self, url: str, part: Path) -> None:
        """Append what has not come yet."""
        have = _size(part)
        with self._answer(url, {"Range": f"bytes={have}-"} if have else {}) as answer:
            if answer.status_code == _RANGE_NOT_THERE:
                return  # all has come already; if it is too much, its hash is wrong
            goes_on = answer.status_code == httpx.codes.PARTIAL_CONTENT and _begins_at(answer, have)
            if not goes_on:
                self.arrived(-have)
            with part.open("ab" if goes_on else "wb") as file:
                self._save(answer, file)

    def _save(self, answer: httpx.Response, file: BinaryIO) -> None:
        for piece in answer.iter_raw():  # as it comes: what were gathered first would be lost when the line breaks
            file.write(piece)
            self.arrived(len(piece))

    @contextmanager
    def _answer(self, url: str, headers: dict[str, str]) -> Iterator[httpx.Response]:
        """An answer that is good, its body not read. Raises ModelNotFetched, _MayPass."""
        try:
            with self._client.stream("GET", url, headers=headers) as answer:
                self._check(url, answer)
                yield answer
        except httpx.TransportError as error:
            raise _MayPass(f"{url}: {str(error) or type(error).__name__}") from error
        except (httpx.InvalidURL, httpx.TooManyRedirects) as error:
            raise ModelNotFetched(name=self.model, problem=f"{url}: {error}") from error

    def _check(self, url: str, answer: httpx.Response) -> None:
        status = answer.status_code
        if answer.is_success or status == _RANGE_NOT_THERE:
            return
        if status in _MAY_PASS:
            raise _MayPass(f"{url} answered HTTP {status}", _retry_after_s(answer))
        problem = f"{url} answered HTTP {status}"
        if status == _GONE:
            problem += "; HWAMEI_HUB chooses another hub"
        raise ModelNotFetched(name=self.model, problem=problem)

    # ---------------------------------------------------------------- the file

    def _drop(self, part: Path) -> None:
        self.arrived(-_size(part))
        part.unlink()

    @contextmanager
    def _disk_in_our_own_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno in _FULL:
                problem = "the disk is full; make room: what has come so far is kept, and the next pull goes on from it"
            else:
                problem = f"{error.filename or 'a file'} cannot be written ({error.strerror})"
            raise ModelNotFetched(name=self.model, problem=problem) from error


def _size(path: Path) -> int:
    """Bytes; 0 where there is no file."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _begins_at(answer: httpx.Response, first: int) -> bool:
    return str(answer.headers.get("Content-Range", "")).startswith(f"bytes {first}-")


def _retry_after_s(answer: httpx.Response) -> float | None:
    said = answer.headers.get("Retry-After", "")
    return float(said) if said.isascii() and said.isdecimal() else None
