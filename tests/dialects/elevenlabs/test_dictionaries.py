"""Pronunciation dictionaries are lexicons of the app."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from hwamei.dialects.elevenlabs.arpabet import ipa_of
from hwamei.service.reading import keep_lexicon, lexicon_of
from tests.dialects.elevenlabs.calling import detail, native_of, spoken
from tests.serving import Site

PATH = "/v1/pronunciation-dictionaries"
LONG = "a very long way of saying it"
PLS = """<?xml version="1.0" encoding="UTF-8"?>
<lexicon version="1.0" xmlns="http://www.w3.org/2005/01/pronunciation-lexicon" alphabet="ipa" xml:lang="en-US">
  <lexeme><grapheme>GIF</grapheme><grapheme>gif</grapheme><phoneme>dʒɪf</phoneme></lexeme>
  <lexeme><grapheme>UN</grapheme><alias>United Nations</alias></lexeme>
  <lexeme><grapheme>nut</grapheme><phoneme alphabet="cmu-arpabet">N AH1 T</phoneme></lexeme>
</lexicon>
"""


def alias(word: str, said: str, **more: Any) -> dict[str, Any]:
    return {"type": "alias", "string_to_replace": word, "alias": said, **more}


def phoneme(word: str, said: str, alphabet: str = "ipa") -> dict[str, Any]:
    return {"type": "phoneme", "string_to_replace": word, "phoneme": said, "alphabet": alphabet}


def made(client: httpx.Client, *rules: dict[str, Any], name: str = "words") -> dict[str, Any]:
    answer = client.post(f"{PATH}/add-from-rules", json={"name": name, "rules": rules})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def said_with(client: httpx.Client, text: str, *locators: tuple[str, str | None]) -> bytes:
    named = [{"pronunciation_dictionary_id": name, "version_id": version} for name, version in locators]
    answer = spoken(
        client, "alto", text=text, output_format="pcm_16000", pronunciation_dictionary_locators=named or None
    )
    assert answer.status_code == 200, answer.text
    return answer.content


def test_a_word_is_said_as_its_rule_says(mine: httpx.Client) -> None:
    told = made(mine, alias("SQL", "sequel"), alias("重庆", "chong2 qing4"), phoneme("GIF", "dʒɪf"))
    assert (told["version_rules_num"], told["version_id"], told["name"]) == (3, "v1", "words")
    for word, same in (("SQL", "sequel"), ("GIF", "GIF[[ipa:dʒɪf]]"), ("重庆", "重庆[[pinyin:chong2 qing4]]")):
        assert said_with(mine, f"{word}.", (told["id"], None)) == said_with(mine, f"{same}.")


def test_each_change_is_a_version_and_old_ones_stay(mine: httpx.Client) -> None:
    told = made(mine, alias("SQL", "sequel"))
    added = mine.post(f"{PATH}/{told['id']}/add-rules", json={"rules": [alias("SQL", LONG), alias("GIF", "jif")]})
    assert added.json() == {"id": told["id"], "version_id": "v2", "version_rules_num": 2}
    removed = mine.post(f"{PATH}/{told['id']}/remove-rules", json={"rule_strings": ["SQL", "nothing"]})
    assert (removed.json()["version_id"], removed.json()["version_rules_num"]) == ("v3", 1)
    first, second, third, newest = (
        said_with(mine, "SQL.", (told["id"], version)) for version in ("v1", "v2", "v3", None)
    )
    assert len(second) > len(first)
    assert third == newest == said_with(mine, "SQL.")
    shown = mine.get(f"{PATH}/{told['id']}").json()
    assert (shown["latest_version_id"], shown["rules"]) == ("v3", [alias("GIF", "jif")])
    replaced = mine.post(f"{PATH}/{told['id']}/set-rules", json={"rules": [alias("UN", "United Nations")]})
    assert (replaced.json()["version_id"], replaced.json()["version_rules_num"]) == ("v4", 1)


def test_of_several_the_first_that_knows_a_word_counts(mine: httpx.Client) -> None:
    one, two = made(mine, alias("SQL", "sequel")), made(mine, alias("SQL", LONG), alias("GIF", LONG))
    both = (one["id"], None), (two["id"], None)
    assert said_with(mine, "SQL.", *both) == said_with(mine, "sequel.")
    assert said_with(mine, "SQL.", *both[::-1]) == said_with(mine, "SQL.", (two["id"], None))
    assert said_with(mine, "GIF.", *both) == said_with(mine, "GIF.", (two["id"], None)) != said_with(mine, "GIF.")


def test_of_rules_for_the_same_word_the_first_counts(mine: httpx.Client) -> None:
    told = made(mine, alias("SQL", "sequel"), alias("SQL", LONG))
    assert told["version_rules_num"] == 2
    assert said_with(mine, "SQL.", (told["id"], None)) == said_with(mine, "sequel.")


def test_a_file_of_rules_goes_in_and_comes_out(mine: httpx.Client) -> None:
    files = {"file": ("words.pls", PLS.encode(), "text/xml")}
    told = mine.post(f"{PATH}/add-from-file", data={"name": "file", "description": "mine"}, files=files).json()
    assert (told["version_rules_num"], told["description"]) == (4, "mine")
    expected = [
        phoneme("GIF", "dʒɪf"),
        phoneme("gif", "dʒɪf"),
        alias("UN", "United Nations"),
        phoneme("nut", "N AH1 T", "cmu-arpabet"),
    ]
    assert mine.get(f"{PATH}/{told['id']}").json()["rules"] == expected
    out = mine.get(f"{PATH}/{told['id']}/{told['version_id']}/download")
    assert out.headers["content-type"].startswith("application/pls+xml")
    again = mine.post(f"{PATH}/add-from-file", data={"name": "again"}, files={"file": out.content}).json()
    assert mine.get(f"{PATH}/{again['id']}").json()["rules"] == expected
    empty = mine.post(f"{PATH}/add-from-file", files={"name": (None, "empty")})
    assert empty.json()["version_rules_num"] == 0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no xml",
        b"<a/>",
        b"<lexicon><lexeme/></lexicon>",
        b"<lexicon><lexeme><grapheme>a</grapheme></lexeme></lexicon>",
        b"<lexicon><lexeme><grapheme/><alias>b</alias></lexeme></lexicon>",
        b"<lexicon alphabet='x-sampa'><lexeme><grapheme>a</grapheme><phoneme>b</phoneme></lexeme></lexicon>",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><lexicon/>",
        b"<lexicon>" + b"<a>" * 100_000,
        b"\xff\xfe<",
    ],
)
def test_a_file_that_is_no_lexicon_is_refused(content: bytes, mine: httpx.Client) -> None:
    answer = mine.post(f"{PATH}/add-from-file", data={"name": "bad"}, files={"file": ("x.pls", content)})
    assert (answer.status_code, detail(answer)["code"]) == (400, "invalid_rule"), answer.text
    assert mine.get(PATH).json()["pronunciation_dictionaries"] == []


@pytest.mark.parametrize(
    "rule",
    [
        alias("#SQL", "sequel"),
        alias("S\tQ", "sequel"),
        alias("SQL", "a\nb"),
        alias("SQL", "!?"),
        alias(" ", "sequel"),
        alias("重庆", "chong2"),
        alias("SQL", "sequel", word_boundaries=False),
        phoneme("GIF", "123"),
        phoneme("GIF", "J IH1 F", "cmu-arpabet"),
    ],
)
def test_a_rule_that_cannot_be_kept_is_refused_and_changes_nothing(rule: dict[str, Any], mine: httpx.Client) -> None:
    told = made(mine, alias("UN", "United Nations"))
    for answer in (
        mine.post(f"{PATH}/{told['id']}/add-rules", json={"rules": [rule]}),
        mine.post(f"{PATH}/add-from-rules", json={"name": "bad", "rules": [rule]}),
    ):
        assert (answer.status_code, detail(answer)["code"]) == (400, "invalid_rule"), answer.text
    assert mine.get(f"{PATH}/{told['id']}").json()["latest_version_id"] == "v1"
    assert len(mine.get(PATH).json()["pronunciation_dictionaries"]) == 1


@pytest.mark.parametrize(
    "rule",
    [
        {"type": "alias", "string_to_replace": "a"},
        {"type": "phoneme", "string_to_replace": "a", "phoneme": "b"},
        {"type": "phoneme", "string_to_replace": "a", "phoneme": "b", "alphabet": "x-sampa"},
        {"type": "song", "string_to_replace": "a", "alias": "b"},
        {"type": "alias", "alias": "b"},
        alias("", "b"),
        alias("a" * 201, "b"),
    ],
)
def test_a_rule_of_the_wrong_shape_is_told_so(rule: dict[str, Any], mine: httpx.Client) -> None:
    assert mine.post(f"{PATH}/add-from-rules", json={"name": "bad", "rules": [rule]}).status_code == 422


def test_arpabet_is_said_as_ipa(mine: httpx.Client) -> None:
    told = made(mine, phoneme("nut", "N AA1 T", "cmu-arpabet"))
    assert said_with(mine, "nut.", (told["id"], None)) == said_with(mine, "nut[[ipa:nˈɑt]].")
    assert ipa_of("HH AH0 L OW1") == "həlˈoʊ"
    for wrong in ("", "N AA3 T", "N1", "XX", "N,T"):
        assert ipa_of(wrong) is None


def test_lists_have_pages_an_order_and_what_is_out_of_use_only_if_asked(mine: httpx.Client) -> None:
    ids = [made(mine, name=name)["id"] for name in ("beta", "Alpha", "gamma")]
    by_name: dict[str, Any] = {"sort": "name", "sort_direction": "asc", "page_size": 2}
    first = mine.get(PATH, params=by_name).json()
    assert [each["name"] for each in first["pronunciation_dictionaries"]] == ["Alpha", "beta"]
    rest = mine.get(PATH, params={**by_name, "cursor": first["next_cursor"]}).json()
    assert [each["name"] for each in rest["pronunciation_dictionaries"]] == ["gamma"]
    assert (first["has_more"], rest["has_more"], rest["next_cursor"]) == (True, False, None)
    assert mine.get(PATH, params={"cursor": "nothing"}).status_code == 400
    archived = mine.patch(f"{PATH}/{ids[0]}", json={"archived": True, "name": "old"}).json()
    assert (archived["name"], archived["archived_time_unix"] > 0) == ("old", True)
    assert len(mine.get(PATH).json()["pronunciation_dictionaries"]) == 2
    assert len(mine.get(PATH, params={"include_archived": True}).json()["pronunciation_dictionaries"]) == 3
    assert mine.patch(f"{PATH}/{ids[0]}", json={"archived": False}).json()["archived_time_unix"] is None


def test_the_apps_other_lexicons_are_dictionaries_too_and_keep_their_lines(mine: httpx.Client, site: Site) -> None:
    app = site.platform.accounts.authenticate(mine.headers["xi-api-key"])
    text = "# my own words\nSQL\tsequel\nGIF\t/dʒɪf/\n"
    keep_lexicon(site.platform.lexicons, app.id, "own", text, at=site.platform.clock())
    shown = mine.get(f"{PATH}/own").json()
    assert (shown["name"], shown["rules"]) == ("own", [alias("SQL", "sequel"), phoneme("GIF", "dʒɪf")])
    assert said_with(mine, "SQL.", ("own", None)) == said_with(mine, "sequel.")
    assert mine.post(f"{PATH}/own/add-rules", json={"rules": [alias("UN", LONG)]}).json()["version_rules_num"] == 3
    with native_of(mine, site) as native:
        kept = native.get("/lexicons/own").json()["text"]
    assert "# my own words" in kept
    assert lexicon_of(site.platform.lexicons, app.id, "own").entries["UN"].say == LONG


def test_another_apps_dictionary_is_as_unknown_as_one_that_never_was(mine: httpx.Client, other: httpx.Client) -> None:
    theirs = made(other, alias("SQL", "sequel"))["id"]
    for name in (theirs, "0" * 32, "x" * 300, "%00", "a%20b"):
        answers = [
            mine.get(f"{PATH}/{name}"),
            mine.patch(f"{PATH}/{name}", json={"name": "mine"}),
            mine.post(f"{PATH}/{name}/add-rules", json={"rules": []}),
            mine.get(f"{PATH}/{name}/v1/download"),
        ]
        assert {(answer.status_code, detail(answer)["code"]) for answer in answers} == {
            (404, "pronunciation_dictionary_not_found")
        }
    for version in ("v2", "1x", "latest"):
        assert other.get(f"{PATH}/{theirs}/{version}/download").status_code == 404
