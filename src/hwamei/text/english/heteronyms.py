"""Words whose reading hangs on their meaning and not on their part of speech alone, with the words that tell."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SOURCES = (
    # the word, what must stand before it, what must stand after it, its reading
    ("lead", r"\b(?:of|contains?|molten|contain|containing|white|red|heavy as|tetraethyl|like|with|and)$", r"^(?:$|pipes?|paint|poison|,)", "lˈɛd"),
    ("lead", r"", r"^(?:pipes?|paint|poison\w*|acid|battery|batteries|bullets?|weights?|ore|mines?|based|free|content|levels)\b", "lˈɛd"),
    ("minute", r"", r"^(?:details?|differences?|amounts?|particles?|quantit\w+|traces?|fractions?|changes|variations|scrutiny|crack\w*)\b", "mInˈut"),
    ("minute", r"\b(?:so|very|extremely|almost|too|is|are)$", r"^(?:that|$)", "mInˈut"),
    ("bass", r"\b(?:sea|largemouth|smallmouth|striped|caught an?|caught|fresh|grilled|freshwater)$", r"", "bˈæs"),
    ("bass", r"", r"^(?:fish\w*|fillet|boat)\b", "bˈæs"),
    ("bass", r"", r"", "bˈAs"),
    ("bow", r"\b(?:took a|take a|a deep|a low|a final|the ship's|ship's|boat's)$", r"", "bˈW"),
    ("bow", r"", r"^of the (?:ship|boat|vessel|yacht|ferry)\b", "bˈW"),
    ("resume", r"\b(?:a|my|your|his|her|their|the|our|updated|new|strong)$", r"^(?!the|our|normal)", "ɹˈɛzəmˌA"),
    ("resumes", r"\b(?:my|your|their|the|our|of|send|hundred|many)$", r"", "ɹˈɛzəmˌAz"),
    ("tear", r"\bwear and$", r"", "tˈɛɹ"),
    ("tears", r"\b(?:he|she|it)$", r"", "tˈɛɹz"),
    ("row", r"\b(?:had a|blazing|heated|bitter|angry|furious)$", r"^(?:$|with|over|about)", "ɹˈW"),
    ("content", r"\b(?:is|are|was|were|am|be|been|feels?|felt|seems?|seemed|looked|quite|perfectly|not|very|happy and)$", r"^(?:with|to|$|and|that)", "kəntˈɛnt"),
    ("content", r"", r"^with (?:her|his|my|their|the|what|life)", "kəntˈɛnt"),
    ("content", r"", r"", "kˈɑntɛnt"),
    ("invalid", r"\b(?:an elderly|a bedridden|the poor)$", r"^(?:$|who|in)", "ˈɪnvəlɪd"),
    ("invalid", r"", r"", "ɪnvˈælɪd"),
    ("used", r"\b(?:is|are|was|were|be|been|being)$", r"^to (?!the|a|an|it|this|that|these|those|my|your|his|her|our|their|\w+ing\b)\w", "jˈuzd"),
    ("used", r"", r"^to\b", "jˈust"),
    ("does", r"\b(?:bucks? and|two|three|several|the) $", r"", "dˈOz"),
    ("sewer", r"", r"", "sˈuəɹ"),
    ("wind", r"", r"^(?:up|down|back|through|around|the (?:clock|watch|toy|handle|thread|string|bandage)|(?:her|his|my|your) watch)\b", "wˈInd"),
    ("winds", r"", r"^(?:up|down|back|through|around|along|its way)\b", "wˈIndz"),
    ("wound", r"", r"^(?:up|down|around|through|the (?:clock|watch|thread)|its way)\b", "wˈWnd"),
    ("close", r"", r"^(?:to|by|friends?|together|enough|relatives?|call|attention|look|range|up|behind|relationship|contact|ties|proximity|second)\b", "klˈOs"),
    ("close", r"\b(?:very|so|too|how|as|is|are|was|were|get|gets|got|came|come|stay|stayed|stand|stood|quite|pretty|really)$", r"", "klˈOs"),
    ("live", r"", r"^(?:music|show|shows|broadcast|concert|concerts|performance|audience|stream\w*|updates?|coverage|recording|wire|bait|animals?|fish|tv|television|events?|video|chat|ammunition|from)\b", "lˈIv"),
    ("live", r"\b(?:go|goes|going|went|broadcast|performed|shown|streamed|is|are|was|were)$", r"", "lˈIv"),
    ("lives", r"\b(?:my|your|his|her|our|their|many|save|saved|lost|of|the|human|innocent|daily|people's|private|normal|busy|nine|whose|million|all)$", r"", "lˈIvz"),
    ("lives", r"", r"", "lˈɪvz"),
    ("read", r"\b(?:well|widely)$", r"", "ɹˈɛd"),
    ("present", r"\b(?:at)$", r"", "pɹˈɛzᵊnt"),
    ("desert", r"\b(?:to|will|would|not|never|they|soldiers|didn't|don't)$", r"", "dəzˈɜɹt"),
    ("dove", r"\b(?:he|she|they|we|i|it|who|then|and)$", r"^(?:into|in|down|off|under|deep|for|headfirst|to)\b", "dˈOv"),
    ("number", r"", r"", "nˈʌmbəɹ"),
    ("refuse", r"\b(?:of|household|collect|collects|kitchen|garden)$", r"", "ɹˈɛfjˌus"),
    ("refuse", r"", r"^(?:collection|bins?|dump|heap|truck|disposal)\b", "ɹˈɛfjˌus"),
    ("object", r"\b(?:i|we|they|you|strongly|to|not)$", r"^(?:to|that|$)", "əbʤˈɛkt"),
    ("perfect", r"\b(?:to|and)$", r"^(?:the|my|your|his|her|our|their|it)\b", "pəɹfˈɛkt"),
    ("produce", r"\b(?:fresh|organic|local|farm|garden|buy|seasonal|green|the)$", r"^(?:$|and|from|section|aisle|at|in|is|market|stand|,)", "pɹˈOdˌus"),
)  # fmt: skip
_RULES: dict[str, tuple[tuple[re.Pattern[str], re.Pattern[str], str], ...]] = {
    word: tuple((re.compile(b), re.compile(a), reading) for w, b, a, reading in _SOURCES if w == word)
    for word in {source[0] for source in _SOURCES}
}


def by_meaning(words: Sequence[str], index: int) -> str | None:
    """The reading that the neighbours of a word tell, None if it is none of these words or they do not tell."""
    word = words[index]
    if word == "Polish" and index > 0:
        return "pˈOlɪʃ"
    rules = _RULES.get(word.lower())
    if rules is None:
        return None
    before = " ".join(words[max(0, index - 3) : index]).lower()
    after = " ".join(words[index + 1 : index + 4]).lower()
    for needs_before, needs_after, reading in rules:
        if needs_before.search(before) and needs_after.search(after):
            return reading
    return None
