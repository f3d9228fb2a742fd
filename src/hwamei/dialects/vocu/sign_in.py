"""Who calls: `Authorization: Bearer <key>`, the api_key of an app, on every call. Turbo's sockets are opened by a pass
instead, see `routes.turbo`."""

from __future__ import annotations

from hwamei.web.calls import Call, Calling

__all__ = ["Call", "Calling"]
