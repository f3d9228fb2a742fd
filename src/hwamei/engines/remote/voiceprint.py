"""What the engine keeps of a voice: the sound to be spoken on from, or the name of one that the servers bring along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hwamei.domain.errors import EngineFailed
from hwamei.domain.voice import Level, Voiceprint
from hwamei.engines.remote.prompt import ENGINE, Prompt

VERSION = 1

_PROMPT, _VOICE = "prompt", "voice"


@dataclass(frozen=True, eq=False)
class Speaker:
    """Whom servers are asked for. `prompt` None: a voice of theirs."""

    name: str
    prompt: Prompt | None = None


def kept(prompt: Prompt, level: Level, facts: Mapping[str, float]) -> Voiceprint:
    """As a voiceprint; both levels are the same."""
    texts = {} if prompt.text is None else {_PROMPT: prompt.text}
    return Voiceprint(ENGINE, VERSION, level, {_PROMPT: prompt.samples}, facts, texts)


def preset_print(name: str) -> Voiceprint:
    """The voiceprint of a voice that the servers bring along."""
    return Voiceprint(ENGINE, VERSION, Level.INSTANT, {}, {}, {_VOICE: name})


def speaker_of(voiceprint: Voiceprint) -> Speaker:
    """Who speaks. Raises EngineFailed for a voiceprint of another engine or of a later version."""
    if voiceprint.engine != ENGINE or voiceprint.version > VERSION:
        problem = f"the voice was made by engine {voiceprint.engine}, version {voiceprint.version}; clone it again"
        raise EngineFailed(engine=ENGINE, problem=problem)
    if _VOICE in voiceprint.texts:
        return Speaker(voiceprint.texts[_VOICE])
    prompt = Prompt(voiceprint.arrays[_PROMPT], voiceprint.texts.get(_PROMPT))
    return Speaker(prompt.name, prompt)
