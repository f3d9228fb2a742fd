"""An app's reading dictionaries, ready for use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hwamei.domain.app import AppId
from hwamei.ports import LexiconStore, LexiconVersion
from hwamei.text.lexicon import Entry, Lexicon, parse_lexicon


def lexicon_of(store: LexiconStore, app_id: AppId, name: str | None, version: int | None = None) -> Lexicon:
    """The app's lexicon of that name, the newest if no version is named; empty without a name.

    Raises NotFound, BadLexicon.
    """
    if name is None:
        return Lexicon()
    found = store.get(app_id, name, version)
    return parse_lexicon(found.text, source=f"lexicon {name} version {found.version}")


def lexicons_of(store: LexiconStore, app_id: AppId, named: Sequence[tuple[str, int | None]]) -> Lexicon:
    """The app's lexicons of these names and versions (None: the newest) as one; what an earlier one says of a word
    counts. Raises NotFound, BadLexicon."""
    entries: dict[str, Entry] = {}
    for name, version in reversed(named):
        entries |= lexicon_of(store, app_id, name, version).entries
    return Lexicon(entries)


def keep_lexicon(
    store: LexiconStore, app_id: AppId, name: str, text: str, *, at: datetime, after: int | None = None
) -> LexiconVersion:
    """A new version of the app's lexicon, or the newest if nothing changed. `after`: as LexiconStore has it.

    Raises BadLexicon, WrongState."""
    parse_lexicon(text, source=f"lexicon {name}")
    return store.put(app_id, name, text, at=at, after=after)
