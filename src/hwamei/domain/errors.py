"""Everything that the product refuses or fails to do, as classes with fields.

    HwameiError
    ├── Refused                     the caller can mend it
    │   ├── OutOfRange              a number outside its range
    │   ├── Unknown                 a choice that does not exist
    │   ├── BadSetting              a setting whose value cannot be used
    │   ├── TextEmpty, TextTooLong
    │   ├── BadMarkup               an inline reading or pause that cannot be read
    │   ├── BadLexicon              a reading dictionary that cannot be read
    │   ├── BadSubtitles            a subtitle file that cannot be read
    │   ├── VoiceNotFound, VoiceNameTaken, BadVoiceName, BadVoiceFile
    │   ├── ReferenceRefused        the recording cannot make a voice; `reason` says why
    │   ├── BadLabel                a value that the mark of AI-made sound cannot hold
    │   ├── BadAudio                not a sound file that we read; or too big for the limits
    │   ├── BadArchive              an archive of recordings that cannot be used; `reason` says why
    │   ├── BadSentence             a sentence and its recording that do not fit; `reason` says why
    │   ├── BadField                a field of a request that cannot be used
    │   ├── NotFound                no such thing, or somebody else's
    │   ├── WrongState              a thing that cannot do this in its state
    │   ├── NotDone                 a task that has made nothing yet, or never will
    │   ├── VoiceNotReady           a voice that cannot speak yet, or not any more
    │   ├── IdempotencyConflict     the same key for another request
    │   ├── NotSignedIn, AppDisabled, AppTaken
    │   ├── RateLimited, QuotaUsedUp, TooBusy   come back later; `retry_after_s` says when
    │   ├── TooBig                  more bytes than are taken
    │   ├── UrlRefused              an address that is not called
    │   └── NotFetched              an address that did not give what it should
    └── Failed                      our side
        ├── ModelMissing            a model file is not there
        ├── ModelDamaged            a model file is not what it should be
        ├── ModelNotFetched         a model could not be fetched
        ├── EngineFailed            the engine gave no usable sound
        ├── EngineHung              the engine gave nothing at all
        ├── EngineDown              the engine is not here or cannot be reached now
        └── StoreUnavailable        the database or the blob store cannot be used now

The message of each says what was given, what is allowed and what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from enum import StrEnum


class HwameiError(Exception):
    """The root; never raised itself. Can be pickled, though the makers of its kinds take keywords only."""

    def __reduce__(self) -> tuple[Callable[..., HwameiError], tuple[object, ...], dict[str, object]]:
        return _bare, (type(self), *self.args), self.__dict__


def _bare(kind: type[HwameiError], *args: object) -> HwameiError:
    error = kind.__new__(kind)
    error.args = args
    return error


class Refused(HwameiError):
    """What was asked for cannot be done as asked; changing the request helps."""


class Failed(HwameiError):
    """What was asked for is fine, but we could not do it."""


class OutOfRange(Refused):
    """A number outside its range."""

    def __init__(self, *, name: str, given: float, low: float, high: float) -> None:
        self.name, self.given, self.low, self.high = name, given, low, high
        super().__init__(f"{name} {given:g} is outside {low:g}..{high:g}; choose a value in that range")

    @classmethod
    def check(cls, name: str, given: float, low: float, high: float) -> None:
        """Raise unless low <= given <= high (a NaN is outside)."""
        if not low <= given <= high:
            raise cls(name=name, given=given, low=low, high=high)


class Unknown(Refused):
    """A choice that does not exist."""

    def __init__(self, *, what: str, given: str, known: Iterable[str]) -> None:
        self.what, self.given, self.known = what, given, tuple(known)
        near = get_close_matches(given, self.known, n=1)
        meant = f"did you mean {near[0]}? " if near else ""
        super().__init__(f"{what} {given!r} is not known; {meant}choose one of: {', '.join(self.known)}")


class BadSetting(Refused):
    """A setting whose value cannot be used. `name` is the environment variable."""

    def __init__(self, *, name: str, given: str, problem: str) -> None:
        self.name, self.given, self.problem = name, given, problem
        super().__init__(f"{name}={given!r} cannot be used: {problem}; docs/settings.md lists what each setting takes")


class TextEmpty(Refused):
    """Nothing to say."""

    def __init__(self) -> None:
        super().__init__("the text has nothing in it that can be spoken; give at least one word")


class TextTooLong(Refused):
    """More text than one order takes."""

    def __init__(self, *, given: int, allowed: int) -> None:
        self.given, self.allowed = given, allowed
        super().__init__(f"the text has {given} characters, at most {allowed} are allowed; split it")


class BadMarkup(Refused):
    """An inline reading or pause that cannot be read. `position` is the offset of its first character."""

    def __init__(self, *, given: str, position: int, problem: str) -> None:
        self.given, self.position, self.problem = given, position, problem
        super().__init__(f"{given!r} at character {position}: {problem}")


class BadLexicon(Refused):
    """A reading dictionary that cannot be read."""

    def __init__(self, *, source: str, line: int, problem: str) -> None:
        self.source, self.line, self.problem = source, line, problem
        super().__init__(f"{source}, line {line}: {problem}")


class BadSubtitles(Refused):
    """A subtitle file that cannot be read."""

    def __init__(self, *, line: int, problem: str) -> None:
        self.line, self.problem = line, problem
        super().__init__(f"subtitles, line {line}: {problem}")


class VoiceNotFound(Refused):
    """No voice has this id or name."""

    def __init__(self, *, given: str) -> None:
        self.given = given
        super().__init__(f"no voice has the id or name {given!r}; `hwamei voices list` shows those there are")


class VoiceNameTaken(Refused):
    """Another voice has the name."""

    def __init__(self, *, name: str) -> None:
        self.name = name
        super().__init__(f"a voice named {name!r} exists; choose another name or delete that voice first")


class BadVoiceName(Refused):
    """Not a name that a voice can have."""

    def __init__(self, *, given: str, problem: str) -> None:
        self.given, self.problem = given, problem
        super().__init__(f"a voice cannot be named {given!r}: {problem}")


class BadVoiceFile(Refused):
    """An exported voice that cannot be imported."""

    def __init__(self, *, source: str, problem: str) -> None:
        self.source, self.problem = source, problem
        super().__init__(f"{source}: {problem}")


class RefusalReason(StrEnum):
    """Why a recording cannot make a voice."""

    TOO_SHORT = "too_short"
    SILENT = "silent"
    NOT_SPEECH = "not_speech"
    TOO_NOISY = "too_noisy"
    SEVERAL_SPEAKERS = "several_speakers"
    CLIPPED = "clipped"


class ReferenceRefused(Refused):
    """The recording cannot make a voice. `measured` and `needed` are in the unit that `problem` names."""

    def __init__(self, *, reason: RefusalReason, problem: str, measured: float, needed: float) -> None:
        self.reason, self.problem, self.measured, self.needed = reason, problem, measured, needed
        super().__init__(problem)


class BadAudio(Refused):
    """Not a sound file that we read, or one that breaks a limit."""

    def __init__(self, *, source: str, problem: str) -> None:
        self.source, self.problem = source, problem
        super().__init__(f"{source}: {problem}")


class ArchiveReason(StrEnum):
    """Why an archive cannot be used."""

    NOT_AN_ARCHIVE = "not_an_archive"
    TOO_BIG = "too_big"
    FILE_TOO_BIG = "file_too_big"
    FORBIDDEN_NAME = "forbidden_name"
    MISSING = "missing"
    SURPLUS = "surplus"
    WRONG_KIND = "wrong_kind"


class BadArchive(Refused):
    """An archive of recordings that cannot be used. `member`: the file in it, empty where it is about all of it."""

    def __init__(self, *, reason: ArchiveReason, member: str, problem: str) -> None:
        self.reason, self.member, self.problem = reason, member, problem
        super().__init__(f"the archive{f', {member!r}' if member else ''}: {problem}")


class SentenceReason(StrEnum):
    """Why a sentence and its recording do not fit."""

    UNREADABLE = "unreadable"
    WRONG_LANGUAGE = "wrong_language"
    TOO_LONG = "too_long"
    NOT_SAID = "not_said"


class BadSentence(Refused):
    """A sentence and its recording that do not fit. `name`: what the sentence or its recording is called."""

    def __init__(self, *, reason: SentenceReason, name: str, problem: str) -> None:
        self.reason, self.name, self.problem = reason, name, problem
        super().__init__(f"{name}: {problem}")


class BadLabel(Refused):
    """A value that the mark of AI-made sound cannot hold. `field` is its key in GB 45438-2025."""

    def __init__(self, *, field: str, given: str, problem: str) -> None:
        self.field, self.given, self.problem = field, given, problem
        super().__init__(f"label {field} {given!r} {problem}")


class ModelMissing(Failed):
    """A model file is not there."""

    def __init__(self, *, name: str, remedy: str) -> None:
        self.name, self.remedy = name, remedy
        super().__init__(f"model {name} is not on this machine; {remedy}")


class ModelDamaged(Failed):
    """A model file is not what it should be."""

    def __init__(self, *, name: str, path: str, expected_sha256: str, found_sha256: str) -> None:
        self.name, self.path = name, path
        self.expected_sha256, self.found_sha256 = expected_sha256, found_sha256
        super().__init__(
            f"model {name} at {path} has SHA-256 {found_sha256}, expected {expected_sha256};"
            " delete the file and run `hwamei models pull`"
        )


class ModelNotFetched(Failed):
    """A model could not be fetched."""

    def __init__(self, *, name: str, problem: str) -> None:
        self.name, self.problem = name, problem
        super().__init__(
            f"model {name} could not be fetched: {problem};"
            " try again, or put the file into the folder that HWAMEI_MODELS names"
        )


class EngineFailed(Failed):
    """The engine gave no usable sound."""

    def __init__(self, *, engine: str, problem: str) -> None:
        self.engine, self.problem = engine, problem
        super().__init__(f"engine {engine}: {problem}")


class BadField(Refused):
    """A field of a request that cannot be used."""

    def __init__(self, *, name: str, given: str, problem: str) -> None:
        self.name, self.given, self.problem = name, given, problem
        super().__init__(f"{name} {given!r}: {problem}")


class NotFound(Refused):
    """There is none, or it is another app's: the answer is the same."""

    def __init__(self, *, what: str, given: str) -> None:
        self.what, self.given = what, given
        super().__init__(f"no {what} has the id {given!r}; list them to see those there are")


