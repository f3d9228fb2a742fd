"""Training in a world where the surrogate is wrong in a known way, so that what can be learnt is known too."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hwamei.domain.language import Language
from hwamei.engines.kokoro.effort import Effort
from hwamei.engines.kokoro.phrases import Phrase
from hwamei.engines.kokoro.runtime import Runtime
from hwamei.engines.kokoro.search import most_alike
from hwamei.engines.kokoro.style_space import Floats, StyleSpace
from hwamei.engines.kokoro.surrogate import surrogate
from hwamei.engines.kokoro.target import Target
from hwamei.engines.kokoro.training import Outcome, Training
from hwamei.engines.kokoro.trial import Booth, Trial
from hwamei.speaker.ge2e import SpeakerEncoder, likeness
from hwamei.testing import Interrupted, MemoryCheckpoints
from tests.engines.kokoro.people import UNHEARD, unheeded

EVEN = np.zeros(40, np.float32)
FEW = Effort(rounds=4, finalists=2)


class ShiftedBooth(Booth):
    """Voices sound as the surrogate foretells those of another place to sound, a fixed step away; phrases matter a
    little. It answers at once where the real one speaks and listens for seconds."""

    def try_out(self, coordinates: Floats, phrase: Phrase) -> Trial:
        chance = np.random.default_rng(sum(phrase.tokens)).standard_normal(48) * 0.1
        place = (coordinates + SHIFT + chance).astype(np.float32)
        voice = surrogate().embeddings(place[None], phrase.language, self.target.spectrum)[0]
        unit = (voice / np.linalg.norm(voice)).astype(np.float32)
        return Trial(coordinates, phrase.language, unit, EVEN, 150.0, 0.2)


SHIFT = np.random.default_rng(99).standard_normal(48)


@pytest.fixture
def training(runtime: Runtime, encoder: SpeakerEncoder, space: StyleSpace) -> Training:
    return a_training(runtime, encoder, space)


def a_training(runtime: Runtime, encoder: SpeakerEncoder, space: StyleSpace, *, person: int = 1) -> Training:
    place = np.random.default_rng(person).standard_normal(48).astype(np.float32)
    voice = surrogate().embeddings(place[None], Language.ENGLISH, EVEN)[0]
    target = Target((voice / np.linalg.norm(voice)).astype(np.float32), UNHEARD, EVEN, None, None)
    start = most_alike(surrogate(), target, space, steps=40)
    return Training(ShiftedBooth(runtime, encoder, space, target), surrogate(), start, 3, FEW)


def test_the_same_seed_gives_the_same_voice_and_another_another(training: Training) -> None:
    first, again = (run(training) for _ in range(2))
    np.testing.assert_array_equal(first.coordinates, again.coordinates)
    assert first.likeness == again.likeness
    checkpoints = [MemoryCheckpoints() for _ in range(2)]
    for seed, kept in enumerate(checkpoints):
        replace(training, seed=seed).run(unheeded, kept)
    assert checkpoints[0].load() != checkpoints[1].load()


@pytest.mark.long("trains a voice for each checkpoint")
@pytest.mark.parametrize("saves", [1, 3, 4])
def test_resumed_from_any_checkpoint_it_ends_where_the_uninterrupted_does(saves: int, training: Training) -> None:
    uninterrupted = run(training)
    checkpoints = MemoryCheckpoints()
    told: list[float] = []

    def interrupt(percent: float) -> None:
        told.append(percent)
        if len(told) > saves:
            raise Interrupted

    with pytest.raises(Interrupted):
        training.run(interrupt, checkpoints)
    later: list[float] = []
    resumed = training.run(later.append, checkpoints)
    np.testing.assert_array_equal(resumed.coordinates, uninterrupted.coordinates)
    assert resumed.likeness == uninterrupted.likeness
    assert later[0] >= told[saves - 1]  # what was done is not done again


@pytest.mark.long("trains several voices")
def test_the_checkpoint_of_another_person_seed_or_effort_is_ignored(
    training: Training, runtime: Runtime, encoder: SpeakerEncoder, space: StyleSpace
) -> None:
    expected = run(training)
    others = (
        a_training(runtime, encoder, space, person=2),
        replace(training, seed=4),
        replace(training, effort=replace(FEW, rounds=3)),
    )
    for other in others:
        checkpoints = MemoryCheckpoints()
        other.run(unheeded, checkpoints)
        told: list[float] = []
        outcome = training.run(told.append, checkpoints)
        assert told[0] == 0
        np.testing.assert_array_equal(outcome.coordinates, expected.coordinates)


@pytest.mark.parametrize("damage", [b"", b"PK", b"\x00" * 100])
def test_a_damaged_checkpoint_is_ignored(damage: bytes, training: Training) -> None:
    checkpoints = MemoryCheckpoints()
    checkpoints.save(damage)
    told: list[float] = []
    training.run(told.append, checkpoints)
    assert told[0] == 0


@pytest.mark.parametrize("person", [1, 2, 5])
def test_never_less_like_the_person_than_where_it_began(
    person: int, runtime: Runtime, encoder: SpeakerEncoder, space: StyleSpace
) -> None:
    training = a_training(runtime, encoder, space, person=person)
    outcome = run(training)
    assert outcome.likeness >= heard(training, training.start)
    assert outcome.likeness == pytest.approx(heard(training, outcome.coordinates))


def test_where_trying_does_not_help_the_beginning_is_kept(training: Training) -> None:
    """A person who sounds exactly as the beginning is heard."""
    voice = training.booth.try_out(training.start, FEW.to_judge[0]).embedding
    target = replace(training.booth.target, embedding=voice)
    effort = replace(FEW, rounds=1, finalists=1, to_judge=FEW.to_judge[:1])
    exact = replace(training, booth=replace(training.booth, target=target), effort=effort)
    np.testing.assert_array_equal(run(exact).coordinates, training.start)


@pytest.mark.long("trains with more rounds")
def test_more_rounds_learn_how_the_surrogate_errs(training: Training) -> None:
    learnt = run(replace(training, effort=Effort(rounds=12)))
    assert learnt.likeness > heard(training, training.start) + 0.004


def run(training: Training) -> Outcome:
    return training.run(unheeded, MemoryCheckpoints())


def heard(training: Training, place: Floats) -> float:
    """Mean likeness over the phrases that judge."""
    booth = training.booth
    voices = [booth.try_out(place, phrase).embedding for phrase in training.effort.to_judge]
    return float(np.mean([likeness(voice, booth.target.embedding) for voice in voices]))
