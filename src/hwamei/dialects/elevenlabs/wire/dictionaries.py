"""Pronunciation dictionaries: rules in JSON and in PLS (W3C Pronunciation Lexicon 1.0)."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from xml.etree.ElementTree import Element, ParseError, SubElement, XMLParser, tostring

from pydantic import Field, model_validator

from hwamei.dialects.elevenlabs.refusals import Declined
from hwamei.dialects.elevenlabs.wire.values import MAX_DESCRIPTION_CHARACTERS, MAX_NAME_CHARACTERS, Body
from hwamei.web.options import mapped, without_effect
from hwamei.web.texts import Text

PLS_TYPE = "application/pls+xml"
MAX_PLS_BYTES = 2 * 1024 * 1024
_NAMESPACE = "http://www.w3.org/2005/01/pronunciation-lexicon"

Word = Annotated[Text, Field(min_length=1, max_length=200)]
Name = Annotated[Text, Field(min_length=1, max_length=MAX_NAME_CHARACTERS)]
Description = Annotated[Text | None, Field(max_length=MAX_DESCRIPTION_CHARACTERS)]
Access = Annotated[Text | None, without_effect("an app has no workspace")]
Rank = Literal["creation_time_unix", "name"]


class Rule(Body):
    """How a word is said: as other words, or with these phones."""

    type: Annotated[Literal["alias", "phoneme"], mapped("`alias` or `phoneme`")]
    string_to_replace: Annotated[Word, mapped("words of Latin letters match in any case, as whole words")]
    alias: Annotated[Word | None, mapped("words to be said; of Chinese characters also pinyin: `chong2 qing4`")] = None
    phoneme: Annotated[Word | None, mapped("English phones; others are refused")] = None
    alphabet: Annotated[Text | None, mapped("`ipa` or `cmu-arpabet`")] = None
    case_sensitive: Annotated[bool | None, without_effect("a word is found in any case")] = None
    word_boundaries: Annotated[bool | None, mapped("false is refused for words of Latin letters")] = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.type == "alias" and self.alias is None:
            raise ValueError("an alias rule needs an alias")
        if self.type == "phoneme" and (self.phoneme is None or self.alphabet not in ("ipa", "cmu-arpabet")):
            raise ValueError("a phoneme rule needs a phoneme and the alphabet ipa or cmu-arpabet")
        return self


class RulesBody(Body):
    """Rules for a dictionary."""

    rules: Annotated[list[Rule], mapped("see below")]


class NewBody(RulesBody):
    """A dictionary of rules."""

    name: Annotated[Name, mapped("for people; need not be unique")]
    description: Annotated[Description, mapped("shown again")] = None
    workspace_access: Access = None


class FileFields(Body):
    """What comes with a file of rules."""

    name: Annotated[Name, mapped("for people; need not be unique")]
    description: Annotated[Description, mapped("shown again")] = None
    workspace_access: Access = None


class WordsBody(Body):
    """Words whose rules go."""

    rule_strings: Annotated[list[Text], mapped("words without a rule are passed over")]


class ChangeBody(Body):
    """Another name, or whether it is out of use."""

    name: Annotated[Name | None, mapped("another name")] = None
    archived: Annotated[bool | None, mapped("lists leave it out; who names it can still use it")] = None


class ListQuery(Body):
    """Which part of the list."""

    cursor: Annotated[Text | None, mapped("`next_cursor` of the page before")] = None
    page_size: Annotated[int, Field(ge=1, le=100), mapped("1 to 100")] = 30
    sort: Annotated[Rank, mapped("`creation_time_unix` or `name`")] = "creation_time_unix"
    sort_direction: Annotated[Literal["asc", "desc", "ASC", "DESC"] | None, mapped("`desc` unless it is said")] = None
    include_archived: Annotated[bool, mapped("those out of use too")] = False


def rules_in(pls: bytes) -> list[Rule]:
    """The rules of a PLS file, one for each written form. Raises Declined."""
    if b"<!DOCTYPE" in pls or b"<!ENTITY" in pls:
        raise _bad("document types are not taken")
    try:
        parser = XMLParser()
        parser.feed(pls)
        root = parser.close()
    except ParseError as error:
        raise _bad(f"it is no well-formed XML ({error})") from error
    if _local(root) != "lexicon":
        raise _bad("its outermost element is no <lexicon>")
    alphabet = root.get("alphabet", "ipa").lower()
    return [rule for lexeme in root if _local(lexeme) == "lexeme" for rule in _of_lexeme(lexeme, alphabet)]


def pls_of(rules: list[Rule]) -> bytes:
    """The rules as a PLS file. Its alphabet is that of the first phones; those of another one stand as they are."""
    alphabet = next((rule.alphabet for rule in rules if rule.alphabet), "ipa")
    root = Element(
        "lexicon",
        {"version": "1.0", "xmlns": _NAMESPACE, "alphabet": alphabet or "ipa", "xml:lang": "en-US"},
    )
    for rule in rules:
        lexeme = SubElement(root, "lexeme")
        SubElement(lexeme, "grapheme").text = rule.string_to_replace
        said = SubElement(lexeme, "alias" if rule.phoneme is None else "phoneme")
        said.text = rule.alias if rule.phoneme is None else rule.phoneme
        if rule.alphabet not in (None, alphabet):
            said.set("alphabet", str(rule.alphabet))
    content: bytes = tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + content


def _of_lexeme(lexeme: Element, alphabet: str) -> list[Rule]:
    words = [_text(each) for each in lexeme if _local(each) == "grapheme"]
    said = next((each for each in lexeme if _local(each) in ("alias", "phoneme")), None)
    if not words or said is None:
        raise _bad("a <lexeme> needs a <grapheme> and an <alias> or a <phoneme>")
    if _local(said) == "alias":
        return [_rule(type="alias", string_to_replace=word, alias=_text(said)) for word in words]
    of_this = said.get("alphabet", alphabet).lower()
    return [_rule(type="phoneme", string_to_replace=word, phoneme=_text(said), alphabet=of_this) for word in words]


def _rule(**fields: str) -> Rule:
    try:
        return Rule.model_validate(fields)
    except ValueError as error:  # a word or reading too long, or an alphabet that is not known
        raise _bad(f"'{fields['string_to_replace'][:100]}' has no rule that can be kept") from error


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _text(element: Element) -> str:
    return (element.text or "").strip()


def _bad(problem: str) -> Declined:
    return Declined(code="invalid_rule", problem=f"The file is no pronunciation lexicon: {problem}.", param="file")
