"""Make src/hwamei/speaker/house.npz: a speaker encoder, learnt from recordings of many people.

    python tools/train_speaker_encoder.py CORPUS [--part first] [--steps 750] [--seed 1]
    python tools/train_speaker_encoder.py CORPUS --kind judge --part rest --out judge.npz

CORPUS holds a folder for each person with recordings of any format, and speakers.json, which gives the `gender` of
each. Needs torch, which Hwamei itself does not. `--part first` learns from about 57 in 100 of the people of each
gender, `rest` from the others, `all` from everybody: an encoder that learnt from `rest` can judge what was fitted with
one that learnt from `first`. The same seed, threads and machine give the same numbers.

Each person's speech is also played at four other speeds; these are people of their own. Every crop goes through a
random microphone, room, noise and codec (random_rooms.py), or the encoder would learn the telephone that a person
happened to read into. The loss is additive angular margin (J. Deng et al.: *ArcFace*, CVPR 2019) plus the angular
prototypical one (J. S. Chung et al.: *In defence of metric learning for speaker recognition*, Interspeech 2020).

The shipped file learnt from `--part first` of the 106 adults of speechocean762 (J. Zhang et al., Interspeech 2021), who
read English on telephones, in 750 steps with seed 1.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import soxr
import torch
from numpy.typing import NDArray
from torch.nn import functional

from hwamei.codecs.decode import decode
from hwamei.speaker.house import LEVEL_RMS
from hwamei.speaker.log_bands import RATE_HZ
from hwamei.speaker.silence import cut_long_silences
from tools.random_rooms import Random, distorted, through_rooms
from tools.speaker_nets import House, Judge, Network, house_arrays

TARGET = Path(__file__).parent.parent / "src/hwamei/speaker/house.npz"
SHARE_OF_FIRST = 60 / 106
SPLIT_SEED = 77
SPEEDS = (1.0, 0.85, 0.92, 1.09, 1.18)
PEOPLE_PER_STEP = 24
SHORTEST_FRAMES, LONGEST_FRAMES = 150, 250  # of 10 ms
LEARNING_RATE, WEIGHT_DECAY, WARM_UP_STEPS = 3e-3, 2e-2, 60
MARGIN, SCALE = 0.2, 30.0
WITHOUT_HEARING = 0.5  # the share of crops of which some bands are hidden
REPORT_STEPS = 100

Recordings = Mapping[str, Sequence[NDArray[np.float32]]]


def main() -> None:
    """Learn and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--kind", choices=["house", "judge"], default="house")
    parser.add_argument("--part", choices=["first", "rest", "all"], default="first")
    parser.add_argument("--steps", type=int, default=750)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=TARGET)
    chosen = parser.parse_args()
    people = part_of(chosen.corpus, chosen.part)
    print(f"learning from {len(people)} people: {' '.join(people)}")
    torch.manual_seed(chosen.seed)
    network = House() if chosen.kind == "house" else Judge()
    lesson = Lesson({name: recordings(chosen.corpus / name) for name in people}, network, chosen.seed)
    lesson.learn(chosen.steps, then=lambda: write(network, chosen.out))


def write(network: Network, path: Path) -> None:
    """The weights, as float16: what hwamei.speaker.house reads, or a judge's state."""
    arrays = house_arrays(network) if isinstance(network, House) else _state(network)
    halves = {name: array.astype(np.float16) for name, array in arrays.items()}
    np.savez_compressed(path, **halves)  # type: ignore[arg-type]  # the stub takes the names for its options


def part_of(corpus: Path, part: str) -> list[str]:
    """Names of the people of this part of the corpus, in order."""
    genders = {name: facts["gender"] for name, facts in json.loads((corpus / "speakers.json").read_text()).items()}
    random = np.random.default_rng(SPLIT_SEED)
    first: set[str] = set()
    for gender in "fm":
        names = sorted(name for name, other in genders.items() if other == gender)
        random.shuffle(names)
        first.update(names[: round(len(names) * SHARE_OF_FIRST)])
    parts = {"first": first, "rest": set(genders) - first, "all": set(genders)}
    return sorted(parts[part])


def recordings(folder: Path) -> list[NDArray[np.float32]]:
    """What a person said, without silences, at one level: float32 [n] at 16 kHz each."""
    found = []
    for path in sorted(folder.iterdir()):
        audio = decode(path)
        samples = soxr.resample(audio.samples, audio.sample_rate_hz, RATE_HZ).astype(np.float32)
        speech = cut_long_silences(samples)
        found.append(speech * np.float32(LEVEL_RMS / (np.sqrt(np.mean(speech**2)) + 1e-6)))
    return found


