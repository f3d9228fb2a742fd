"""Where the hubs have a file. A mirror of Hugging Face has it under the same path."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import quote

from hwamei.models.hub_sets import Hub, Place
from hwamei.settings import Settings

ADDRESSES: Mapping[Hub, str] = MappingProxyType(
    {Hub.HUGGING_FACE: "https://huggingface.co", Hub.MODELSCOPE: "https://modelscope.cn"}
)
_BEFORE_REPOSITORY = MappingProxyType({Hub.HUGGING_FACE: "", Hub.MODELSCOPE: "models/"})


def address_of(place: Place, settings: Settings) -> str:
    """Of the file, on the hub or the mirror that the settings name."""
    hub = Hub(settings.hub)
    url = (settings.hub_url or ADDRESSES[hub]).rstrip("/")
    revision = quote(place.revision, safe="")
    return f"{url}/{_BEFORE_REPOSITORY[hub]}{place.repository}/resolve/{revision}/{quote(place.path)}"
