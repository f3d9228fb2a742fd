"""What the page on security shows works."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest

from hwamei.domain.callback import GIVE_UP_AFTER, LONGEST_RETRY_AFTER
from hwamei.domain.signature import DELIVERY_HEADER, SIGNATURE_HEADER, TOLERANCE_S, signature_of
from hwamei.domain.stored_file import MAX_UPLOAD_BYTES
from hwamei.fetch.fetcher import FETCH_S, MOST_ANSWER_BYTES, POST_S, HttpFetcher, open_fetcher
from hwamei.service.files import UNUSED_UPLOADS_KEPT
from hwamei.settings import Settings, keys

PAGE = (Path(__file__).parents[2] / "docs" / "security.md").read_text(encoding="utf-8")
RECEIVER, CHECK = re.findall(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
SECRET = "a-secret-of-43-characters-more-or-less-long"
BODY = '{"type": "speech_task.done", "text": "画眉"}'.encode()


@dataclass(frozen=True)
class Receiver:
    """The program of the page, running."""

    url: str
    said: IO[str]


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    environment = {**os.environ, "HOOK_SECRET": SECRET, "PORT": "0", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-c", RECEIVER]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8"
    ) as running:
        assert running.stdout is not None
        port = running.stdout.readline().split()[-1]
        yield Receiver(f"http://127.0.0.1:{port}/", running.stdout)
        running.terminate()


@pytest.fixture
def fetcher(settings: Settings) -> HttpFetcher:
    return open_fetcher(settings.model_copy(update={"allow_private_urls": True}))


def send(fetcher: HttpFetcher, receiver: Receiver, *, body: bytes = BODY, signature: str) -> int:
    return fetcher.post(receiver.url, body, {SIGNATURE_HEADER: signature, DELIVERY_HEADER: "1234"})


def test_the_receiver_believes_us(fetcher: HttpFetcher, receiver: Receiver) -> None:
    assert send(fetcher, receiver, signature=signature_of(SECRET, BODY, now_s=time.time())) == 204
    assert receiver.said.readline() == f"finished: 1234 {BODY.decode()}\n"


def test_the_receiver_believes_nobody_else(fetcher: HttpFetcher, receiver: Receiver) -> None:
    now_s = time.time()
    right = signature_of(SECRET, BODY, now_s=now_s)
    assert send(fetcher, receiver, body=BODY + b" ", signature=right) == 401
    assert send(fetcher, receiver, signature=signature_of("guessed", BODY, now_s=now_s)) == 401
    assert send(fetcher, receiver, signature=signature_of(SECRET, BODY, now_s=now_s - 400)) == 401
    for nonsense in ("", "t=1", "v1=00", "t=x,v1=0", ",,="):
        assert send(fetcher, receiver, signature=nonsense) == 401


def test_the_shorter_check_is_the_same() -> None:
    now = time.time()
    names = {"time": time, "secret": SECRET, "body": BODY, "header": signature_of(SECRET, BODY, now_s=now)}
    exec(CHECK, names)
    assert names["genuine"] is True


def test_the_figures_on_the_page_are_those_of_the_program() -> None:
    assert f"{MAX_UPLOAD_BYTES // 2**20} MiB and {FETCH_S:.0f} seconds" in PAGE
    assert f"takes {POST_S:.0f} seconds at most, and its answer is read up to {MOST_ANSWER_BYTES // 1024} kB" in PAGE
    assert (GIVE_UP_AFTER.days, LONGEST_RETRY_AFTER.seconds, TOLERANCE_S, UNUSED_UPLOADS_KEPT.days) == (1, 7200, 300, 7)


def test_every_setting_on_the_page_exists() -> None:
    assert set(re.findall(r"HWAMEI_[A-Z_]+", PAGE)) <= set(keys())