class Lesson:
    """A network, what it learns from, and how far it is."""

    def __init__(self, people: Recordings, network: Network, seed: int) -> None:
        self.people, self.network, self.random = people, network, np.random.default_rng(seed)
        self.pupils = [(name, speed) for name in people for speed in SPEEDS]
        self.anchors = torch.nn.Parameter(torch.randn(len(self.pupils), network.dimensions) * 0.1)
        self.contrast = torch.nn.Parameter(torch.tensor([10.0, -5.0]))
        parameters = [*network.parameters(), self.anchors]
        groups = [
            {"params": parameters, "weight_decay": WEIGHT_DECAY},
            {"params": [self.contrast], "weight_decay": 0.0},
        ]
        self.optimiser = torch.optim.AdamW(groups, lr=LEARNING_RATE)

    def learn(self, steps: int, *, then: Callable[[], None]) -> None:
        """Run all steps; now and then, and at the end, print the mean losses and do what comes then."""
        self.network.train()
        began_s, losses = time.monotonic(), []
        for step in range(steps):
            rate = LEARNING_RATE * min(1, (step + 1) / WARM_UP_STEPS) * 0.5 * (1 + np.cos(np.pi * step / steps))
            for group in self.optimiser.param_groups:
                group["lr"] = rate
            losses.append(self._step(margin=MARGIN * min(1.0, 4 * step / steps)))
            if (step + 1) % REPORT_STEPS == 0:
                print(step + 1, f"{time.monotonic() - began_s:.0f} s", np.mean(losses[-REPORT_STEPS:], axis=0).round(3))
                then()
        then()

    def _step(self, *, margin: float) -> tuple[float, float]:
        chosen = self.random.choice(len(self.pupils), PEOPLE_PER_STEP, replace=False)
        heard = functional.normalize(self.network(self._lesson(chosen)), dim=1)
        angular = self._angular_loss(heard, torch.from_numpy(chosen.repeat(2)), margin)
        prototypical = self._prototypical_loss(heard)
        self.optimiser.zero_grad()
        (angular + prototypical).backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimiser.step()
        return angular.item(), prototypical.item()

    def _lesson(self, chosen: NDArray[np.int64]) -> torch.Tensor:
        """Bands of two crops by each of the chosen, [2 * chosen, bands, frames]."""
        length = 160 * int(self.random.integers(SHORTEST_FRAMES, LONGEST_FRAMES))
        crops = [crop for index in chosen for crop in self._two_crops(int(index), length)]
        with torch.no_grad():
            power = self.network.ear.power(torch.from_numpy(np.stack(crops)))
            bands = self.network.ear.bands(through_rooms(power, self.random))
        return _with_bands_hidden(bands, self.random)

    def _two_crops(self, pupil: int, length: int) -> list[NDArray[np.float32]]:
        """Of two utterances; a higher speed has a higher pitch and a shorter throat."""
        name, speed = self.pupils[pupil]
        said = self.people[name]
        chosen = self.random.choice(len(said), 2, replace=False)
        return [distorted(_crop(said[index], speed, length, self.random), self.random) for index in chosen]

    def _angular_loss(self, heard: torch.Tensor, owners: torch.Tensor, margin: float) -> torch.Tensor:
        cosines = heard @ functional.normalize(self.anchors, dim=1).T
        angles = torch.acos(cosines.clamp(-1 + 1e-6, 1 - 1e-6))
        own = functional.one_hot(owners, len(self.pupils)).bool()
        stricter = torch.cos((angles + margin).clamp(max=np.pi - 1e-3))
        return functional.cross_entropy(SCALE * torch.where(own, stricter, cosines), owners)

    def _prototypical_loss(self, heard: torch.Tensor) -> torch.Tensor:
        scores = self.contrast[0].clamp_min(1e-3) * (heard[0::2] @ heard[1::2].T) + self.contrast[1]
        order = torch.arange(len(scores))
        return (functional.cross_entropy(scores, order) + functional.cross_entropy(scores.T, order)) / 2


def _crop(samples: NDArray[np.float32], speed: float, length: int, random: Random) -> NDArray[np.float32]:
    """A random stretch of `length` samples of what was said, played at a speed: float32 [length]."""
    needed = int(np.ceil((length + 2) * speed)) + 1
    if len(samples) < needed:
        samples = np.resize(samples, needed)
    start = random.integers(0, len(samples) - needed + 1)
    stretch = samples[start : start + needed]
    played = stretch if speed == 1 else soxr.resample(stretch, RATE_HZ * speed, RATE_HZ, quality="MQ")
    crop: NDArray[np.float32] = played[:length].astype(np.float32)
    return crop


def _with_bands_hidden(bands: torch.Tensor, random: Random) -> torch.Tensor:
    for crop in bands:
        if random.random() < WITHOUT_HEARING:
            width = int(random.integers(1, len(crop) // 8))
            start = int(random.integers(0, len(crop) - width))
            crop[start : start + width] = 0
    return bands


def _state(network: Network) -> dict[str, NDArray[np.float32]]:
    return {name: value.numpy() for name, value in network.state_dict().items()}


if __name__ == "__main__":
    main()
