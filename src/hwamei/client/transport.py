"""Requests and answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel

from hwamei.atomic import FOR_EVERYBODY, replacing
from hwamei.client.errors import ServerUnreachable, error_in

PREFIX = "/hwamei/v1"
CONNECT_S = 10.0

Model = TypeVar("Model", bound=BaseModel)
Query = Mapping[str, Any]


class Transport:
    """One server, as one app sees it. Safe from several threads."""

    def __init__(self, url: str, key: str, *, timeout_s: float) -> None:
        timeout = httpx.Timeout(timeout_s, connect=CONNECT_S)
        self._url = url.rstrip("/")
        self._http = httpx.Client(
            base_url=self._url + PREFIX, headers={"Authorization": f"Bearer {key}"}, timeout=timeout
        )
        self._bare = httpx.Client(timeout=timeout)  # for addresses that carry their own permission

    def close(self) -> None:
        """Let the connections go."""
        self._http.close()
        self._bare.close()

    def get(self, model: type[Model], path: str, query: Query | None = None) -> Model:
        """What is there."""
        return model.model_validate_json(self.send("GET", path, params=query).content)

    def change(self, model: type[Model], method: str, path: str, body: BaseModel | None = None, **more: Any) -> Model:
        """What comes of a change."""
        if body is not None:
            more["json"] = body.model_dump(mode="json", exclude_none=True)
        return model.model_validate_json(self.send(method, path, **more).content)

    def send(self, method: str, path: str, **more: Any) -> httpx.Response:
        """The answer, if it is a good one. Raises what the server raised, ServerUnreachable, ServerFault."""
        with self._reached():
            answer = self._http.request(method, path, **more)
        if not answer.is_success:
            raise error_in(answer)
        return answer

    @contextmanager
    def streamed(self, method: str, path: str, **more: Any) -> Iterator[httpx.Response]:
        """The answer while it is coming, if it is a good one. Raises like `send`."""
        with self._reached(), self._http.stream(method, path, **more) as answer:
            if not answer.is_success:
                answer.read()
                raise error_in(answer)
            yield answer

    def download(self, url: str, target: Path) -> None:
        """Write what is at a signed address into a file, which appears when it is complete. Raises like `send`."""
        with self._reached(), self._bare.stream("GET", url) as answer:
            if not answer.is_success:
                answer.read()
                raise error_in(answer)
            with replacing(target, mode=FOR_EVERYBODY) as file:
                for piece in answer.iter_bytes():
                    file.write(piece)

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise ServerUnreachable(url=self._url, problem=str(error) or type(error).__name__) from error
