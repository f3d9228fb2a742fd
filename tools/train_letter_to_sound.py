"""Train the letter-to-sound model that says English words which no dictionary has.

It learns from the two US dictionaries of the `misaki` package (Apache-2.0): letters and sounds are aligned by
expectation maximisation (each letter says none, one or two sounds), then a small network learns to name the sounds of a
letter from the letters around it and the sounds before it. Every fiftieth word (by a hash of its spelling) is held out;
the phone error rate on those is printed.

Run: `python tools/train_letter_to_sound.py` (needs numpy, scipy; about 15 minutes on one core). Same seed, same file.
"""

from __future__ import annotations

import argparse
import json
import math
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

TARGET = Path(__file__).parent.parent / "src/hwamei/text/data/letter_to_sound.npz"
LETTERS = "abcdefghijklmnopqrstuvwxyz'"
REACH = 6  # letters looked at on either side
HISTORY = 3  # sounds of earlier letters looked at
HIDDEN = (384, 192)
EM_WORDS, EM_ROUNDS = 30_000, 5
BATCH = 1024
LEARNING_RATE = 2e-3
SEED = 20261121

Chunk = tuple[str, ...]
"""The sounds of one letter: none, one or two; a vowel carries its stress mark."""
Pair = tuple[str, tuple[str, ...]]
"""A spelling and its sounds."""
Floats = NDArray[np.float32]


