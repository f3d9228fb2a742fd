"""An app's reading dictionaries, ready for use."""

from __future__ import annotations

from hwamei.domain.app import AppId
from hwamei.ports import LexiconStore
from hwamei.text.lexicon import Lexicon, parse_lexicon


def lexicon_of(store: LexiconStore, app_id: AppId, name: str | None, version: int | None = None) -> Lexicon:
    """The app's lexicon of that name, the newest if no version is named; empty without a name.

    Raises NotFound, BadLexicon.
    """
    if name is None:
        return Lexicon()
    found = store.get(app_id, name, version)
    return parse_lexicon(found.text, source=f"lexicon {name} version {found.version}")
