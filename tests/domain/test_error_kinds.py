"""Errors travel between processes, and are named for programs."""

from __future__ import annotations

import inspect
import pickle

import pytest

from hwamei.domain import errors
from hwamei.domain.errors import HwameiError, NotFetched, Refused, TooBusy
from hwamei.domain.problem import Problem, code_of, may_pass

KINDS = sorted(
    (kind for kind in vars(errors).values() if inspect.isclass(kind) and issubclass(kind, HwameiError)),
    key=lambda kind: kind.__name__,
)
SAMPLES: dict[str, object] = {
    "str": "something",
    "int": 3,
    "int | None": 4,
    "float": 1.5,
    "float | None": None,
    "bool": True,
    "Iterable[str]": ("one", "two"),
    "RefusalReason": errors.RefusalReason.SILENT,
    "ArchiveReason": errors.ArchiveReason.MISSING,
    "SentenceReason": errors.SentenceReason.TOO_LONG,
}


def an_error(kind: type[HwameiError]) -> HwameiError:
    wanted = inspect.signature(kind.__init__).parameters.values()
    return kind(**{each.name: SAMPLES[each.annotation] for each in wanted if each.kind is each.KEYWORD_ONLY})


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_error_comes_back_from_a_pickle_with_its_message_and_fields(kind: type[HwameiError]) -> None:
    error = an_error(kind)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert (str(again), vars(again)) == (str(error), vars(error))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_error_makes_a_problem_that_says_whose_it_is(kind: type[HwameiError]) -> None:
    problem = Problem.of(an_error(kind))
    assert problem.callers == issubclass(kind, Refused)
    assert problem.code == code_of(kind)
    assert problem.code.isidentifier()
    assert problem.code == problem.code.lower()


def test_codes_are_words_in_snake_case() -> None:
    assert code_of(errors.VoiceNotFound) == "voice_not_found"
    assert code_of(errors.BadAudio) == "bad_audio"


def test_only_what_time_may_mend_is_tried_again() -> None:
    assert may_pass(errors.EngineFailed(engine="tone", problem="silence"))
    assert may_pass(errors.StoreUnavailable(store="database", problem="gone"))
    assert may_pass(OSError("disk full"))
    assert may_pass(TooBusy(what="the engine", retry_after_s=1.0))
    assert may_pass(NotFetched(url="http://a.test/", problem="timed out", may_pass=True))
    assert not may_pass(NotFetched(url="http://a.test/", problem="404", may_pass=False))
    assert not may_pass(errors.BadAudio(source="a.wav", problem="broken"))
    assert not may_pass(errors.ModelMissing(name="kokoro", remedy="pull it"))
    assert not may_pass(ValueError("a fault of ours"))
    assert may_pass(TooBusy(what="an engine on another machine", retry_after_s=1.0))


def test_an_engine_that_is_down_may_come_back_unless_it_lacks_what_it_needs() -> None:
    down = errors.EngineDown(engine="reed", problem="gone")
    assert may_pass(down)
    down.__cause__ = errors.EngineFailed(engine="reed", problem="gone")
    assert may_pass(down)
    down.__cause__ = errors.ModelMissing(name="reed", remedy="carve one")
    assert not may_pass(down)
