"""The voices that engines bring along."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hwamei.domain.language import Language
from hwamei.domain.voice import Gender
from hwamei.service.engine_pool import EnginePool


@dataclass(frozen=True, slots=True)
class Preset:
    """A voice that the engine brings along."""

    name: str
    language: Language | None
    gender: Gender | None = None


class KnownPresets:
    """The voices that an engine brings along. One that speaks on other machines may learn of them late, and of others
    later; while the engine is not held they are those that it had. Safe from many threads."""

    def __init__(self, pool: Callable[[], EnginePool]) -> None:
        self._pool = pool
        self._found: tuple[tuple[str, ...], Sequence[Preset]] = ((), ())

    def now(self) -> Sequence[Preset]:
        """The default first."""
        pool, (names, presets) = self._pool(), self._found
        if presets and not pool.is_open:
            return presets
        with pool.for_work() as engine:
            named = tuple(engine.presets())
            if named != names:
                presets = [Preset(name, engine.preset_language(name), engine.preset_gender(name)) for name in named]
                self._found = named, presets
        return presets
