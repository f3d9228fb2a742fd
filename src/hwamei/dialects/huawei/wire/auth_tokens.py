"""Asking for an X-Auth-Token, as programs ask the vendor's IAM."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from hwamei.dialects.huawei.wire.values import In, Text256
from hwamei.domain.errors import BadField
from hwamei.web.texts import Text


class Domain(In):
    """The account; without effect here."""

    name: Text256 = None


class User(In):
    """The app's id and its secret."""

    name: Text
    password: Text
    domain: Domain = Domain()


class Password(In):
    """By name and password."""

    user: User


class AccessKey(In):
    """An access key."""

    key: Text


class AkSk(In):
    """By access key and secret key."""

    access: AccessKey
    secret: AccessKey


class Identity(In):
    """Who asks."""

    methods: list[str] = Field(min_length=1)
    password: Password | None = None
    hw_ak_sk: AkSk | None = None

    def credentials(self) -> tuple[str, str]:
        """The app's id and secret. Raises BadField."""
        if "password" in self.methods and self.password is not None:
            return self.password.user.name, self.password.user.password
        if "hw_ak_sk" in self.methods and self.hw_ak_sk is not None:
            return self.hw_ak_sk.access.key, self.hw_ak_sk.secret.key
        problem = "give `password` or `hw_ak_sk` with what belongs to it"
        raise BadField(name="auth.identity.methods", given=",".join(self.methods)[:100], problem=problem)


class Auth(In):
    """Who asks; for which project is not asked, as an app has one."""

    identity: Identity


class TokenBody(In):
    """A request for a token."""

    auth: Auth


def token_body(project_id: str, app_id: str, name: str, *, issued_at: str, expires_at: str) -> dict[str, Any]:
    """What the answer says of the token; the token itself is in a header."""
    domain = {"id": app_id, "name": name}
    return {
        "token": {
            "methods": ["password"],
            "issued_at": issued_at,
            "expires_at": expires_at,
            "project": {"id": project_id, "name": name, "domain": domain},
            "user": {"id": app_id, "name": app_id, "domain": domain},
            "roles": [],
            "catalog": [],
        }
    }
