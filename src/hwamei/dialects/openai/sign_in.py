"""Who calls: `Authorization: Bearer <key>`, the api_key of an app, on every call. `OpenAI-Organization` and
`OpenAI-Project` say nothing here: an app is both."""

from __future__ import annotations

from hwamei.web.calls import Call, Calling

__all__ = ["Call", "Calling"]
