"""The TeleAI dialect."""

from __future__ import annotations

from hwamei.dialects.teleai.callback import NAME, render_callback
from hwamei.dialects.teleai.errors import render_failure
from hwamei.dialects.teleai.routes import inferred, streaming, timbre
from hwamei.service.platform import Platform
from hwamei.web.dialect import Dialect


def dialect(platform: Platform) -> Dialect:
    """The dialect over this platform."""
    return Dialect(
        NAME, ("/aipaas",), (timbre.router, streaming.router, inferred.router), render_callback, render_failure
    )
