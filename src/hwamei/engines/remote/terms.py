"""How servers are asked, out of the settings."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import httpx

from hwamei.domain.errors import BadSetting, EngineDown
from hwamei.engines.remote.prompt import ENGINE
from hwamei.engines.remote.sound import PcmForm
from hwamei.settings import PREFIX, Settings

Streams = Literal["wav", "pcm", "none"]


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for all the servers. `model` empty: the first that a server lists. `inline`: a voice's sound goes with
    each request."""

    key: str
    model: str
    consent: str
    inline: bool
    streams: Streams
    changes_speed: bool
    options: Mapping[str, object]
    sample_rate_hz: int
    timeout_s: float

    @property
    def bare_form(self) -> PcmForm:
        """Of sound without a head."""
        return PcmForm(self.sample_rate_hz)


def terms_of(settings: Settings) -> Terms:
    """Raises BadSetting."""
    return Terms(
        key=settings.remote_key,
        model=settings.remote_model,
        consent=settings.remote_consent,
        inline=settings.remote_voices == "inline",
        streams=settings.remote_streams,
        changes_speed=settings.remote_changes_speed,
        options=_options(settings.remote_options),
        sample_rate_hz=settings.remote_sample_rate_hz,
        timeout_s=settings.remote_timeout_s,
    )


def addresses(settings: Settings) -> tuple[str, ...]:
    """The servers, each once, without the `/v1` that some call part of their address. Raises BadSetting; EngineDown
    where there is none."""
    given = re.split(r"[\s,]+", settings.remote_urls.strip(", "))
    found = tuple(dict.fromkeys(re.sub(r"(/v1)?/*$", "", each) for each in given if each))
    name = f"{PREFIX}REMOTE_URLS"
    if not found:
        raise EngineDown(engine=ENGINE, problem=f"no server is named in {name}")
    for each in found:
        try:
            known = bool(httpx.URL(each).host)
        except httpx.InvalidURL:
            known = False
        if not known:
            raise BadSetting(name=name, given=each, problem="this is no address")
    return found


def _options(given: str) -> Mapping[str, object]:
    problem = 'give a JSON object, such as {"seed": 7}'
    try:
        options = json.loads(given)
    except ValueError as error:
        raise BadSetting(name=f"{PREFIX}REMOTE_OPTIONS", given=given[:100], problem=problem) from error
    if not isinstance(options, dict):
        raise BadSetting(name=f"{PREFIX}REMOTE_OPTIONS", given=given[:100], problem=problem)
    return options
