"""One progress made of several stretches of work."""

from __future__ import annotations

from hwamei.ports import Progress


def unheeded(percent: float) -> None:
    """A progress that nobody watches."""


class Stretches:
    """Tells `progress` how far the whole has come. Never goes back, whatever a part says."""

    def __init__(self, progress: Progress) -> None:
        self._progress, self._told = progress, 0.0

    def part(self, low: float, high: float) -> Progress:
        """A progress whose 0..100 are low..high of the whole."""

        def tell(percent: float) -> None:
            self.tell(low + (high - low) * min(max(percent, 0.0), 100.0) / 100)

        return tell

    def tell(self, percent: float) -> None:
        """The whole has come to percent."""
        self._told = max(self._told, percent)
        self._progress(self._told)
