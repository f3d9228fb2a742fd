"""Addresses of files that work without a key: signed, for one file and one method, until a moment."""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from urllib.parse import parse_qs, quote, urlencode, urlsplit
from uuid import UUID

from hwamei.domain.app import AppId
from hwamei.domain.stored_file import StoredFile

FILES_PATH = "/files"

Method = Literal["GET", "PUT"]

_PATH = re.compile(rf"{FILES_PATH}/(?P<id>[0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})(?:/[^/]*)?$")
_EXPIRES = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True)
class Ticket:
    """What a link says: who may do what with which file, and until when (seconds since 1970)."""

    method: Method
    app_id: AppId
    file_id: UUID
    expires_at_s: int


@dataclass(frozen=True)
class Links:
    """Makes and reads links. The name at the end of a link is decoration: neither signed nor read, so a file may be
    renamed. Nor is the host, so a server may move."""

    key: bytes = field(repr=False)

    def link(self, method: Method, file: StoredFile, *, base_url: str, until: datetime) -> str:
        """The address under which the method is allowed on the file until then."""
        ticket = Ticket(method, file.app_id, file.id, int(until.timestamp()))
        query = {"app": ticket.app_id, "expires": ticket.expires_at_s, "signature": self._signature(ticket)}
        return f"{base_url.rstrip('/')}{FILES_PATH}/{file.id}/{quote(file.name, safe='')}?{urlencode(query)}"

    def ticket(self, method: Method, file_id: UUID, query: Mapping[str, str]) -> Ticket | None:
        """What the query of a link allows, be it over or not; None where we have not signed it."""
        expires, signature = query.get("expires", ""), query.get("signature", "")
        if not _EXPIRES.fullmatch(expires):
            return None
        ticket = Ticket(method, AppId(query.get("app", "")), file_id, int(expires))
        genuine = hmac.compare_digest(self._signature(ticket).encode(), signature.encode("utf-8", "replace"))
        return ticket if genuine else None

    def read(self, url: str) -> Ticket | None:
        """What a whole address allows to get; None where we have not signed it."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return None
        found = _PATH.search(parts.path)
        if found is None or parts.scheme.lower() not in ("http", "https"):
            return None
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        return self.ticket("GET", UUID(found["id"]), query)

    def _signature(self, ticket: Ticket) -> str:
        said = f"{ticket.method}\n{ticket.app_id}\n{ticket.file_id}\n{ticket.expires_at_s}"
        digest = hmac.new(self.key, said.encode("utf-8", "replace"), hashlib.sha256).digest()
        return urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
