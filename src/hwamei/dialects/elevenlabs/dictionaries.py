"""Pronunciation dictionaries, kept as the app's lexicons under their ids.

What the vendor knows of a dictionary and of a rule stands in a comment above the line that says it, so that a lexicon
can be read and edited like any other; lines without such a comment are left as they are, and shown as rules too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError

from hwamei.dialects.elevenlabs.arpabet import ipa_of
from hwamei.dialects.elevenlabs.refusals import Declined
from hwamei.dialects.elevenlabs.wire.dictionaries import Rule
from hwamei.domain.app import App
from hwamei.domain.errors import NotFound, WrongState
from hwamei.ports import LexiconVersion
from hwamei.service.reading import keep_lexicon
from hwamei.web.calls import Call

VERSION_PREFIX = "v"
MAX_RULES = 5_000
_NAME = re.compile(r"[\w.-]{1,64}")  # as the native API has it
_ABOUT, _RULE = "# elevenlabs ", "# rule "


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a dictionary beside its rules; times in seconds since 1970."""

    name: str
    created_s: int
    description: str | None = None
    archived_s: int | None = None


_ABOUTS, _RULES = TypeAdapter(About), TypeAdapter(Rule)


@dataclass(frozen=True, slots=True)
class Dictionary:
    """One version of a dictionary; `version` 0: not kept yet. `others`: lines that say nothing, such as comments."""

    id: str
    about: About
    rules: tuple[Rule, ...] = ()
    others: tuple[str, ...] = ()
    version: int = 0

    @property
    def version_id(self) -> str:
        """As the vendor spells it."""
        return f"{VERSION_PREFIX}{self.version}"

    @property
    def text(self) -> str:
        """As a lexicon. Of rules for the same word the first counts."""
        lines = [_ABOUT + _ABOUTS.dump_json(self.about, exclude_none=True).decode()]
        said: set[str] = set()
        for rule in self.rules:
            lines.append(_RULE + rule.model_dump_json(exclude_none=True))
            if rule.string_to_replace not in said:
                lines.append(_line(rule))
            said.add(rule.string_to_replace)
        return "\n".join([*lines, *self.others]) + "\n"


def dictionaries(call: Call, app: App) -> Sequence[Dictionary]:
    """The newest version of each, by id."""
    return [_dictionary(version) for version in call.platform.lexicons.list(app.id)]


def dictionary(call: Call, app: App, dictionary_id: str, version_id: str | None = None) -> Dictionary:
    """That version, or the newest. Raises NotFound."""
    return _dictionary(call.platform.lexicons.get(app.id, lexicon_name(dictionary_id), version_number(version_id)))


def lexicon_name(dictionary_id: str) -> str:
    """The lexicon that the dictionary is. Raises NotFound for what none can be called."""
    if not _NAME.fullmatch(dictionary_id):
        raise NotFound(what="lexicon", given=dictionary_id[:100])
    return dictionary_id


def version_number(version_id: str | None) -> int | None:
    """The version of a lexicon; None: the newest. Raises NotFound for what no version is called."""
    if not version_id:
        return None
    digits = version_id.removeprefix(VERSION_PREFIX)
    if not (digits.isascii() and digits.isdigit() and len(digits) < 9):
        raise NotFound(what="lexicon", given=version_id[:100])
    return int(digits)


def new_dictionary(call: Call, app: App, about: About, rules: Sequence[Rule]) -> Dictionary:
    """A dictionary that is kept from now on. Raises Declined, BadLexicon."""
    return _kept(call, app, Dictionary(uuid4().hex, about, tuple(rules)))


def change(call: Call, app: App, dictionary_id: str, changed: Callable[[Dictionary], Dictionary]) -> Dictionary:
    """The dictionary with a change, whatever others change at the same time. Raises NotFound, Declined, BadLexicon."""
    while True:
        try:
            return _kept(call, app, changed(dictionary(call, app, dictionary_id)))
        except WrongState:
            continue


