"""The dialect of Vocu."""

from __future__ import annotations

from hwamei.dialects.vocu.callback import NAME, render_callback
from hwamei.dialects.vocu.errors import render_failure
from hwamei.dialects.vocu.routes import account, speech, styles, tasks, templates, turbo, uploads, voices
from hwamei.service.platform import Platform
from hwamei.web.dialect import Dialect

PREFIXES = ("/api/tts", "/api/voice", "/api/account", "/api/template", "/api/editor", "/api/splitter")


def dialect(platform: Platform) -> Dialect:
    """The dialect; its calls find the platform in their request."""
    routers = tuple(each.router for each in (tasks, speech, voices, styles, account, templates, uploads, turbo))
    return Dialect(NAME, PREFIXES, routers, render_callback, render_failure)