class WrongState(Refused):
    """A thing that cannot do this in its state."""

    def __init__(self, *, what: str, given: str, state: str, wanted: str) -> None:
        self.what, self.given, self.state, self.wanted = what, given, state, wanted
        super().__init__(f"{what} {given} is {state} and cannot become {wanted}")


class NotDone(Refused):
    """A task that has made nothing yet, or never will."""

    def __init__(self, *, what: str, given: str, state: str) -> None:
        self.what, self.given, self.state = what, given, state
        super().__init__(f"{what} {given} is {state}; only when it is done there is something to get")


class VoiceNotReady(Refused):
    """A voice that cannot speak yet, or not any more."""

    def __init__(self, *, voice: str, state: str) -> None:
        self.voice, self.state = voice, state
        super().__init__(f"voice {voice} is {state}; only a voice that is ready can speak")


class IdempotencyConflict(Refused):
    """The same idempotency key was used for another request."""

    def __init__(self, *, key: str) -> None:
        self.key = key
        super().__init__(f"idempotency key {key!r} was used for another request; use a new key for a new request")


class NotSignedIn(Refused):
    """No key, or one that is not known."""

    def __init__(self) -> None:
        super().__init__("no valid key was sent; send `Authorization: Bearer <api_key>` of an app that exists")


