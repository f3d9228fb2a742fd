from __future__ import annotations

from pathlib import Path

import pytest

from hwamei.domain.errors import BadLexicon
from hwamei.text.lexicon import Lexicon, read_lexicon
from tests.text.spoken import words


@pytest.fixture
def lexicon(tmp_path: Path) -> Lexicon:
    path = tmp_path / "lexicon.txt"
    path.write_text(
        "# names\n\n重庆\tzhong4 qing4\n重庆路\tchong2 qing4 lu4\nHwamei\t/hwɑmˈA/\nGIF\tjiff\nAI\t人工智能\n",
        encoding="utf-8",
    )
    return read_lexicon(path)


def test_the_readings_of_a_lexicon_go_before_all_others(lexicon: Lexicon) -> None:
    readings = {word.text: word.reading for word in words("我爱重庆和Hwamei。", lexicon=lexicon)}
    assert readings["重"] == ("zhong4",)
    assert readings["Hwamei"] == ("hwɑmˈA",)


def test_the_longest_entry_counts(lexicon: Lexicon) -> None:
    assert [word.reading[0] for word in words("重庆路", lexicon=lexicon)] == ["chong2", "qing4", "lu4"]


def test_a_word_may_be_said_as_other_words_in_either_language(lexicon: Lexicon) -> None:
    spoken = {word.text: word.spoken for word in words("打开gif，学习AI。", lexicon=lexicon)}
    assert spoken["gif"] == "jiff"
    assert spoken["AI"] == "人工智能"


def test_latin_entries_are_whole_words(lexicon: Lexicon) -> None:
    assert [word.spoken for word in words("GIFTS", lexicon=lexicon)] == ["GIFTS"]


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        ("重庆 chong2 qing4\n", 1),
        ("# ok\n重庆\tchong2\n", 2),
        ("重庆\tchong2 qing9\n", 1),
        ("GIF\t/###/\n", 1),
        ("GIF\t\n", 1),
    ],
)
def test_a_line_that_cannot_be_read_is_refused_with_its_number(tmp_path: Path, lines: str, line: int) -> None:
    path = tmp_path / "bad.txt"
    path.write_text(lines, encoding="utf-8")
    with pytest.raises(BadLexicon) as refusal:
        read_lexicon(path)
    assert refusal.value.line == line


def test_a_file_that_is_no_utf8_or_is_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "gbk.txt"
    path.write_bytes("重庆\tchong2 qing4".encode("gbk"))
    for wrong in (path, tmp_path / "missing.txt"):
        with pytest.raises(BadLexicon):
            read_lexicon(wrong)
