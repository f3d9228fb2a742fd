"""The engines that are lent to one order, and who speaks for each of its voices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from uuid import UUID

from hwamei.domain.errors import EngineDown
from hwamei.domain.speech import Delivery
from hwamei.domain.voice import Voiceprint
from hwamei.ports import Engine
from hwamei.service.casting import Role
from hwamei.service.engine_pool import EnginePool, Turns
from hwamei.service.engines import Engines
from hwamei.service.utterances import Mouth


@dataclass
class Stage:
    """Borrows a turn of every engine that is to speak; `stack` gives them back. Used by one thread.

    Where an engine is down, those that stand in speak for its voices. Raises TooBusy, EngineDown. `heard`: whether
    anything has been spoken.
    """

    engines: Engines
    roles: Mapping[UUID | str, Role]
    stack: ExitStack
    heard: bool = False
    _cast: dict[UUID | str, Voiceprint] = field(default_factory=dict)
    _lent: dict[str, tuple[EnginePool, Engine]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for voice, role in self.roles.items():
            try:
                self._borrow(role.voiceprint.engine)
                self._cast[voice] = role.voiceprint
            except EngineDown as down:
                self._let_stand_in(voice, down)

    def replace(self, down: EngineDown) -> None:
        """Let others stand in for all voices of an engine that turned out to be down. Raises it where one cannot."""
        for voice, voiceprint in self._cast.items():
            if voiceprint.engine == down.engine:
                self._let_stand_in(voice, down)

    def mouth(self, voice: UUID | str, delivery: Delivery) -> Mouth:
        """What speaks for a voice."""
        voiceprint = self._cast[voice]
        return Mouth(self._lent[voiceprint.engine][1], voiceprint, delivery)

    def engine_of(self, voice: UUID | str) -> str:
        """The name of the engine that speaks for a voice."""
        return self._cast[voice].engine

    def engines_of(self, voices: Iterable[UUID | str]) -> tuple[str, ...]:
        """The names of the engines that speak for these voices, each once."""
        return tuple(dict.fromkeys(map(self.engine_of, voices)))

    @property
    def turns(self) -> Turns:
        """Of the engine that has the fewest left."""
        return min((pool.turns for pool, _ in self._lent.values()), key=lambda turns: turns.of - turns.taken)

    def _let_stand_in(self, voice: UUID | str, down: EngineDown) -> None:
        stand_in = self.roles[voice].stand_in
        if stand_in is None or stand_in.engine == down.engine:
            raise down
        self._borrow(stand_in.engine)
        self._cast[voice] = stand_in

    def _borrow(self, name: str) -> None:
        if name not in self._lent:
            pool = self.engines.of(name)
            self._lent[name] = (pool, self.stack.enter_context(pool.at_once()))
