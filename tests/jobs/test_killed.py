"""Whatever is killed, at whatever step: what was accepted is done, once, and nothing is left lying about."""

from __future__ import annotations

import json
import multiprocessing
import signal
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import pytest

from tests.jobs.one_server import serve
from tests.serving import until

pytestmark = pytest.mark.long("each test starts two servers")

SPEECH_STEPS = [("begin", 1), ("speak", 1), ("speak", 2), ("speak", 3), ("finish", 1), ("tidy", 1)]
LINE_BY_LINE_S, TOGETHER_S = 0.0, 10.0  # how long a step speaks
TRAINING_STEPS = ["fetch", "check", "enrol", "train", "preview", "tidy"]

processes = multiprocessing.get_context("forkserver")  # imports everything once
processes.set_forkserver_preload(["tests.jobs.one_server"])


def a_server(
    data: Path, order: str | None = None, die: tuple[str, str, int] | None = None, *, step_s: float = LINE_BY_LINE_S
) -> ForkServerProcess:
    """A server that has just been started."""
    process = processes.Process(target=serve, args=(data, order, die, step_s))
    process.start()
    return process


def in_a_process(
    data: Path, order: str | None = None, die: tuple[str, str, int] | None = None, *, step_s: float = LINE_BY_LINE_S
) -> int | None:
    """The exit code of a server."""
    process = a_server(data, order, die, step_s=step_s)
    process.join(timeout=120)
    return process.exitcode


def what_came_of(
    data: Path, order: str, step: str, when: str, time: int, *, step_s: float = LINE_BY_LINE_S
) -> dict[str, Any]:
    """After a server died at the step and another one went on."""
    assert in_a_process(data, order, (f"{order}.{step}", when, time), step_s=step_s) == -signal.SIGKILL
    assert in_a_process(data, step_s=step_s) == 0
    outcome: dict[str, Any] = json.loads((data / "outcome.json").read_text())
    assert outcome["problems"] == []
    return outcome


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("step", "time"), SPEECH_STEPS, ids=str)
def test_a_speech_task_is_spoken_once_whatever_step_is_killed(tmp_path: Path, step: str, time: int, when: str) -> None:
    outcome = what_came_of(tmp_path, "speech", step, when, time)
    assert outcome["tasks"] == ["done"]
    assert len(set(outcome["spoken"])) == 3
    assert len(outcome["spoken"]) == 3  # no line was spoken twice
    assert outcome["files"] == ["speech", "subtitles"]
    assert outcome["contents"] == 2


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("work", "time"), [("say", 3), ("keep", 2)], ids=str)
def test_of_lines_spoken_in_one_step_only_the_last_two_may_be_spoken_again(
    tmp_path: Path, work: str, time: int, when: str
) -> None:
    """While a line is kept the next one is spoken: what was not kept when the server died is spoken again."""
    outcome = what_came_of(tmp_path, "speech", work, when, time, step_s=TOGETHER_S)
    assert outcome["tasks"] == ["done"]
    assert len(set(outcome["spoken"])) == 3
    assert outcome["spoken"][0] not in outcome["spoken"][1:]
    assert outcome["files"] == ["speech", "subtitles"]
    assert outcome["contents"] == 2


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", TRAINING_STEPS)
def test_a_voice_is_ready_whatever_step_of_its_training_is_killed(tmp_path: Path, step: str, when: str) -> None:
    outcome = what_came_of(tmp_path, "training", step, when, 1)
    assert (outcome["jobs"], outcome["voices"]) == (["succeeded"], ["ready"])
    assert outcome["previews"] == [True]
    assert outcome["files"] == ["preview", "reference", "reference"]  # the recording, and the speech in it
    assert outcome["contents"] == 3


@pytest.mark.parametrize(("order", "step"), [("speech", "speak"), ("training", "train")])
def test_the_work_of_a_worker_that_vanished_is_taken_over_by_one_that_lives(
    tmp_path: Path, order: str, step: str
) -> None:
    vanishing = a_server(tmp_path, order, (f"{order}.{step}", "hold", 1))
    until((tmp_path / "holding.txt").exists, within_s=60)
    living = a_server(tmp_path)
    until(lambda: len(list((tmp_path / "workers").iterdir())) == 2, within_s=60)
    vanishing.kill()
    living.join(timeout=60)
    assert living.exitcode == 0
    outcome = json.loads((tmp_path / "outcome.json").read_text())
    assert (outcome["tasks"] or outcome["jobs"]) in (["done"], ["succeeded"])
    assert len(outcome["spoken"]) == len(set(outcome["spoken"]))
