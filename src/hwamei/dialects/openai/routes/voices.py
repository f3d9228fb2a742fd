"""Custom voices: uploaded, listed, shown, deleted."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from anyio import sleep
from anyio.to_thread import run_sync
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from hwamei.dialects.openai.calling import OpenAIRoute
from hwamei.dialects.openai.consents import consent_named
from hwamei.dialects.openai.refusals import Declined
from hwamei.dialects.openai.sign_in import Call, Calling
from hwamei.dialects.openai.voices import own_voice, own_voices, preset_named
from hwamei.dialects.openai.wire.voices import STATUSES, VoiceForm, deleted, made, shown, shown_all, shown_preset
from hwamei.domain.app import App, Operation
from hwamei.domain.owned_voice import Consent, OwnedVoice, ReferenceSource
from hwamei.domain.stored_file import Purpose, StoredFile
from hwamei.domain.voice import Level
from hwamei.service.audition import audition
from hwamei.service.voice_orders import VoiceOrder
from hwamei.web.calls import call_of
from hwamei.web.keeping import Keep, keeping
from hwamei.web.parsing import parse_fields, parse_json
from hwamei.web.received import Received, ReceivedFile, is_form, received

SAMPLE, CONSENT = "audio_sample", "consent"
RECORDED = "a recording"  # the ground of a consent that came as one
MADE_WITHIN_S, LOOKS_EACH_S = 10.0, 0.1  # an instant voice takes a second or two

router = APIRouter(prefix="/v1/audio/voices", route_class=OpenAIRoute)


@router.post("")
async def create_voice(request: Request) -> Response:
    """Make a voice of a sample. Answers when it can speak, or while it is being made if that takes longer than
    `MADE_WITHIN_S`: then its status is `training`."""
    call = call_of(request)
    app = await call.may_send(Operation.CREATE_VOICE)
    if not is_form(request):
        return await run_sync(_refused, await request.body())
    async with received(request) as sent:
        ordered = await run_sync(_create, call, app, sent)
    return JSONResponse(made(await _when_made(call, app, ordered)))


@router.get("")
def list_voices(call: Calling) -> Response:
    """List the app's voices, and the names of all that can speak."""
    app = call.may(Operation.READ)
    own = list(own_voices(call.platform, app))
    return JSONResponse(shown_all(own, call.platform.voices.presets()))


@router.get("/{voice}")
def get_voice(voice: str, call: Calling) -> Response:
    """Look at a voice, by id or name."""
    app = call.may(Operation.READ)
    preset = preset_named(call.platform, voice)
    return JSONResponse(shown(own_voice(call.platform, app, voice)) if preset is None else shown_preset(preset))


@router.delete("/{voice}")
def delete_voice(voice: str, call: Calling) -> Response:
    """Delete one of the app's voices with its recordings, by id or name."""
    app = call.may(Operation.CHANGE)
    found = own_voice(call.platform, app, voice)
    call.platform.voices.delete(app, found.id)
    return JSONResponse(deleted(found))


def _refused(body: bytes) -> Response:
    """JSON has no sample in it. Raises RequestValidationError, Declined."""
    _check(parse_json(VoiceForm, body))
    raise _missing(SAMPLE)


async def _when_made(call: Call, app: App, voice: OwnedVoice) -> OwnedVoice:
    """The voice when it can speak or never will, or as it is after a while. Nobody's thread waits meanwhile."""
    give_up_at_s = time.monotonic() + MADE_WITHIN_S
    while STATUSES[voice.state] == "training" and time.monotonic() < give_up_at_s:
        await sleep(LOOKS_EACH_S)
        voice = await run_sync(call.platform.voices.trace, app, voice.id)
    return voice


def _create(call: Call, app: App, sent: Received) -> OwnedVoice:
    form = parse_fields(VoiceForm, sent.fields)
    _check(form)
    samples, consents = sent.files.get(SAMPLE, ()), sent.files.get(CONSENT, ())
    if not samples:
        raise _missing(SAMPLE)
    if not (form.consent or consents):
        raise _missing(CONSENT)
    return _ordered(call, app, form, samples, consents)


def _check(form: VoiceForm) -> None:
    """Raises Declined for what is no voice of a sample."""
    if form.type == "prompt" or form.prompt is not None:
        problem = "voices are made of recordings only; send `audio_sample`"
        raise Declined(code="unsupported_value", param="prompt", problem=problem)


def _missing(param: str) -> Declined:
    return Declined(code="missing_required_parameter", param=param, problem=f"Missing required parameter: '{param}'.")


def _ordered(
    call: Call, app: App, form: VoiceForm, samples: Sequence[ReceivedFile], consents: Sequence[ReceivedFile]
) -> OwnedVoice:
    for sample in samples:
        audition(sample.path, name=SAMPLE)
    recorded = consent_named(call.platform, app, form.consent)
    with keeping(call, app) as keep:
        signed = [keep(each, Purpose.CONSENT).id for each in consents[:1]]
        if recorded is not None:
            signed = [_of_its_own(call, app, keep, recorded).id]
        consent = Consent(form.name, form.consent or RECORDED, call.platform.clock(), *signed)
        reference = tuple(
            ReferenceSource(file_id=keep(each, Purpose.REFERENCE).id, text=form.ref_text) for each in samples
        )
        order = VoiceOrder(form.name, reference, level=Level.INSTANT, consent=consent, extra=form.extra())
        voice, _ = call.platform.voices.create(app, order)
    return voice


def _of_its_own(call: Call, app: App, keep: Keep, recorded: StoredFile) -> StoredFile:
    """The recorded consent once more: it goes with the voice, and others may be made with the same."""
    with TemporaryDirectory(prefix="hwamei-") as folder:
        path = Path(folder) / "consent"
        call.platform.files.local_copy(app, recorded, path)
        return keep(ReceivedFile(path, recorded.name), Purpose.CONSENT)
