"""Custom voices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field

from hwamei.dialects.openai.callback import NAME
from hwamei.dialects.openai.ids import voice_id
from hwamei.dialects.openai.stand_ins import VENDORS_VOICES
from hwamei.dialects.openai.wire.values import Body, Json, listed, seconds
from hwamei.domain.owned_voice import OwnedVoice, VoiceState
from hwamei.domain.voice import MAX_VOICE_NAME_CHARACTERS
from hwamei.service.presets import Preset
from hwamei.web.options import mapped, refused
from hwamei.web.texts import Text

MAX_CONSENT_CHARACTERS = 1_000
MAX_TEXT_CHARACTERS = 4_000

STATUSES: Mapping[VoiceState, str] = {
    VoiceState.DRAFT: "training",
    VoiceState.QUEUED: "training",
    VoiceState.TRAINING: "training",
    VoiceState.READY: "ready",
    VoiceState.FAILED: "failed",
    VoiceState.EXPIRED: "failed",
    VoiceState.DELETED: "failed",
}


class VoiceForm(Body):
    """A voice to be made of a sample. The sample is a file of the form."""

    name: Annotated[
        Text,
        Field(min_length=1, max_length=MAX_VOICE_NAME_CHARACTERS),
        mapped("the voice can be called so, too; of several of one name the newest that can speak does"),
    ]
    audio_sample: Annotated[
        Text | None,
        mapped("a sound file of up to 100 MiB with at least 3 s of one person's speech; heard before the answer"),
    ] = None
    consent: Annotated[
        Text | None,
        Field(max_length=MAX_CONSENT_CHARACTERS),
        mapped(
            "must be there: the id of a recorded consent, or whatever else names one, or the recording itself as a"
            " file; kept with the voice"
        ),
    ] = None
    type: Annotated[
        Literal["audio_sample", "prompt"],
        mapped("`audio_sample`, also if it is left out; `prompt` (a voice out of a description) is refused"),
    ] = "audio_sample"
    ref_text: Annotated[
        Text | None, Field(max_length=MAX_TEXT_CHARACTERS), mapped("of other servers: what is said in the sample")
    ] = None
    speaker_description: Annotated[
        Text | None, Field(max_length=MAX_TEXT_CHARACTERS), mapped("of other servers: shown again")
    ] = None
    prompt: Annotated[Text | None, refused("voices are made of recordings only")] = None

    def extra(self) -> Json:
        """What the vendor's kin show again and nobody else needs."""
        return {} if not self.speaker_description else {NAME: {"speaker_description": self.speaker_description}}


def shown(voice: OwnedVoice) -> Json:
    """A voice of the app's. `status` is ours: at the vendor a voice can speak at once."""
    return {
        "id": voice_id(voice.id),
        "object": "audio.voice",
        "created_at": seconds(voice.created_at),
        "name": voice.name,
        "type": "audio_sample",
        "status": STATUSES[voice.state],
        **_problem(voice),
    }


def _problem(voice: OwnedVoice) -> Json:
    return {} if voice.problem is None else {"problem": {"code": voice.problem.code, "message": voice.problem.text}}


def shown_preset(preset: Preset) -> Json:
    """A voice that the engine brings along."""
    return {
        "id": preset.name,
        "object": "audio.voice",
        "created_at": 0,
        "name": preset.name,
        "type": "preset",
        "status": "ready",
    }


def shown_all(own: Sequence[OwnedVoice], presets: Sequence[Preset]) -> Json:
    """`data`: the app's voices; `voices`: whatever can speak, as programs with a list to choose from read it;
    `uploaded_voices`: the app's once more, as servers with uploads have it."""
    ready = [voice for voice in own if voice.state is VoiceState.READY]
    names = [*(preset.name for preset in presets), *(name for name in VENDORS_VOICES)]
    return listed([shown(voice) for voice in own]) | {
        "voices": [
            *({"id": voice_id(voice.id), "name": voice.name} for voice in ready),
            *({"id": name, "name": name} for name in dict.fromkeys(names)),
        ],
        "uploaded_voices": [_uploaded(voice) for voice in ready],
    }


def deleted(voice: OwnedVoice) -> Json:
    """That a voice is gone; `success` as servers with uploads say it."""
    return {"id": voice_id(voice.id), "object": "audio.voice.deleted", "deleted": True, "success": True}


def made(voice: OwnedVoice) -> Json:
    """A voice that was just ordered; `success` and `voice` as servers with uploads say it."""
    return shown(voice) | {"success": True, "voice": _uploaded(voice)}


def _uploaded(voice: OwnedVoice) -> Json:
    notes = voice.extra.get(NAME)
    described = notes if isinstance(notes, dict) else {}
    consent = "" if voice.consent is None else voice.consent.ground
    texts = [source.text for source in voice.reference if source.text]
    said = {"ref_text": texts[0]} if texts else {}
    return {"name": voice.name, "consent": consent, "created_at": seconds(voice.created_at), **said, **described}
