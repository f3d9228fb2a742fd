"""How much work goes into a voice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hwamei.domain.language import Language
from hwamei.engines.kokoro.phrases import CHINESE, ENGLISH, TO_FIT, TO_JUDGE, TO_SKETCH, TO_TELL, Phrase

SEARCH_STEPS = 250
ROUNDS = 16  # the sounds that are fitted afterwards bring most of the likeness
FINALISTS = 3
FIT_STEPS = 32
SKETCH_STEPS = 6  # as many as there is time for


@dataclass(frozen=True)
class Effort:
    """The usual effort; less is for trying things out quickly.

    `search_steps`: of the search that foretells; `to_sketch`: what an instant voice says once, at least one phrase of
    each language, and `sketch_steps`: in which its sounds are then fitted; `rounds`: of two trials each; `finalists`:
    places that are judged beside the one that the instant level takes; `to_fit`: what the trials say in turn,
    `to_judge`: what all finalists say, at least one phrase of each language in both; `to_measure`: what a trained voice
    says so that its spectra can be compared with the person's; `fit_steps`: in which they are then fitted to the
    judges; `to_tell`: what it says in the end so that its likeness can be told.
    """

    search_steps: int = SEARCH_STEPS
    to_sketch: Sequence[Phrase] = TO_SKETCH
    sketch_steps: int = SKETCH_STEPS
    rounds: int = ROUNDS
    finalists: int = FINALISTS
    to_fit: Mapping[Language, Sequence[Phrase]] = field(default_factory=lambda: TO_FIT)
    to_judge: Sequence[Phrase] = TO_JUDGE
    to_measure: Sequence[Phrase] = (*ENGLISH, *CHINESE)
    fit_steps: int = FIT_STEPS
    to_tell: Sequence[Phrase] = TO_TELL


USUAL = Effort()