def with_rules(before: Dictionary, rules: Sequence[Rule]) -> Dictionary:
    """With these rules, each in the place of one for the same word."""
    new = {rule.string_to_replace: rule for rule in rules}
    kept = [new.pop(rule.string_to_replace, rule) for rule in before.rules]
    return replace(before, rules=(*kept, *new.values()))


def without_rules(before: Dictionary, words: Sequence[str]) -> Dictionary:
    """Without the rules for these words."""
    gone = frozenset(words)
    return replace(before, rules=tuple(rule for rule in before.rules if rule.string_to_replace not in gone))


def _kept(call: Call, app: App, wanted: Dictionary) -> Dictionary:
    if len(wanted.rules) > MAX_RULES:
        problem = f"A dictionary has at most {MAX_RULES} rules."
        raise Declined(code="invalid_rule", problem=problem, param="rules")
    platform = call.platform
    kept = keep_lexicon(platform.lexicons, app.id, wanted.id, wanted.text, at=platform.clock(), after=wanted.version)
    return replace(wanted, version=kept.version)


def _line(rule: Rule) -> str:
    """The line of the lexicon. Raises Declined for what our lexicons cannot say."""
    word = rule.string_to_replace
    if word.startswith("#") or _breaks(word) or not word.strip():
        raise _bad("string_to_replace", word, "give a word on one line that does not begin with #")
    if rule.word_boundaries is False and word[:1].isascii():
        raise _bad("word_boundaries", word, "words of Latin letters are found as whole words only; leave it out")
    reading = rule.alias if rule.phoneme is None else f"/{_ipa(rule).strip('/')}/"
    if reading is None or _breaks(reading) or not reading.strip():
        raise _bad("alias", word, "give a reading on one line")
    return f"{word}\t{reading}"


def _ipa(rule: Rule) -> str:
    """Raises Declined."""
    phoneme = rule.phoneme or ""
    if rule.alphabet != "cmu-arpabet":
        return phoneme
    found = ipa_of(phoneme)
    if found is None:
        raise _bad("phoneme", phoneme, "it is no CMU Arpabet, such as N AA1 T")
    return found


def _bad(field: str, given: str, problem: str) -> Declined:
    return Declined(code="invalid_rule", problem=f"{field} '{given[:100]}': {problem}", param="rules")


def _dictionary(version: LexiconVersion) -> Dictionary:
    about = About(version.name, _seconds(version.created_at))
    rules: list[Rule] = []
    others: list[str] = []
    told: set[str] = set()
    for line in version.text.splitlines():
        rule = _rule_of(line)
        if line.startswith(_ABOUT):
            about = _about_of(line) or about
        elif rule is not None:
            rules.append(rule)
            told.update(_line_or_nothing(rule))
        elif line not in told:
            plain = _plain_rule(line)
            others += [line] if plain is None else []
            rules += [] if plain is None else [plain]
    return Dictionary(version.name, about, tuple(rules), tuple(others), version.version)


def _line_or_nothing(rule: Rule) -> Iterator[str]:
    """The line that stands below a rule; none where somebody has edited it so that there is none."""
    try:
        yield _line(rule)
    except Declined:
        return


def _about_of(line: str) -> About | None:
    try:
        return _ABOUTS.validate_json(line.removeprefix(_ABOUT))
    except ValidationError:
        return None


def _rule_of(line: str) -> Rule | None:
    """The rule in a comment; None for any other line."""
    if not line.startswith(_RULE):
        return None
    try:
        return _RULES.validate_json(line.removeprefix(_RULE))
    except ValidationError:
        return None


def _plain_rule(line: str) -> Rule | None:
    """What a line that is nobody's rule says, as a rule; None for one that says nothing."""
    written, tab, reading = line.partition("\t")
    if not tab or line.lstrip().startswith("#"):
        return None
    word, reading = written.strip(), reading.strip()
    if len(reading) > 2 and reading.startswith("/") and reading.endswith("/"):
        return Rule.model_construct(type="phoneme", string_to_replace=word, phoneme=reading[1:-1], alphabet="ipa")
    return Rule.model_construct(type="alias", string_to_replace=word, alias=reading)


def _breaks(text: str) -> bool:
    return "\t" in text or len(text.splitlines()) != 1


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
