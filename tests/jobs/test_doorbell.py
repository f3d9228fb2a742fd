"""Work that comes in the worker's own process is not left until the next look into the queue."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from hwamei.domain.speech import SpeechOrder
from hwamei.domain.speech_task import Segment
from hwamei.jobs.doorbell import LOOKS, SOON_S, Doorbell
from hwamei.service.speech_tasks import TaskOrder
from hwamei.serving import Tuning, open_serving
from hwamei.settings import Settings
from tests.jobs.one_server import QUICK
from tests.serving import until

SELDOM_S = 3600.0


def test_a_task_is_begun_at_once_by_a_worker_that_looks_once_an_hour(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, engine="tone")
    with open_serving(settings, works=True, tuning=Tuning(rhythm=QUICK, polling_s=SELDOM_S)) as serving:
        accounts, tasks = serving.platform.accounts, serving.platform.tasks
        app = accounts.get(accounts.create("tests").app_id)
        for _ in range(2):
            task = tasks.create(app, TaskOrder((Segment(SpeechOrder("Good morning."), "tenor"),)))
            until(lambda: tasks.get(app, task.id).state.ended, within_s=30)  # noqa: B023  # it is over in its round


def test_waiting_ends_when_it_is_rung_and_not_for_good() -> None:
    doorbell = Doorbell()
    doorbell.ring()
    for _ in range(1 + LOOKS):
        assert not doorbell.wait(SELDOM_S)
    begun_s = time.monotonic()
    assert not doorbell.wait(10 * SOON_S)
    assert time.monotonic() - begun_s >= 10 * SOON_S
    threading.Timer(0.05, doorbell.set).start()
    assert doorbell.wait(SELDOM_S)
    assert doorbell.is_set()
    assert doorbell.wait(SELDOM_S)
