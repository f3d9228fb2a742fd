"""Make src/hwamei/engines/kokoro/syllables.txt: how the model writes each syllable of Mandarin.

The sounds are those of misaki (Apache-2.0), which the model was trained with, spelt as its `ZHG2P` does. Made
beforehand because misaki takes half a second to load. Needs the packages misaki and ordered-set.
"""

from __future__ import annotations

from pathlib import Path

from misaki.transcription import pinyin_to_ipa

from hwamei.text.pinyin import SYLLABLES

TARGET = Path(__file__).parent.parent / "src/hwamei/engines/kokoro/syllables.txt"
HIGH_TONE = "˥"
TONE_PLACE = "0"
# The apical vowels of si and shi, one letter for both; the arch under the second half of a diphthong, not written.
RESPELLED = ((HIGH_TONE, TONE_PLACE), ("ɻ̩", "ɨ"), ("ɹ̩", "ɨ"), ("̯", ""))


def symbols(syllable: str) -> str:
    """The syllable in the model's symbols, 0 where its tone goes."""
    spelt = "".join(pinyin_to_ipa(f"{syllable}1")[0])
    for sound, respelled in RESPELLED:
        spelt = spelt.replace(sound, respelled)
    return spelt


if __name__ == "__main__":
    TARGET.write_text("".join(f"{syllable}\t{symbols(syllable)}\n" for syllable in sorted(SYLLABLES)), encoding="utf-8")
