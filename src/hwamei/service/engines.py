"""The engines of a server, each with a pool of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hwamei.domain.app import App
from hwamei.domain.errors import Unknown
from hwamei.service.engine_down import not_installed
from hwamei.service.engine_pool import EnginePool, Turns


@dataclass(frozen=True, slots=True)
class EngineState:
    """How an engine does in this process. `is_up` None: nobody has asked it yet; `problem`: why it is not."""

    name: str
    is_open: bool
    is_up: bool | None
    capacity: int
    turns_taken: int
    problem: str | None


class Engines:
    """The pools by their engine's name, made when they are first asked for. Safe from many threads.

    `default`: of voices and apps that name none; `stand_in`: the engine that speaks where another one is missing or
    down, if the app lets it; `names`: of all that are installed.
    """

    def __init__(
        self,
        new_pool: Callable[[str], EnginePool],
        *,
        names: Callable[[], Sequence[str]],
        default: str,
        stand_in: str,
    ) -> None:
        self.default, self.stand_in = default, stand_in
        self._new_pool, self._names = new_pool, names
        self._lock = threading.Lock()
        self._pools: dict[str, EnginePool] = {}
        self._with_presets: EnginePool | None = None

    def names(self) -> Sequence[str]:
        """Of all engines that are installed, the default first."""
        return sorted(self._names(), key=lambda name: (name != self.default, name))

    def of(self, name: str) -> EnginePool:
        """The pool of the engine with this name. Raises EngineDown if it is not installed."""
        with self._lock:
            found = self._pools.get(name)
            if found is not None:
                return found
            if name not in self._names():
                raise not_installed(name)
            self._pools[name] = self._new_pool(name)
            return self._pools[name]

    def choose(self, app: App, wanted: str | None) -> str:
        """The name of the engine for a new voice: the one that is wanted, the app's, or the default. Raises Unknown."""
        return app.engine or self.default if wanted is None else self.check(wanted)

    def check(self, name: str) -> str:
        """The name, if there is such an engine. Raises Unknown."""
        if name not in self._names():
            raise Unknown(what="engine", given=name, known=self.names())
        return name

    def with_presets(self) -> EnginePool:
        """The pool whose engine's own voices are offered: the default, or the stand-in where that brings none along.
        Raises EngineDown."""
        if self._with_presets is not None:
            return self._with_presets
        found = self._found_with_presets()
        if found.name == self.default:  # one that brings none now, because it speaks elsewhere, may later
            self._with_presets = found
        return found

    @property
    def turns(self) -> Turns:
        """Of the default engine, installed or not."""
        with self._lock:
            pool = self._pools.get(self.default)
        return (pool or self._new_pool(self.default)).turns

    def asked(self) -> Sequence[EnginePool]:
        """The pools that there are: of engines that somebody has asked for."""
        with self._lock:
            return [self._pools[name] for name in sorted(self._pools)]

    def states(self) -> Sequence[EngineState]:
        """How every installed engine does, the default first. Asks none of them."""
        with self._lock:
            pools = dict(self._pools)
        return [_state(name, pools.get(name) or self._new_pool(name), asked=name in pools) for name in self.names()]

    def close_if_idle(self) -> None:
        """Let go of the engines that nobody has used for a while."""
        for pool in self.asked():
            pool.close_if_idle()

    def close(self) -> None:
        """Let go of all engines."""
        for pool in self.asked():
            pool.close()

    def _found_with_presets(self) -> EnginePool:
        for name in dict.fromkeys((self.default, self.stand_in)):
            pool = self.of(name)
            with pool.for_work() as engine:
                if engine.presets():
                    return pool
        return self.of(self.default)


def _state(name: str, pool: EnginePool, *, asked: bool) -> EngineState:
    is_up = None if not asked or (pool.problem is None and not pool.is_open) else pool.problem is None
    return EngineState(name, pool.is_open, is_up, pool.slots, pool.turns_taken, pool.problem)