def main() -> None:
    """Align, train, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--words", type=int, default=None, help="use only so many words (to try things out)")
    arguments = parser.parse_args()
    pairs = dictionary()[: arguments.words]
    held_out = [pair for pair in pairs if zlib.crc32(pair[0].encode()) % 50 == 0]
    training = [pair for pair in pairs if zlib.crc32(pair[0].encode()) % 50 != 0]
    chances = align(training[:: max(1, len(training) // EM_WORDS)])
    aligned = [(word, chunks) for word, sounds in training if (chunks := best_alignment(word, sounds, chances))]
    counts = Counter(chunk for _, chunks in aligned for chunk in chunks)
    names = [chunk for chunk, count in counts.most_common() if count >= 20]
    print(f"{len(aligned)} words aligned, {len(names)} chunks of sounds")
    network = train(aligned, names, epochs=arguments.epochs)
    save(network, names)
    print(f"{TARGET.stat().st_size} bytes; held out: {len(held_out)} words, {held_out_report(held_out)}")


def dictionary() -> list[Pair]:
    """All words of letters alone, lower case, with their first reading, in a fixed shuffled order."""
    spec = find_spec("misaki")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("misaki is not installed")
    folder = Path(spec.submodule_search_locations[0]) / "data"
    readings: dict[str, str] = {}
    for name in ("us_silver.json", "us_gold.json"):
        for word, entry in json.loads((folder / name).read_bytes()).items():
            reading = entry if isinstance(entry, str) else entry["DEFAULT"]
            lower = word.lower()
            if len(word) > 2 and not word.isupper() and set(lower) <= set(LETTERS) and reading:
                readings[lower] = reading
    pairs = [(word, sounds_of(reading)) for word, reading in sorted(readings.items())]
    order = np.random.default_rng(SEED).permutation(len(pairs))
    return [pairs[index] for index in order]


def sounds_of(reading: str) -> tuple[str, ...]:
    """The sounds of a reading, stress marks joined to what follows them."""
    sounds, stress = [], ""
    for char in reading:
        if char in "ˈˌ":
            stress = char
        else:
            sounds.append(stress + char)
            stress = ""
    return tuple(sounds)


def align(pairs: Sequence[Pair]) -> dict[tuple[str, Chunk], float]:
    """The chance of each chunk of sounds for each letter, by expectation maximisation."""
    chances: dict[tuple[str, Chunk], float] = defaultdict(lambda: 1.0)
    for _ in range(EM_ROUNDS):
        counts: dict[tuple[str, Chunk], float] = defaultdict(float)
        for word, sounds in pairs:
            expect(word, sounds, chances, counts)
        totals: dict[str, float] = defaultdict(float)
        for (letter, _chunk), count in counts.items():
            totals[letter] += count
        chances = defaultdict(float, {key: count / totals[key[0]] for key, count in counts.items()})
    return chances


def expect(
    word: str,
    sounds: Sequence[str],
    chances: dict[tuple[str, Chunk], float],
    counts: dict[tuple[str, Chunk], float],
) -> None:
    """Add to `counts` how often each letter is expected to say each chunk in this word."""
    rows, columns = len(word) + 1, len(sounds) + 1
    forward = [[0.0] * columns for _ in range(rows)]
    backward = [[0.0] * columns for _ in range(rows)]
    forward[0][0] = backward[-1][-1] = 1.0
    steps = [
        (row, column, size, (word[row], tuple(sounds[column : column + size])))
        for row in range(rows - 1)
        for column in range(columns)
        for size in range(min(3, columns - column))
    ]
    for row, column, size, key in steps:
        forward[row + 1][column + size] += forward[row][column] * chances[key]
    for row, column, size, key in reversed(steps):
        backward[row][column] += chances[key] * backward[row + 1][column + size]
    total = forward[-1][-1]
    if total <= 0:
        return
    for row, column, size, key in steps:
        share = forward[row][column] * chances[key] * backward[row + 1][column + size] / total
        if share > 0:
            counts[key] += share


def best_alignment(
    word: str, sounds: Sequence[str], chances: dict[tuple[str, Chunk], float]
) -> tuple[Chunk, ...] | None:
    """The chunk that each letter says in the likeliest alignment, None if there is none."""
    best: dict[int, tuple[float, tuple[Chunk, ...]]] = {0: (0.0, ())}
    for letter in word:
        following: dict[int, tuple[float, tuple[Chunk, ...]]] = {}
        for column, (score, chunks) in best.items():
            for size in range(min(3, len(sounds) - column + 1)):
                chunk = tuple(sounds[column : column + size])
                chance = chances.get((letter, chunk), 0.0)
                if chance <= 1e-7:
                    continue
                scored = score + math.log(chance)
                if column + size not in following or scored > following[column + size][0]:
                    following[column + size] = (scored, (*chunks, chunk))
        best = following
    return best[len(sounds)][1] if len(sounds) in best else None


@dataclass(frozen=True)
class Network:
    """Two hidden layers; `weights`: three matrices, `biases`: three vectors, float32."""

    weights: list[Floats]
    biases: list[Floats]


def examples(
    aligned: Iterable[tuple[str, tuple[Chunk, ...]]], names: Sequence[Chunk]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """For each letter: the features that are on, int32 [letters, features], and its chunk, int32 [letters]."""
    number = {chunk: index for index, chunk in enumerate(names)}
    features, answers = [], []
    for word, chunks in aligned:
        if any(chunk not in number for chunk in chunks):
            continue
        said = [number[chunk] for chunk in chunks]
        for position in range(len(word)):
            features.append(features_at(word, position, said[:position], len(names)))
            answers.append(said[position])
    return np.array(features, np.int32), np.array(answers, np.int32)


def features_at(word: str, position: int, said: Sequence[int], chunks: int) -> list[int]:
    """The features that are on: a letter (or the edge) for each place around, a chunk for each one before."""
    width = len(LETTERS) + 1
    features = []
    for place, index in enumerate(range(position - REACH, position + REACH + 1)):
        inside = 0 <= index < len(word)
        features.append(place * width + (LETTERS.index(word[index]) + 1 if inside else 0))
    base = (2 * REACH + 1) * width
    before = [said[-back] + 1 if len(said) >= back else 0 for back in range(1, HISTORY + 1)]
    return features + [base + back * (chunks + 1) + chunk for back, chunk in enumerate(before)]


def train(aligned: Sequence[tuple[str, tuple[Chunk, ...]]], names: Sequence[Chunk], *, epochs: int) -> Network:
    """A network that names the chunk of a letter, by Adam on the cross entropy."""
    features, answers = examples(aligned, names)
    inputs = (2 * REACH + 1) * (len(LETTERS) + 1) + HISTORY * (len(names) + 1)
    rng = np.random.default_rng(SEED)
    sizes = (inputs, *HIDDEN, len(names))
    active = (features.shape[1], *HIDDEN)
    weights = [
        (rng.standard_normal((sizes[i], sizes[i + 1])) * math.sqrt(2 / active[i])).astype(np.float32) for i in range(3)
    ]
    biases = [np.zeros(size, np.float32) for size in sizes[1:]]
    network = Network(weights, biases)
    optimiser = Adam([*weights, *biases])
    batches = math.ceil(len(answers) / BATCH)
    for epoch in range(epochs):
        order, loss = rng.permutation(len(answers)), 0.0
        for batch in range(batches):
            rows = order[batch * BATCH : (batch + 1) * BATCH]
            left = 1 - (epoch * batches + batch) / (epochs * batches)
            step_loss, gradients = gradient(network, features[rows], answers[rows], rng)
            optimiser.step(gradients, LEARNING_RATE * left)
            loss += step_loss / batches
        print(f"epoch {epoch + 1}: loss {loss:.4f}", flush=True)
    return network


def gradient(
    network: Network, features: NDArray[np.int32], answers: NDArray[np.int32], rng: np.random.Generator
) -> tuple[float, list[Floats]]:
    """The mean loss of a batch and its gradients in the order of the weights and then the biases."""
    count, on = features.shape
    ones = np.ones(count * on, np.float32)
    shape = (count, network.weights[0].shape[0])
    inputs = sparse.csr_matrix((ones, features.ravel(), np.arange(0, count * on + 1, on)), shape=shape)
    first = np.maximum(inputs @ network.weights[0] + network.biases[0], 0)
    kept = (rng.random(first.shape, dtype=np.float32) < 0.9).astype(np.float32) / np.float32(0.9)
    first *= kept
    second = np.maximum(first @ network.weights[1] + network.biases[1], 0)
    scores = second @ network.weights[2] + network.biases[2]
    scores -= scores.max(axis=1, keepdims=True)
    chances = np.exp(scores)
    chances /= chances.sum(axis=1, keepdims=True)
    rows = np.arange(count)
    loss = float(-np.log(chances[rows, answers] + 1e-9).mean())
    chances[rows, answers] -= 1
    chances /= count
    back_second = (chances @ network.weights[2].T) * (second > 0)
    back_first = (back_second @ network.weights[1].T) * (first > 0) * kept
    return loss, [
        np.asarray(inputs.T @ back_first),
        first.T @ back_second,
        second.T @ chances,
        back_first.sum(axis=0),
        back_second.sum(axis=0),
        chances.sum(axis=0),
    ]


class Adam:
    """Kingma and Ba 2015, with their constants."""

    def __init__(self, parameters: Sequence[Floats]) -> None:
        self._parameters = parameters
        self._means = [np.zeros_like(parameter) for parameter in parameters]
        self._squares = [np.zeros_like(parameter) for parameter in parameters]
        self._steps = 0

    def step(self, gradients: Sequence[Floats], rate: float) -> None:
        """Move the parameters, in place."""
        self._steps += 1
        rate *= math.sqrt(1 - 0.999**self._steps) / (1 - 0.9**self._steps)
        for index, slope in enumerate(gradients):
            self._means[index] += 0.1 * (slope - self._means[index])
            self._squares[index] += 0.001 * (slope * slope - self._squares[index])
            step = np.float32(rate) * self._means[index] / (np.sqrt(self._squares[index]) + 1e-8)
            np.subtract(self._parameters[index], step, out=self._parameters[index])


def save(network: Network, names: Sequence[Chunk]) -> None:
    """Write the weights as int8 with one scale a column, the biases as they are, and the names of the chunks."""
    arrays: dict[str, NDArray[np.generic]] = {"chunks": np.array([" ".join(chunk) for chunk in names])}
    for index, (weights, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
        scale = np.maximum(np.abs(weights).max(axis=0), 1e-9) / 127
        arrays[f"weights_{index}"] = np.round(weights / scale).astype(np.int8)
        arrays[f"scale_{index}"] = scale.astype(np.float32)
        arrays[f"bias_{index}"] = bias.astype(np.float32)
    np.savez_compressed(TARGET, allow_pickle=False, **arrays)


def held_out_report(pairs: Sequence[Pair]) -> str:
    """Phone and word error rates of the file just written, with stress and without."""
    from hwamei.text.english.letter_to_sound import letter_to_sound

    errors = plain_errors = phones = wrong = 0
    for word, sounds in pairs:
        said = sounds_of(letter_to_sound(word))
        errors += distance(said, sounds)
        plain_errors += distance([s[-1] for s in said], [s[-1] for s in sounds])
        phones += len(sounds)
        wrong += said != sounds
    return (
        f"phone error rate {errors / phones:.3f}, without stress {plain_errors / phones:.3f},"
        f" words wrong {wrong / len(pairs):.3f}"
    )


def distance(one: Sequence[str], other: Sequence[str]) -> int:
    """How many insertions, deletions and replacements turn one into the other."""
    row = list(range(len(other) + 1))
    for index, left in enumerate(one, 1):
        diagonal, row[0] = row[0], index
        for column, right in enumerate(other, 1):
            diagonal, row[column] = (
                row[column],
                min(row[column] + 1, row[column - 1] + 1, diagonal + (left != right)),
            )
    return row[-1]


if __name__ == "__main__":
    main()
