"""What all calls begin and end with: whether they may be made now, and the envelope."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from starlette.responses import Response

from hwamei.dialects.chanjing.errors import ListFailed
from hwamei.dialects.chanjing.wire.envelope import enveloped
from hwamei.domain.app import App, Operation, Rate
from hwamei.domain.errors import StoreUnavailable
from hwamei.web.calls import Call

RATES: Mapping[str, Rate] = {
    "create_customised_audio": Rate(10, 60),
    "customised_audio": Rate(10, 60),
    "list_customised_audio": Rate(10, 60),
    "create_audio_task": Rate(500, 60),
    "create_upload_url": Rate(30, 60),
}
"""As documented, for each app; calls that are not here have no rate of their own. Of two for speech the page's."""


def admitted(call: Call, name: str, operation: Operation) -> App:
    """The app, if it may make this call now; counts as having made it. Raises NotSignedIn, AppDisabled, RateLimited."""
    app = call.may(operation)
    if name in RATES:
        call.platform.rates.check_call(app, f"chanjing {name}", RATES[name])
    return app


def success(call: Call, data: object) -> Response:
    """The data in the envelope."""
    return enveloped(call.request.state.request_id, data)


@contextmanager
def of_lists() -> Iterator[None]:
    """A list that cannot be read has a code of its own. Raises ListFailed."""
    try:
        yield
    except StoreUnavailable as error:
        raise ListFailed(str(error)) from error
