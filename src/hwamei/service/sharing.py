"""Voices that an app lets others use. They stay the owner's: with a voice, all uses of it end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from hwamei.domain.app import App
from hwamei.domain.owned_voice import OwnedVoice
from hwamei.ports import Clock, Shares


@dataclass(frozen=True)
class Sharing:
    """Offers and takes voices. Safe from many threads."""

    store: Shares
    clock: Clock
    new_id: Callable[[], UUID]

    def offer(self, app: App, voice_id: UUID) -> UUID:
        """An id under which one other app may take the voice; the same until it is taken. Raises NotFound."""
        return self.store.offer(app.id, voice_id, share_id=self.new_id(), at=self.clock())

    def take(self, app: App, share_id: UUID) -> OwnedVoice:
        """The voice, which the app may let speak from now on, with all its styles, until its owner deletes it or the
        app gives it back. May be called twice. Raises NotFound."""
        return self.store.take(app.id, share_id, at=self.clock())

    def taken(self, app: App) -> Sequence[OwnedVoice]:
        """The voices that the app has taken, the last one first."""
        return self.store.list(app.id)

    def get(self, app: App, voice_id: UUID) -> OwnedVoice:
        """A voice that the app has taken, or a style of one. Raises NotFound."""
        return self.store.get(app.id, voice_id)

    def give_back(self, app: App, voice_id: UUID) -> None:
        """Use the voice no longer; its owner keeps it. Raises NotFound."""
        self.store.give_back(app.id, voice_id)
