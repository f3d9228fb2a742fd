"""Two real servers, of which one goes away and comes back."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi import FastAPI

from hwamei.domain.app import Operation, Quota, Rate
from hwamei.domain.errors import EngineDown
from hwamei.domain.listing import PageRequest
from hwamei.domain.owned_voice import VoiceFilter
from hwamei.domain.speech import Delivery
from hwamei.engines.remote.engine import RemoteEngine
from hwamei.server import open_app
from hwamei.testing import ENGLISH
from tests.engines.remote.conftest import enrolled
from tests.serving import served, settings_of, until, working

pytestmark = pytest.mark.long("two servers with a worker each")

OFTEN = Quota(rates={operation: Rate(100_000, 60) for operation in Operation})


@dataclass
class Place:
    """A server that can be stopped and started at the same address."""

    app: FastAPI
    url: str = ""
    stack: ExitStack | None = None

    def start(self) -> None:
        """At the address that it had."""
        port = int(self.url.rpartition(":")[2]) if self.url else 0
        self.stack = ExitStack()
        self.url = self.stack.enter_context(served(self.app, port=port))

    def stop(self) -> None:
        """Nobody answers any more."""
        assert self.stack is not None
        self.stack.close()
        self.stack = None

    def voices(self) -> int:
        """How many it keeps."""
        platform = self.app.state.platform
        (app,) = platform.accounts.list()
        found: int = platform.voices.list(app, VoiceFilter(), PageRequest(limit=1)).total
        return found


@contextmanager
def place_in(folder: Path) -> Iterator[Place]:
    with open_app(settings_of(folder), works=False) as app, working(folder):
        place = Place(app)
        place.start()
        try:
            yield place
        finally:
            if place.stack is not None:
                place.stop()


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[Place]]]:
    """Two servers that know the same app, with nothing else in common; its key."""
    first, second = (tmp_path_factory.mktemp(name) for name in ("first", "second"))
    with open_app(settings_of(first), works=False) as app:
        key = app.state.platform.accounts.create("tests", quota=OFTEN).api_key
    shutil.copytree(first / "data", second / "data")
    with place_in(first) as one, place_in(second) as two:
        yield key, [one, two]


def test_voices_go_on_speaking_while_one_server_is_away_and_it_is_used_when_it_is_back(
    places: tuple[str, list[Place]], tmp_path: Path
) -> None:
    key, (one, two) = places
    settings: dict[str, Any] = {"engine": "remote", "remote_urls": f"{one.url},{two.url}", "remote_key": key}
    with RemoteEngine(settings_of(tmp_path, **settings), now_s=time.monotonic) as engine:
        made = [enrolled(engine, f0_hz=f0_hz) for f0_hz in range(110, 210, 20)]
        usual = [engine.speak(ENGLISH, each, Delivery()).audio.samples for each in made]
        assert one.voices() + two.voices() == len(made)
        two.stop()
        alone = [engine.speak(ENGLISH, each, Delivery()).audio.samples for each in made]
        assert all(map(np.array_equal, usual, alone))
        assert one.voices() == len(made)
        one.stop()
        with pytest.raises(EngineDown):
            engine.speak(ENGLISH, made[0], Delivery())
        two.start()

        def speaks_again() -> bool:
            try:
                engine.speak(ENGLISH, made[0], Delivery())
            except EngineDown:
                return False
            return True

        until(speaks_again, within_s=30)
        one.start()
