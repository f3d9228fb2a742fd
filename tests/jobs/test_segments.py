"""What a task with several segments makes of each, and of those that are to be said again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from hwamei.domain.app import App
from hwamei.domain.errors import NotFound, WrongState
from hwamei.domain.speech import SpeechOrder
from hwamei.domain.speech_task import Delivered, Segment, SpeechTask, TaskState
from hwamei.domain.usage import Measure, month_of
from hwamei.labels.inspect import inspect
from hwamei.service.speech_tasks import TaskOrder
from hwamei.serving import Serving, Tuning, open_serving
from hwamei.settings import Settings
from hwamei.storage.sql.schema import files
from tests.jobs.one_server import QUICK
from tests.serving import until

APART = Delivered("flac", 24_000, each_segment=True)


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    tuning = Tuning(rhythm=QUICK, polling_s=0.01)
    with open_serving(Settings(data=tmp_path, engine="tone"), works=True, tuning=tuning) as serving:
        yield serving


@pytest.fixture
def app(serving: Serving) -> App:
    accounts = serving.platform.accounts
    return accounts.authenticate(accounts.create("app").api_key)


def ordered(serving: Serving, app: App, *texts: str, delivered: Delivered = APART) -> SpeechTask:
    voice = serving.platform.voices.presets()[0].name
    segments = tuple(Segment(SpeechOrder(text), voice) for text in texts)
    return serving.platform.tasks.create(app, TaskOrder(segments, delivered))


def done(serving: Serving, app: App, task: SpeechTask) -> SpeechTask:
    def look() -> SpeechTask | None:
        found = serving.platform.tasks.get(app, task.id)
        return found if found.state.ended else None

    found = until(look)
    assert found is not None
    assert found.state is TaskState.DONE, found.problem
    return found


def seconds(serving: Serving, app: App, file_id: UUID, folder: Path) -> float:
    """How long the sound in a file is; it must say that it was made by AI."""
    files, target = serving.platform.files, folder / f"{file_id}.flac"
    files.local_copy(app, files.get(app, file_id), target)
    assert inspect(target) is not None
    return float(soundfile.info(target).duration)


def test_every_segment_has_a_marked_file_of_its_own_where_that_is_wanted(
    serving: Serving, app: App, tmp_path: Path
) -> None:
    result = done(serving, app, ordered(serving, app, "第一句。第二句。", "A third sentence.", "好。")).result
    assert result is not None
    parts_s = [seconds(serving, app, file_id, tmp_path) for file_id in result.segment_file_ids]
    assert len(parts_s) == 3
    assert parts_s[0] > parts_s[2]
    assert sum(parts_s) == pytest.approx(result.duration_s, abs=0.01)
    assert result.audio_file_id not in result.segment_file_ids


def test_the_file_of_an_only_segment_is_the_whole(serving: Serving, app: App) -> None:
    result = done(serving, app, ordered(serving, app, "一句话。")).result
    assert result is not None
    assert result.segment_file_ids == (result.audio_file_id,)


def test_no_such_files_are_made_unasked(serving: Serving, app: App) -> None:
    result = done(serving, app, ordered(serving, app, "一句。", "两句。", delivered=Delivered("flac"))).result
    assert result is not None
    assert result.segment_file_ids == ()


def test_the_files_of_segments_go_with_their_task(serving: Serving, app: App) -> None:
    task = done(serving, app, ordered(serving, app, "一句。", "两句。"))
    assert task.result is not None
    assert len(serving.stores.upkeep.in_use(_contents(serving, app, task))) == 2
    contents = _contents(serving, app, task)
    serving.platform.tasks.delete(app, task.id)
    assert serving.stores.upkeep.in_use(contents) == frozenset()


def sounds(serving: Serving, app: App, task: SpeechTask, folder: Path) -> list[NDArray[np.float64]]:
    """The samples of each segment's file."""
    assert task.result is not None
    found = []
    for file_id in task.result.segment_file_ids:
        seconds(serving, app, file_id, folder)
        found.append(soundfile.read(folder / f"{file_id}.flac")[0])
    return found


def test_a_segment_is_said_again_otherwise_and_the_others_as_before(serving: Serving, app: App, tmp_path: Path) -> None:
    tasks = serving.platform.tasks
    first = done(serving, app, ordered(serving, app, "一句。", "Another sentence.", "三句。"))
    again = tasks.retake(app, first, [1], extra={"takes": 1})
    assert (again.state, again.run, again.result) == (TaskState.QUEUED, 2, first.result)
    second = done(serving, app, again)
    assert (second.extra, [segment.take for segment in second.segments]) == ({"takes": 1}, [0, 1, 0])
    before, after = (sounds(serving, app, task, tmp_path) for task in (first, second))
    np.testing.assert_array_equal(before[0], after[0])
    np.testing.assert_array_equal(before[2], after[2])
    assert len(before[1]) != len(after[1])
    assert first.result is not None
    assert second.result is not None
    assert first.result.audio_file_id != second.result.audio_file_id
    amounts = serving.platform.usage.get(app.id, month_of(serving.platform.clock())).amounts
    assert amounts[Measure.CHARACTERS] == first.characters + len("Another sentence.")


def test_a_take_may_be_followed_by_another_and_nothing_is_left_over(serving: Serving, app: App) -> None:
    task = done(serving, app, ordered(serving, app, "一句。", "两句。"))
    for _ in range(2):
        task = done(serving, app, serving.platform.tasks.retake(app, task, [], extra={}))
    assert (task.run, [segment.take for segment in task.segments]) == (3, [2, 2])
    until(lambda: "work" not in purposes(serving))


def test_a_task_that_was_changed_meanwhile_is_not_said_again(serving: Serving, app: App) -> None:
    tasks = serving.platform.tasks
    task = done(serving, app, ordered(serving, app, "一句。"))
    tasks.retake(app, task, [], extra={})
    with pytest.raises(WrongState):
        tasks.retake(app, task, [], extra={})
    accounts = serving.platform.accounts
    with pytest.raises(NotFound):
        tasks.retake(accounts.authenticate(accounts.create("other").api_key), task, [], extra={})
    done(serving, app, task)


def purposes(serving: Serving) -> list[str]:
    with serving.database.reading() as connection:
        return list(connection.scalars(files.select().with_only_columns(files.c.purpose)))


def _contents(serving: Serving, app: App, task: SpeechTask) -> list[str]:
    assert task.result is not None
    files = [serving.platform.files.get(app, file_id) for file_id in task.result.segment_file_ids]
    return [file.blob.sha256 for file in files if file.blob is not None]
