"""Hwamei: clone a voice from a short recording and speak Chinese and English with it, on your own machine.

    import hwamei

    with hwamei.open() as studio:
        voice = studio.clone("me", "me.wav")
        speech = studio.say("你好，world.", voice=voice, out="hello.mp3")
        print(speech.duration_s, speech.subtitles[0])

Importing this loads nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hwamei.app import Speech as Speech
    from hwamei.app import Studio as Studio
    from hwamei.domain.errors import Failed as Failed
    from hwamei.domain.errors import HwameiError as HwameiError
    from hwamei.domain.errors import Refused as Refused
    from hwamei.domain.language import Language as Language
    from hwamei.domain.voice import Level as Level
    from hwamei.domain.voice import Voice as Voice
    from hwamei.settings import Settings as Settings

_HOMES = {
    "Failed": "hwamei.domain.errors",
    "HwameiError": "hwamei.domain.errors",
    "Language": "hwamei.domain.language",
    "Level": "hwamei.domain.voice",
    "Refused": "hwamei.domain.errors",
    "Settings": "hwamei.settings",
    "Speech": "hwamei.service.speech",
    "Studio": "hwamei.app",
    "Voice": "hwamei.domain.voice",
}
__all__ = [*_HOMES, "open"]  # noqa: PLE0604  # the keys are strings


def open(settings: Settings | None = None) -> Studio:
    """A studio with these settings, or with those of the environment (HWAMEI_DATA, ...). Raises Unknown, BadSetting."""
    from hwamei.app import Studio
    from hwamei.settings import Settings

    return Studio(settings or Settings())


def __getattr__(name: str) -> object:
    """A public name, imported when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'hwamei' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
