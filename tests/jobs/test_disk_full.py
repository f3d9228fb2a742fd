"""A disk that takes no more while a task is being stored: the task waits for room, and nothing half stored is left."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hwamei.domain.speech import SpeechOrder
from hwamei.domain.speech_task import Delivered, Segment, TaskState
from hwamei.jobs.workflows import Retries
from hwamei.service.speech_tasks import TaskOrder
from hwamei.serving import Tuning, open_serving
from hwamei.settings import Settings
from tests.jobs.one_server import QUICK
from tests.serving import until

LONG = "这是一句很长很长的话，说了很久也没有说完，因为后面总是还有一点点要说的。" * 3


@contextmanager
def no_file_longer_than(size_bytes: int) -> Iterator[None]:
    """What a full disk is to one who writes a file: the write fails half-way."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)


def bytes_of(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("room_comes", [True, False])
def test_a_task_is_stored_when_there_is_room_again_and_fails_with_the_reason_if_there_never_is(
    tmp_path: Path, room_comes: bool
) -> None:
    retries = Retries(attempts=6 if room_comes else 2, first_wait_s=0.5 if room_comes else 0.01)
    tuning = Tuning(rhythm=QUICK, retries=retries, polling_s=0.01)
    with open_serving(Settings(data=tmp_path, engine="tone"), works=True, tuning=tuning) as serving:
        platform = serving.platform
        app = platform.accounts.authenticate(platform.accounts.create("test").api_key)
        segment = Segment(SpeechOrder(LONG), platform.voices.presets()[0].name)
        with no_file_longer_than(2_000_000):
            task = platform.tasks.create(app, TaskOrder((segment,), Delivered(sample_rate_hz=48_000)))
            if room_comes:
                until(lambda: platform.tasks.get(app, task.id).progress > 90, within_s=60)
            else:
                until(lambda: platform.tasks.get(app, task.id).state.ended, within_s=60)
        ended = until(lambda: (now := platform.tasks.get(app, task.id)).state.ended and now, within_s=60)
        assert ended
        if room_comes:
            assert ended.state is TaskState.DONE
        else:
            assert ended.problem is not None
            assert ended.state is TaskState.FAILED
            assert ended.result is None
    assert not [path for path in bytes_of(tmp_path / "blobs") if path.stat().st_size == 2_000_000]
