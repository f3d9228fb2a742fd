"""The dialect of OpenAI's speech API."""

from __future__ import annotations

from hwamei.dialects.openai.callback import NAME, render_callback
from hwamei.dialects.openai.errors import render_failure
from hwamei.dialects.openai.routes import consents, models, speech, voices
from hwamei.service.platform import Platform
from hwamei.web.dialect import Dialect

PREFIXES = ("/v1/audio", "/v1/models")


def dialect(platform: Platform) -> Dialect:
    """The dialect; its calls find the platform in their request."""
    routers = (speech.router, voices.router, consents.router, models.router)
    return Dialect(NAME, PREFIXES, routers, render_callback, render_failure)