class AppDisabled(Refused):
    """The app may not do anything now."""

    def __init__(self, *, app_id: str) -> None:
        self.app_id = app_id
        super().__init__(f"app {app_id} is disabled; ask who runs this server")


class AppTaken(Refused):
    """Another app has the id."""

    def __init__(self, *, app_id: str) -> None:
        self.app_id = app_id
        super().__init__(f"an app {app_id!r} exists; choose another id")


class RateLimited(Refused):
    """Too many requests in a time."""

    def __init__(self, *, operation: str, allowed: int, period_s: int, retry_after_s: float) -> None:
        self.operation, self.allowed, self.period_s = operation, allowed, period_s
        self.retry_after_s = retry_after_s
        super().__init__(
            f"{operation}: at most {allowed} in {period_s} s are allowed; come back in {retry_after_s:.1f} s"
        )


class QuotaUsedUp(Refused):
    """No more of something until there is room or a new month. `retry_after_s` None: when something is removed."""

    def __init__(self, *, what: str, used: int, allowed: int, retry_after_s: float | None) -> None:
        self.what, self.used, self.allowed, self.retry_after_s = what, used, allowed, retry_after_s
        when = "" if retry_after_s is None else f"; come back in {retry_after_s:.0f} s"
        super().__init__(f"{what}: {used} of {allowed} are used{when}")


class TooBusy(Refused):
    """Everything that could do it is at work. `at_once`: how many can be served at once, where that is known."""

    def __init__(self, *, what: str, retry_after_s: float, at_once: int | None = None) -> None:
        self.what, self.retry_after_s, self.at_once = what, retry_after_s, at_once
        super().__init__(f"{what} is busy; come back in {retry_after_s:.0f} s")


class TooBig(Refused):
    """More bytes than are taken."""

    def __init__(self, *, what: str, allowed: int) -> None:
        self.what, self.allowed = what, allowed
        super().__init__(f"{what} has more than the {allowed} bytes that are allowed; send less")


class UrlRefused(Refused):
    """An address that is not called."""

    def __init__(self, *, url: str, problem: str) -> None:
        self.url, self.problem = url, problem
        super().__init__(f"{url}: {problem}")


class NotFetched(Refused):
    """An address that did not give what it should. `may_pass`: trying again may help."""

    def __init__(self, *, url: str, problem: str, may_pass: bool) -> None:
        self.url, self.problem, self.may_pass = url, problem, may_pass
        super().__init__(f"{url} could not be fetched: {problem}")


class EngineHung(Failed):
    """The engine gave nothing at all."""

    def __init__(self, *, engine: str, waited_s: float) -> None:
        self.engine, self.waited_s = engine, waited_s
        super().__init__(f"engine {engine} gave nothing for {waited_s:.0f} s and was given up")


class EngineDown(Failed):
    """The engine that is to speak is not to be had now."""

    def __init__(self, *, engine: str, problem: str, retry_after_s: float | None = None) -> None:
        """`problem`: in words that callers may read: no address, no path. `retry_after_s` None: nobody knows."""
        self.engine, self.problem, self.retry_after_s = engine, problem, retry_after_s
        super().__init__(f"engine {engine} is not to be had now: {problem}")


class StoreUnavailable(Failed):
    """The database or the blob store cannot be used now."""

    def __init__(self, *, store: str, problem: str) -> None:
        self.store, self.problem = store, problem
        super().__init__(f"{store} cannot be used now: {problem}")
