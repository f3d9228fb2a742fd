"""Consents that came as recordings, before the voices that are made with them."""

from __future__ import annotations

from hwamei.dialects.openai.ids import uuid_of_consent
from hwamei.dialects.openai.refusals import Declined
from hwamei.domain.app import App
from hwamei.domain.errors import NotFound
from hwamei.domain.stored_file import Purpose, StoredFile
from hwamei.service.platform import Platform


def consent_of(platform: Platform, app: App, given: str) -> StoredFile:
    """The app's consent with this id. Raises NotFound."""
    file_id = uuid_of_consent(given)
    file = None if file_id is None else platform.files.get(app, file_id)
    if file is None or file.purpose is not Purpose.CONSENT:
        raise NotFound(what="consent", given=given[:100])
    return file


def consent_named(platform: Platform, app: App, given: str | None) -> StoredFile | None:
    """The recording that a voice's `consent` names; None for words, and for ids of somebody else's. Raises Declined for
    an id of ours that is nobody's."""
    if given is None or uuid_of_consent(given) is None:
        return None
    try:
        return consent_of(platform, app, given)
    except NotFound as error:
        raise Declined(code="invalid_value", param="consent", problem=str(error)) from error
