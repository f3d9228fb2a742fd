"""What the program's exit status says."""

from __future__ import annotations

from enum import IntEnum

from hwamei.domain.errors import (
    EngineDown,
    EngineFailed,
    EngineHung,
    Failed,
    HwameiError,
    ModelDamaged,
    ModelMissing,
    ModelNotFetched,
    NotFound,
    QuotaUsedUp,
    RateLimited,
    TooBusy,
    VoiceNotFound,
)


class ExitCode(IntEnum):
    """An exit status; `meaning` is what the documentation says of it."""

    DONE = 0
    UNEXPECTED = 1
    REFUSED = 2
    NOT_FOUND = 3
    MODEL = 4
    ENGINE = 5
    FILE = 6
    LATER = 7
    INTERRUPTED = 130

    @property
    def meaning(self) -> str:
        """One line for the documentation."""
        return _MEANINGS[self]


_MEANINGS = {
    ExitCode.DONE: "Done.",
    ExitCode.UNEXPECTED: "A fault in Hwamei itself, with a traceback. Please report it.",
    ExitCode.REFUSED: "What was asked for cannot be done as asked: a wrong option, text, recording or setting.",
    ExitCode.NOT_FOUND: "Nothing has this id or name.",
    ExitCode.MODEL: "A model file is missing, damaged, or could not be fetched.",
    ExitCode.ENGINE: "The engine gave no usable sound or is not to be had, or `hwamei doctor` found something wrong.",
    ExitCode.FILE: "A file or folder could not be read or written.",
    ExitCode.LATER: "A server has no room now, cannot be reached, or cannot reach what it needs; come back later.",
    ExitCode.INTERRUPTED: "Interrupted with Ctrl-C. Nothing half done is left behind but what a clone can go on from.",
}


def exit_code_of(error: HwameiError | OSError) -> ExitCode:
    """The exit status for an error that ends the program."""
    match error:
        case OSError():
            return ExitCode.FILE
        case VoiceNotFound() | NotFound():
            return ExitCode.NOT_FOUND
        case ModelMissing() | ModelDamaged() | ModelNotFetched():
            return ExitCode.MODEL
        case EngineFailed() | EngineHung() | EngineDown():
            return ExitCode.ENGINE
        case RateLimited() | QuotaUsedUp() | TooBusy() | Failed():
            return ExitCode.LATER
        case _:
            return ExitCode.REFUSED
