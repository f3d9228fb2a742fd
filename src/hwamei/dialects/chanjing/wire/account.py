"""The app: its token, what it is and what it may use."""

from __future__ import annotations

from hwamei.dialects.chanjing.wire.values import Sent, Shown
from hwamei.domain.app import App
from hwamei.domain.usage import Measure, Usage
from hwamei.service.tokens import IssuedToken
from hwamei.web.texts import Text

UNLIMITED = 999_999_999
"""What is left where nothing is counted: programs look whether it is enough."""


class TokenBody(Sent):
    """Who wants a token, and what proves it."""

    app_id: Text
    secret_key: Text


class TokenOut(Shown):
    """A token. `expire_in`: seconds since 1970, not from now."""

    access_token: str
    expire_in: int

    @classmethod
    def of(cls, token: IssuedToken) -> TokenOut:
        """The token as it is shown."""
        return cls(access_token=token.text, expire_in=int(token.expires_at.timestamp()))


class UserInfo(Shown):
    """The app. There are neither avatars nor videos here."""

    id: str
    name: str
    custom_person_nums: int = 0
    custom_person_limit: int = 0
    video_create_seconds: int = 0
    video_create_limit: int = 0

    @classmethod
    def of(cls, app: App) -> UserInfo:
        """The app as it is shown."""
        return cls(id=app.id, name=app.name)


class UserDuration(Shown):
    """What is left: a character is a bean. `bean_day30`: how many of them are void within 30 days."""

    resi_total_bean: int
    bean_day30: int

    @classmethod
    def of(cls, app: App, usage: Usage) -> UserDuration:
        """What the app has left this month."""
        allowed = app.quota.characters_per_month
        if allowed is None:
            return cls(resi_total_bean=UNLIMITED, bean_day30=0)
        left = max(0, allowed - usage.amounts.get(Measure.CHARACTERS, 0))
        return cls(resi_total_bean=left, bean_day30=left)
