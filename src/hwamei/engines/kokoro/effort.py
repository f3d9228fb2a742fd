"""How much work goes into a voice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hwamei.domain.language import Language
from hwamei.engines.kokoro.phrases import CHINESE, ENGLISH, TO_FIT, TO_JUDGE, TO_SKETCH, TO_TELL, Phrase


@dataclass(frozen=True, slots=True)
class Fit:
    """How the sounds are fitted: in so many steps of ascent, and what weighs how much.

    `house_share`: of the house encoder's cosine, 0..1, by which strangers differ more than by GE2E's; `mixing_cost`: of
    the share of each cepstrum's movement that is not as it was, as `sounds_fit.MIXING_SHARES` weighs them.
    """

    steps: int
    house_share: float = 0.35
    mixing_cost: float = 2.5


SEARCH_STEPS = 250
ROUNDS = 16  # the sounds that are fitted afterwards bring most of the likeness
FINALISTS = 3
SKETCH_FITS = dict.fromkeys(Language, Fit(steps=6))  # as many as there is time for
# English words stay clear where Mandarin ones would be mixed up: their fit goes on from the other's.
FITS = {Language.CHINESE: Fit(steps=32), Language.ENGLISH: Fit(steps=20, house_share=0.2, mixing_cost=1.0)}


@dataclass(frozen=True)
class Effort:
    """The usual effort; less is for trying things out quickly.

    `search_steps`: of the search that foretells; `to_sketch`: what an instant voice says once, at least one phrase of
    each language, and `sketch_fits`: how its sounds are then fitted for each; `rounds`: of two trials each;
    `finalists`: places that are judged beside the one that the instant level takes; `to_fit`: what the trials say in
    turn, `to_judge`: what all finalists say, at least one phrase of each language in both; `to_measure`: what a trained
    voice says so that its spectra can be compared with the person's; `fits`: how they are then fitted to the judges;
    `to_tell`: what it says in the end so that its likeness can be told.
    """

    search_steps: int = SEARCH_STEPS
    to_sketch: Sequence[Phrase] = TO_SKETCH
    sketch_fits: Mapping[Language, Fit] = field(default_factory=lambda: SKETCH_FITS)
    rounds: int = ROUNDS
    finalists: int = FINALISTS
    to_fit: Mapping[Language, Sequence[Phrase]] = field(default_factory=lambda: TO_FIT)
    to_judge: Sequence[Phrase] = TO_JUDGE
    to_measure: Sequence[Phrase] = (*ENGLISH, *CHINESE)
    fits: Mapping[Language, Fit] = field(default_factory=lambda: FITS)
    to_tell: Sequence[Phrase] = TO_TELL


USUAL = Effort()
