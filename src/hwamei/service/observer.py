"""Who wants to know how a server is doing."""

from __future__ import annotations

from typing import Protocol


class Observer(Protocol):
    """Told what happens. Quick, never raises; called from any thread."""

    def first_audio(self, waited_s: float, engine: str) -> None:
        """Speech that was asked for at once began so many seconds later."""

    def spoken(self, sound_s: float, work_s: float, engine: str) -> None:
        """An engine made so much sound in so much time."""

    def ended(self, kind: str, state: str) -> None:
        """A `speech_task` or `training_job` came to its end."""

    def called_back(self, outcome: str) -> None:
        """A callback was `delivered`, `failed` for now, or `given_up`."""


class Unobserved:
    """Nobody wants to know."""

    def first_audio(self, waited_s: float, engine: str) -> None:
        """Nothing."""

    def spoken(self, sound_s: float, work_s: float, engine: str) -> None:
        """Nothing."""

    def ended(self, kind: str, state: str) -> None:
        """Nothing."""

    def called_back(self, outcome: str) -> None:
        """Nothing."""
