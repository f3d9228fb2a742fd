"""Work that comes in the worker's own process is not left until the next look into the queue."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from dbos._sys_db import SystemDatabase

from hwamei.domain.speech import SpeechOrder
from hwamei.domain.speech_task import Segment
from hwamei.jobs.doorbell import REST_S, Doorbell
from hwamei.service.speech_tasks import TaskOrder
from hwamei.serving import Tuning, open_serving
from hwamei.settings import Settings
from tests.jobs.one_server import QUICK
from tests.serving import until

SELDOM_S = 3600.0
ORDER = TaskOrder((Segment(SpeechOrder("Good morning."), "tenor"),))


def test_tasks_are_done_at_once_by_a_worker_that_looks_once_an_hour(tmp_path: Path) -> None:
    """Those that find no room when they come, too: the first app has one of the two places."""
    settings = Settings(data=tmp_path, engine="tone")
    with open_serving(settings, works=True, tuning=Tuning(rhythm=QUICK, polling_s=SELDOM_S)) as serving:
        accounts, tasks = serving.platform.accounts, serving.platform.tasks
        app = accounts.get(accounts.create("tests").app_id)
        ordered = [tasks.create(app, ORDER) for _ in range(5)]
        until(lambda: all(tasks.get(app, task.id).state.ended for task in ordered), within_s=30)


def test_a_worker_that_waits_looks_as_often_as_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks, get_queue = [], SystemDatabase.get_queue

    def counted(self: SystemDatabase, name: str, **more: object) -> object:
        if threading.current_thread().name == "prompt-look":
            looks.append(name)
        return get_queue(self, name, **more)  # type: ignore[arg-type]  # as it came

    monkeypatch.setattr(SystemDatabase, "get_queue", counted)
    settings = Settings(data=tmp_path, engine="tone")
    with open_serving(settings, works=True, tuning=Tuning(rhythm=QUICK, polling_s=0.1)) as serving:
        accounts, tasks = serving.platform.accounts, serving.platform.tasks
        app = accounts.get(accounts.create("tests").app_id)
        task = tasks.create(app, ORDER)
        until(lambda: tasks.get(app, task.id).state.ended, within_s=30)
        looks.clear()
        time.sleep(1.0)
    assert 2 <= len(looks) <= 11


def test_waiting_ends_when_it_is_rung_and_not_for_good() -> None:
    doorbell = Doorbell()
    doorbell.ring()
    assert not doorbell.wait(SELDOM_S)
    begun_s = time.monotonic()
    assert not doorbell.wait(10 * REST_S)
    assert time.monotonic() - begun_s >= 10 * REST_S
    threading.Timer(0.05, doorbell.set).start()
    assert doorbell.wait(SELDOM_S)
    assert doorbell.is_set()
    assert doorbell.wait(SELDOM_S)


def test_ringing_all_the_time_leaves_rests_between_looks() -> None:
    doorbell, looks, end_s = Doorbell(), 0, time.monotonic() + 10 * REST_S
    while time.monotonic() < end_s:
        doorbell.ring()
        doorbell.wait(SELDOM_S)
        looks += 1
    assert looks <= 10
