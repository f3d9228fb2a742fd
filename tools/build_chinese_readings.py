"""Build `src/hwamei/text/data/zh_readings.json` from the data of the `pypinyin` package (MIT).

The product reads this file instead of importing pypinyin, whose import takes longer than everything else that a Chinese
sentence needs. It holds the first reading of each character, and the phrases whose reading does not follow from those.

Run: `python tools/build_chinese_readings.py`
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pypinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT
from pypinyin.contrib.tone_convert import to_tone3

TARGET = Path(__file__).parent.parent / "src/hwamei/text/data/zh_readings.json"
CORRECTIONS = TARGET.with_name("zh_corrections.txt")
BMP_HAN = re.compile(r"[\u3400-\u9fff]+")
SYLLABIC_NASALS = {"m": "mu", "n": "en", "ng": "en", "hm": "hen", "hng": "heng", "ê": "ei"}


def main() -> None:
    """Write the file."""
    TARGET.write_text(built(), encoding="utf-8")


def built() -> str:
    """What the file holds."""
    characters = {chr(code): tone3(readings.split(",")[0]) for code, readings in PINYIN_DICT.items() if is_bmp(code)}
    characters |= {word: reading for word, reading in corrections().items() if len(word) == 1}
    phrases = {}
    for phrase, readings in PHRASES_DICT.items():
        if not BMP_HAN.fullmatch(phrase):
            continue
        reading = " ".join(citation(char, tone3(r[0])) for char, r in zip(phrase, readings, strict=True))
        if reading != " ".join(citation(char, characters[char]) for char in phrase):
            phrases[phrase] = reading
    by_reading: dict[str, str] = {}
    for char, reading in characters.items():
        by_reading[reading] = by_reading.get(reading, "") + char
    data = {"source": f"pypinyin {pypinyin.__version__}, MIT", "characters": by_reading, "phrases": phrases}
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def is_bmp(code: int) -> bool:
    """Whether the code point is a Han character in the basic plane."""
    return BMP_HAN.fullmatch(chr(code)) is not None


def tone3(reading: str) -> str:
    """A pypinyin reading ("lǜ") in the product's spelling ("lv4")."""
    syllable = to_tone3(reading, v_to_u=False, neutral_tone_with_five=True)
    base, tone = syllable[:-1], syllable[-1]
    return SYLLABIC_NASALS.get(base, base) + tone


def citation(char: str, reading: str) -> str:
    """The reading without the sandhi that some of pypinyin's phrases carry for 一 and 不."""
    return {"一": "yi1", "不": "bu4"}.get(char, reading)


def corrections() -> dict[str, str]:
    """The product's own corrections: word → readings joined by blanks."""
    lines = CORRECTIONS.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if line and not line.startswith("#"))


if __name__ == "__main__":
    main()
