"""What every store of reading dictionaries does."""

from __future__ import annotations

import pytest

from hwamei.domain.app import App, AppId
from hwamei.domain.errors import NotFound, WrongState
from hwamei.domain.speech_task import SpeechTask, TaskState, cancel_task
from hwamei.ports import LexiconVersion
from hwamei.storage.sql.stores import Stores
from tests.storage_sql.things import NOON, a_task, later


def test_a_changed_text_is_a_new_version_and_the_old_one_stays_readable(stores: Stores, app: App) -> None:
    first = stores.lexicons.put(app.id, "names", "one", at=NOON)
    second = stores.lexicons.put(app.id, "names", "two", at=later(1))
    assert first == LexiconVersion("names", 1, "one", NOON)
    assert second == LexiconVersion("names", 2, "two", later(1))
    assert stores.lexicons.get(app.id, "names") == second
    assert stores.lexicons.get(app.id, "names", 1) == first


def test_the_same_text_again_is_no_new_version(stores: Stores, app: App) -> None:
    first = stores.lexicons.put(app.id, "names", "one", at=NOON)
    assert stores.lexicons.put(app.id, "names", "one", at=later(1)) == first


def test_a_change_of_a_version_that_is_not_the_newest_any_more_is_refused(stores: Stores, app: App) -> None:
    for after, text in ((0, "one"), (1, "two")):
        assert stores.lexicons.put(app.id, "names", text, at=NOON, after=after).version == after + 1
        for wrong in (0, 1, 2, 3):
            if wrong != after + 1:
                with pytest.raises(WrongState):
                    stores.lexicons.put(app.id, "names", "other", at=NOON, after=wrong)
    stores.lexicons.delete(app.id, "names")
    assert stores.lexicons.put(app.id, "names", "three", at=NOON, after=0).version == 3


def test_the_newest_version_of_each_is_listed_by_name(stores: Stores, app: App) -> None:
    for number, name in enumerate(("b", "a", "词", "B", "b")):
        stores.lexicons.put(app.id, name, f"text {number}", at=NOON)
    listed = stores.lexicons.list(app.id)
    assert [(version.name, version.version) for version in listed] == [("B", 1), ("a", 1), ("b", 2), ("词", 1)]


def test_a_removed_lexicon_is_not_found_and_its_numbers_are_not_used_again(stores: Stores, app: App) -> None:
    stores.lexicons.put(app.id, "names", "one", at=NOON)
    stores.lexicons.delete(app.id, "names")
    assert list(stores.lexicons.list(app.id)) == []
    for version in (None, 1):
        with pytest.raises(NotFound):
            stores.lexicons.get(app.id, "names", version)
    with pytest.raises(NotFound):
        stores.lexicons.delete(app.id, "names")
    assert stores.lexicons.put(app.id, "names", "one", at=later(1)).version == 2


def an_accepted_task(stores: Stores, app: App) -> SpeechTask:
    stores.lexicons.put(app.id, "names", "one", at=NOON)
    return stores.tasks.add(app.id, a_task(app, lexicon=("names", 1)))


def test_a_task_keeps_the_version_that_it_was_accepted_with(stores: Stores, app: App) -> None:
    task = an_accepted_task(stores, app)
    stores.lexicons.delete(app.id, "names")
    stores.upkeep.expire(later(1))
    assert stores.lexicons.get(app.id, "names", 1).text == "one"
    with pytest.raises(NotFound):
        stores.lexicons.get(app.id, "names")
    stores.tasks.save(app.id, cancel_task(task, NOON), was=TaskState.QUEUED)
    with pytest.raises(NotFound):
        stores.lexicons.get(app.id, "names", 1)


def test_tidying_forgets_removed_texts_but_not_their_numbers(stores: Stores, app: App) -> None:
    stores.lexicons.put(app.id, "names", "one", at=NOON)
    stores.lexicons.put(app.id, "kept", "two", at=NOON)
    stores.lexicons.delete(app.id, "names")
    stores.upkeep.expire(later(1))
    assert stores.lexicons.get(app.id, "kept").text == "two"
    assert stores.lexicons.put(app.id, "names", "one", at=later(2)).version == 2


def test_an_unknown_lexicon_is_not_found(stores: Stores, app: App) -> None:
    stores.lexicons.put(app.id, "names", "one", at=NOON)
    for name, version in (("others", None), ("names", 2), ("names", 0)):
        with pytest.raises(NotFound):
            stores.lexicons.get(app.id, name, version)
    with pytest.raises(NotFound):
        stores.lexicons.put(AppId("nobody"), "names", "one", at=NOON)
