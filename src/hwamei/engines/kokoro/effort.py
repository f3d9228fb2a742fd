"""How much work goes into a voice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hwamei.domain.language import Language
from hwamei.engines.kokoro.phrases import CHINESE, ENGLISH, TO_FIT, TO_JUDGE, Phrase

SEARCH_STEPS = 250
ROUNDS = 32  # with the judging, two minutes on two cores of 2.5 GHz without VNNI, one with
FINALISTS = 4


@dataclass(frozen=True)
class Effort:
    """The usual effort; less is for trying things out quickly.

    `search_steps`: of the search that foretells; `rounds`: of two trials each; `finalists`: places that are judged
    beside the one that the instant level takes; `to_fit`: what the trials say in turn, `to_judge`: what all finalists
    say, at least one phrase of each language in both; `to_measure`: what a trained voice says so that its spectra can
    be compared with the person's.
    """

    search_steps: int = SEARCH_STEPS
    rounds: int = ROUNDS
    finalists: int = FINALISTS
    to_fit: Mapping[Language, Sequence[Phrase]] = field(default_factory=lambda: TO_FIT)
    to_judge: Sequence[Phrase] = TO_JUDGE
    to_measure: Sequence[Phrase] = (*ENGLISH, *CHINESE)


USUAL = Effort()
