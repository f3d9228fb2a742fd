"""What becomes of each option of a call: said where the option stands in the wire model, read by pages and by tests.

    class SpeechBody(BaseModel):
        speed: Annotated[float, mapped("0.5 to 2; the rest is refused", example=1.5)] = 1.0
        instructions: Annotated[str, without_effect("engines take none", example="Whisper.")] = ""

A dialect with a module `options` that has `OPTIONS`, the models of its calls, gets its tables written into the marked
part of its README.md by `make docs`; `make check` fails where they are stale, or where a field says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import AliasChoices, BaseModel
from pydantic.fields import FieldInfo


class Fate(StrEnum):
    """What becomes of an option."""

    MAPPED = "mapped"
    NO_EFFECT = "accepted without effect"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Option:
    """One option. `note`: for a reader; `example`: a value other than the usual one, with which a test tries whether it
    is so; None: a test of its own does."""

    fate: Fate
    note: str
    example: object = None


@dataclass(frozen=True, slots=True)
class CallOptions:
    """The options of one call: the fields of the models of its body, address and headers."""

    call: str
    models: tuple[type[BaseModel], ...]

    def named(self) -> Iterator[tuple[str, Option]]:
        """Each option by its name on the wire. Raises LookupError for a field that does not say what becomes of it."""
        for model in self.models:
            for name, field in model.model_fields.items():
                yield _on_the_wire(name, field), _option_of(model, name, field)


def mapped(note: str, *, example: object = None) -> Option:
    """It does here what it does at the vendor, as far as the note says."""
    return Option(Fate.MAPPED, note, example)


def without_effect(note: str, *, example: object = None) -> Option:
    """It is taken and changes nothing that is heard."""
    return Option(Fate.NO_EFFECT, note, example)


def refused(note: str, *, example: object = None) -> Option:
    """Whoever sends it is told so with a 4xx."""
    return Option(Fate.REFUSED, note, example)


def options_part(calls: Sequence[CallOptions]) -> str:
    """A table for each call, as Markdown."""
    return "\n\n".join("\n".join(_table(call)) for call in calls)


def _table(call: CallOptions) -> Iterator[str]:
    yield f"### `{call.call}`\n"
    yield "| option | here | how |"
    yield "|---|---|---|"
    for name, option in call.named():
        yield f"| `{name}` | {option.fate} | {option.note} |"


def _on_the_wire(name: str, field: FieldInfo) -> str:
    match field.validation_alias or field.alias:
        case str(alias):
            return alias
        case AliasChoices(choices=[first, *_]):
            return str(first)
        case _:
            return name


def _option_of(model: type[BaseModel], name: str, field: FieldInfo) -> Option:
    for each in field.metadata:
        if isinstance(each, Option):
            return each
    raise LookupError(f"{model.__name__}.{name} does not say what becomes of it; annotate it with mapped() or its kin")
