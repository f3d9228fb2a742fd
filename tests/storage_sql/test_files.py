"""What every store of files does."""

from __future__ import annotations

import dataclasses
from uuid import uuid4

import pytest

from hwamei.domain.app import App
from hwamei.domain.errors import NotFound, WrongState
from hwamei.domain.stored_file import Purpose
from hwamei.storage.sql.stores import Stores
from tests.storage_sql.things import a_blob, a_file, an_app


@pytest.mark.parametrize("purpose", Purpose)
def test_a_file_comes_back_as_it_was_kept(stores: Stores, app: App, purpose: Purpose) -> None:
    file = a_file(app, purpose=purpose)
    stores.files.add(app.id, file)
    assert stores.files.get(app.id, file.id) == file


def test_a_file_without_content_is_filled_once(stores: Stores, app: App) -> None:
    empty = a_file(app, blob=None, expires_at=None)
    stores.files.add(app.id, empty)
    assert stores.files.get(app.id, empty.id) == empty
    filled = dataclasses.replace(empty, blob=a_blob(), media_type="audio/wav")
    for _ in range(2):  # the same again is no harm
        assert stores.files.fill(app.id, empty.id, a_blob(), media_type="audio/wav") == filled
    with pytest.raises(WrongState):
        stores.files.fill(app.id, empty.id, a_blob("other content"), media_type="audio/wav")
    assert stores.files.get(app.id, empty.id) == filled


def test_what_is_sent_for_a_draft_may_be_sent_again(stores: Stores, app: App) -> None:
    draft = a_file(app, purpose=Purpose.DRAFT, blob=None)
    stores.files.add(app.id, draft)
    for content in ("first", "second", "second"):
        filled = stores.files.fill(app.id, draft.id, a_blob(content), media_type="application/zip")
        assert filled.blob == a_blob(content)


def test_several_files_are_kept_at_once_or_none(stores: Stores, app: App, other: App) -> None:
    mine, more, theirs = a_file(app), a_file(app), a_file(other)
    with pytest.raises(NotFound):
        stores.files.add(app.id, mine, theirs)
    with pytest.raises(NotFound):
        stores.files.get(app.id, mine.id)
    stores.files.add(app.id, mine, more)
    assert [stores.files.get(app.id, file.id) for file in (mine, more)] == [mine, more]


def test_a_file_may_be_kept_twice(stores: Stores, app: App) -> None:
    file = a_file(app)
    for _ in range(2):
        stores.files.add(app.id, file)
    assert stores.files.get(app.id, file.id) == file


def test_saving_replaces_purpose_name_type_and_expiry_and_leaves_the_content(stores: Stores, app: App) -> None:
    file = a_file(app)
    stores.files.add(app.id, file)
    saved = dataclasses.replace(file, purpose=Purpose.REFERENCE, name="x", media_type="audio/ogg", expires_at=None)
    stores.files.save(app.id, dataclasses.replace(saved, blob=None))
    assert stores.files.get(app.id, file.id) == saved


def test_a_deleted_file_is_gone_and_its_content_is_nobodys(stores: Stores, app: App) -> None:
    first, second = a_file(app), a_file(app)
    for file in (first, second):
        stores.files.add(app.id, file)
    (content,) = {a_blob().sha256}
    stores.files.delete(app.id, first.id)
    assert stores.upkeep.in_use([content]) == {content}
    stores.files.delete(app.id, second.id)
    assert stores.upkeep.in_use([content]) == frozenset()


def test_an_unknown_app_cannot_keep_a_file(stores: Stores) -> None:
    nobody = an_app("nobody")
    with pytest.raises(NotFound):
        stores.files.add(nobody.id, a_file(nobody))


def test_an_unknown_file_is_not_found(stores: Stores, app: App) -> None:
    with pytest.raises(NotFound):
        stores.files.get(app.id, uuid4())
    with pytest.raises(NotFound):
        stores.files.fill(app.id, uuid4(), a_blob(), media_type="audio/wav")
    with pytest.raises(NotFound):
        stores.files.save(app.id, a_file(app))
    with pytest.raises(NotFound):
        stores.files.delete(app.id, uuid4())
