"""The vendor's general voices. They are not here: each is stood in for by one of the engine's own, always the same."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from hwamei.dialects.teleai.ids import is_speaker_id, voice_id_of
from hwamei.domain.errors import NotFound
from hwamei.domain.language import Language
from hwamei.service.presets import Preset

VOICES = (
    "cixingnan songchinan surennan cixingnan2 zhubonan kefunan zhuchinan jilunan2 surennv xianliaonv mansunv kefunv1 "
    "huoponv ruyanv xinwennv kefunv2 luolinv huoponv2"
).split()
_LONGEST_SHOWN = 100  # characters


def voice_named(name: str | None, presets: Sequence[Preset]) -> UUID | str:
    """Who speaks: a timbre by its speaker_id, one of the engine's voices by its name, or who stands in for one of the
    vendor's; the first that speaks Chinese if none is named. Raises NotFound."""
    if name and is_speaker_id(name):
        return voice_id_of(name)
    if name in {preset.name for preset in presets}:
        return str(name)
    if name and name not in VOICES:
        raise NotFound(what="voice", given=name[:_LONGEST_SHOWN])
    troupe = [preset.name for preset in presets if preset.language is Language.CHINESE]
    troupe = troupe or [preset.name for preset in presets]
    return troupe[VOICES.index(name) % len(troupe)] if name else troupe[0]
