"""Measure how often hwamei.speaker.several tells one person from two, on a corpus of real voices.

    python tools/calibrate_several_speakers.py CORPUS

CORPUS holds a folder for each person with recordings of the same session, and speakers.json, which gives the `gender`
of each. One person: everything they said joined, and stretches of it. Two: the halves or a quarter by another person,
or turns of one utterance each; as recorded, and with the second person's colour made the first's, as on one
microphone.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, cycle, islice, product
from pathlib import Path

import numpy as np
import soxr

from hwamei.codecs.decode import decode
from hwamei.domain.audio import Audio, Samples
from hwamei.dsp.fir import equalise
from hwamei.dsp.reference import speech_only
from hwamei.dsp.spectrum import equaliser, long_term_spectrum
from hwamei.settings import Settings
from hwamei.speaker.ge2e import SpeakerEncoder, open_encoder
from hwamei.speaker.several import speakers_heard

RATE_HZ = 16_000
MIXTURES = 240
STRETCHES_S = (6, 10, 15, 25, 40)
LARGEST_GAIN_DB = 20.0

Corpus = Mapping[str, Sequence[Samples]]


def main(folder: Path) -> None:
    """Print the share of each kind that is taken for more than one person."""
    encoder = open_encoder(Settings())
    genders = {name: facts["gender"] for name, facts in json.loads((folder / "speakers.json").read_text()).items()}
    corpus = {name: [_speech(path) for path in sorted((folder / name).glob("*.opus"))] for name in sorted(genders)}
    found = defaultdict(list)
    for kind, samples in chain(_of_one(corpus), _of_two(corpus, genders)):
        found[kind].append(_is_several(samples, encoder))
    for kind, answers in found.items():
        print(f"{kind:60} {np.mean(answers):6.1%} of {len(answers)} taken for several")


def _speech(path: Path) -> Samples:
    speech = speech_only(decode(path))
    samples: Samples = soxr.resample(speech.samples, speech.sample_rate_hz, RATE_HZ).astype(np.float32)
    return samples


def _is_several(samples: Samples, encoder: SpeakerEncoder) -> bool:
    return speakers_heard([Audio(samples, RATE_HZ)], encoder) > 1


def _of_one(corpus: Corpus) -> Iterator[tuple[str, Samples]]:
    chance = np.random.default_rng(1)
    for utterances in corpus.values():
        samples = np.concatenate(utterances)
        yield "one person, all", samples
        for seconds in STRETCHES_S:
            start = chance.integers(max(1, len(samples) - seconds * RATE_HZ))
            yield f"one person, {seconds} s", samples[start : start + seconds * RATE_HZ]


def _of_two(corpus: Corpus, genders: Mapping[str, str]) -> Iterator[tuple[str, Samples]]:
    chance = np.random.default_rng(0)
    names = sorted(corpus)
    for shape, same, matched in islice(cycle(product(SHAPES, (True, False), (True, False))), MIXTURES):
        first = names[chance.integers(len(names))]
        others = [name for name in names if name != first and (genders[name] == genders[first]) == same]
        second = corpus[others[chance.integers(len(others))]]
        if matched:
            second = _coloured_as(second, np.concatenate(corpus[first]))
        mixture = SHAPES[shape](corpus[first], second)
        kind = f"two, {shape}, {'same' if same else 'other'} gender{', one colour' if matched else ''}"
        yield kind, np.concatenate(mixture)


def _coloured_as(utterances: Sequence[Samples], model: Samples) -> list[Samples]:
    """The utterances with the long-term spectrum and the level of the model."""
    samples = np.concatenate(utterances)
    gains_db = long_term_spectrum(Audio(model, RATE_HZ)) - long_term_spectrum(Audio(samples, RATE_HZ))
    coloured = equalise(samples, equaliser(np.clip(gains_db, -LARGEST_GAIN_DB, LARGEST_GAIN_DB), RATE_HZ))
    coloured *= np.sqrt(np.mean(model**2) / np.mean(coloured**2))
    return np.split(coloured, np.cumsum([len(utterance) for utterance in utterances])[:-1])


def _halves(one: Sequence[Samples], other: Sequence[Samples]) -> list[Samples]:
    return [*one[:6], *other[:6]]


def _turns(one: Sequence[Samples], other: Sequence[Samples]) -> list[Samples]:
    return list(chain.from_iterable(zip(one[:6], other[:6], strict=True)))


def _quarter(one: Sequence[Samples], other: Sequence[Samples]) -> list[Samples]:
    length = sum(map(len, one[:9])) // 3
    return [*one[:9], np.concatenate(other)[:length]]


SHAPES = {"halves": _halves, "turns": _turns, "a quarter": _quarter}

if __name__ == "__main__":
    main(Path(sys.argv[1]))
