"""Every error has a status, and tells its caller what helps and nothing that is not theirs to know."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwamei.domain.errors import (
    EngineDown,
    EngineFailed,
    Failed,
    HwameiError,
    ModelDamaged,
    NotSignedIn,
    OutOfRange,
    QuotaUsedUp,
    RateLimited,
    Refused,
    StoreUnavailable,
    TextEmpty,
    TooBusy,
)
from hwamei.web.failures import STATUSES, Failure, in_our_words
from tests.errors import all_errors

ERRORS = all_errors()


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_has_a_status_that_says_whose_fault_it_is(kind: type[HwameiError]) -> None:
    status = STATUSES[kind]
    server_side = kind.__name__ == "BadSetting" or issubclass(kind, Failed)
    assert (status >= 500) is server_side


@pytest.mark.parametrize(
    ("error", "header"),
    [
        (RateLimited(operation="read", allowed=1, period_s=1, retry_after_s=0.2), "1"),
        (TooBusy(what="the engine", retry_after_s=2.4), "3"),
        (QuotaUsedUp(what="characters", used=1, allowed=1, retry_after_s=90.0), "90"),
        (QuotaUsedUp(what="voices", used=1, allowed=1, retry_after_s=None), "60"),
        (StoreUnavailable(store="database", problem="gone"), "5"),
        (EngineDown(engine="remote", problem="no server answers"), "5"),
        (EngineDown(engine="remote", problem="it starts", retry_after_s=29.5), "30"),
    ],
)
def test_who_is_to_come_back_is_told_when(error: HwameiError, header: str) -> None:
    assert in_our_words(Failure(error, "r")).headers["retry-after"] == header


def test_of_an_engine_that_is_down_it_is_said_which_and_why() -> None:
    failure = Failure(EngineDown(engine="remote", problem="no server answers"), "r")
    assert failure.message == "engine remote is not to be had now: no server answers"
    assert failure.fields["engine"] == "remote"


def test_who_cannot_mend_it_by_waiting_is_not_told_to() -> None:
    assert "retry-after" not in in_our_words(Failure(TextEmpty(), "r")).headers


def test_a_missing_key_is_asked_for_as_http_does() -> None:
    assert in_our_words(Failure(NotSignedIn(), "r")).headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "error",
    [
        StoreUnavailable(store="database", problem="postgresql://user:password@10.0.0.1"),
        ModelDamaged(name="ge2e", path="/home/somebody/models", expected_sha256="a", found_sha256="b"),
        EngineFailed(engine="tone", problem="at /home/somebody"),
    ],
)
def test_what_failed_on_our_side_names_no_place_of_ours(error: Failed) -> None:
    told = bytes(in_our_words(Failure(error, "r")).body).decode()
    assert "somebody" not in told
    assert "password" not in told


@given(st.floats(), st.text(st.characters(exclude_categories=[])))
def test_the_fields_of_an_error_can_always_be_told(number: float, text: str) -> None:
    class Odd(Refused):
        """An error with all sorts of fields."""

        def __init__(self) -> None:
            self.number, self.text, self.many, self.kind = number, text, (text, number), Refused
            super().__init__(text)

    assert bytes(in_our_words(Failure(Odd(), "r")).body)


def test_a_number_that_is_none_is_told_in_words() -> None:
    error = OutOfRange(name="speed", given=float("nan"), low=0.5, high=2.0)
    assert Failure(error, "r").fields == {"name": "speed", "given": "nan", "low": 0.5, "high": 2.0}
