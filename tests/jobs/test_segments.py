"""What a task with several segments makes of each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
import soundfile

from hwamei.domain.app import App
from hwamei.domain.speech import SpeechOrder
from hwamei.domain.speech_task import Delivered, Segment, SpeechTask, TaskState
from hwamei.labels.inspect import inspect
from hwamei.service.speech_tasks import TaskOrder
from hwamei.serving import Serving, Tuning, open_serving
from hwamei.settings import Settings
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


def _contents(serving: Serving, app: App, task: SpeechTask) -> list[str]:
    assert task.result is not None
    files = [serving.platform.files.get(app, file_id) for file_id in task.result.segment_file_ids]
    return [file.blob.sha256 for file in files if file.blob is not None]
