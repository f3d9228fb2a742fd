"""Which part of speech a word is likely to be, from its neighbours alone; enough to choose between two readings."""

from __future__ import annotations

import re
from collections.abc import Sequence

DETERMINERS = frozenset(
    "a an the this that these those my your his her its our their every each some any no another which what"
    " whose both all few many several one two three first second next last own such".split()
)
PREPOSITIONS = frozenset(
    "of in on at by for with from about into over under after before between through during without against"
    " among across near toward towards upon within like per as than via".split()
)
SUBJECTS = frozenset(
    "i you he she it we they who that which there people everyone everybody someone somebody nobody".split()
)
THIRD_PERSON = frozenset("he she it who everyone everybody someone somebody nobody".split())
MODALS = frozenset(
    "to will would can could shall should may might must do does did don't doesn't didn't won't can't cannot"
    " couldn't wouldn't shouldn't i'll you'll he'll she'll it'll we'll they'll i'd you'd he'd she'd we'd"
    " they'd let's please let help helps helped make makes made gonna wanna us".split()
)
BE = frozenset(
    "is are was were be been being am isn't aren't wasn't weren't i'm you're he's she's it's we're they're"
    " get gets got getting".split()
)
HAVE = frozenset("have has had having haven't hasn't hadn't i've you've we've they've".split())
ADVERBS = frozenset(
    "not never always often already just ever also still usually sometimes rarely seldom once then now".split()
)
OBJECTS = frozenset(
    "me him them us it her you everything something nothing up down off out away back aside apart".split()
)
CONJUNCTIONS = frozenset("and or but nor so yet because if when while although though unless until since where".split())
_PAST = frozenset(
    "yesterday ago last twice once earlier was were had did said went came saw took gave found left told knew"
    " thought blew wrote spoke stood sat fell began ran got made felt kept heard".split()
)
_FUTURE = frozenset("will tomorrow now every always often usually today next can must should let please to".split())


def tags(words: Sequence[str], index: int) -> tuple[str, ...]:
    """The parts of speech that the word may be, the likeliest first, named as in the dictionary's keys."""
    lower = [word.lower() for word in words]
    before, after = _before(lower, index), lower[index + 1] if index + 1 < len(lower) else None
    if before is None:
        return _opening(after)
    if before in HAVE or (before in BE and lower[index] in ("read", "wound", "reread")):
        return ("VBN", "VERB")
    if before in MODALS and not (before == "to" and index > 1 and lower[index - 2] in ("close", "due", "according")):
        return ("VERB",)
    if before not in BE and _is_subject(words, lower, index):
        return _as_verb(lower, index)
    return _in_phrase(before, after)


def _in_phrase(before: str, after: str | None) -> tuple[str, ...]:
    """What a word is that no verb group claims."""
    if before in BE:
        return ("ADJ",)
    if before in DETERMINERS or before in PREPOSITIONS or before.endswith("'s"):
        return ("NOUN",) if _is_function_word(after) else ("ADJ", "NOUN")
    if before.endswith("ly"):
        return ("VERB",) if after in DETERMINERS | OBJECTS | PREPOSITIONS else ("ADJ",)
    if before in CONJUNCTIONS:
        return ("VERB",) if after in DETERMINERS | OBJECTS else ("ADJ", "NOUN")
    return ("VERB",) if after in OBJECTS and after != "it" else ("NOUN", "ADJ")


def is_past(words: Sequence[str], index: int) -> bool:
    """Whether the clause around the word tells of the past."""
    around = [word.lower() for word in words[max(0, index - 8) : index + 9]]
    nearby = [word.lower() for word in words[max(0, index - 3) : index]]
    if any(word in _FUTURE for word in nearby):
        return False
    return any(word in _PAST or (len(word) > 4 and word.endswith("ed")) for word in around)


def _before(lower: Sequence[str], index: int) -> str | None:
    """The word before, adverbs left out."""
    position = index - 1
    while position > 0 and lower[position] in ADVERBS:
        position -= 1
    return lower[position] if position >= 0 else None


def _opening(after: str | None) -> tuple[str, ...]:
    """At the beginning: an order to do something, if an object follows."""
    return ("VERB",) if after in DETERMINERS | OBJECTS and after != "of" else ("ADJ", "NOUN")


def _is_subject(words: Sequence[str], lower: Sequence[str], index: int) -> bool:
    before = _before(lower, index)
    after = lower[index + 1] if index + 1 < len(lower) else None
    if before is None or (before in SUBJECTS and not (before in DETERMINERS and before != "that")):
        return before is not None and (before != "that" or index > 1)
    name = words[index - 1][:1].isupper() and index > 0 and before not in DETERMINERS | PREPOSITIONS
    if name and lower[index].endswith("s") and after in PREPOSITIONS | DETERMINERS | OBJECTS:
        return True
    plural = re.search(r"[a-z]{2,}(?<![su])s$", before) is not None and not before.endswith(("ss", "'s"))
    return plural and not lower[index].endswith("s") and (_can_follow_verb(after) or (index == 1 and after is not None))


def _can_follow_verb(after: str | None) -> bool:
    return after in DETERMINERS | OBJECTS | PREPOSITIONS | frozenset(("here", "there", "together", "alone", "longer"))


def _as_verb(lower: Sequence[str], index: int) -> tuple[str, ...]:
    """A finite verb; without an ending it is past after "he" and "she"."""
    before = _before(lower, index)
    if before in THIRD_PERSON and not lower[index].endswith("s"):
        return ("VBD", "VERB")
    return ("VBD", "VERB") if is_past(lower, index) else ("VERB",)


def _is_function_word(word: str | None) -> bool:
    return (
        word is None
        or word in PREPOSITIONS | BE | HAVE | MODALS | CONJUNCTIONS | SUBJECTS | DETERMINERS | ADVERBS | OBJECTS
    )
