"""The dialect of ElevenLabs."""

from __future__ import annotations

from functools import partial

from hwamei.dialects.elevenlabs.callback import NAME, render_callback
from hwamei.dialects.elevenlabs.errors import render_failure
from hwamei.dialects.elevenlabs.routes import account, dictionaries, history, realtime, speech, voices
from hwamei.dialects.elevenlabs.sign_in import KEY_HEADER
from hwamei.service.platform import Platform
from hwamei.web.dialect import Dialect

PREFIXES = (
    "/v1/voices",
    "/v2/voices",
    "/v1/text-to-speech",
    "/v1/user",
    "/v1/history",
    "/v1/pronunciation-dictionaries",
)
MODELS = "/v1/models"
"""Other vendors have this path too: it is this one's where this one's key is sent."""


def dialect(platform: Platform) -> Dialect:
    """The dialect over this platform."""
    routers = tuple(each.router for each in (speech, realtime, voices, history, dictionaries, account))
    return Dialect(
        NAME,
        PREFIXES,
        routers,
        render_callback,
        partial(render_failure, platform=platform),
        shared={KEY_HEADER: (MODELS,)},
    )
