"""Make src/hwamei/engines/kokoro/clarity.npz: how clearly the places of the style space speak Mandarin.

    python -m tools.train_clarity speak WORK RECORDINGS --part 0 --parts 2    RECORDINGS: one folder for each person
    python -m tools.train_clarity learn WORK                                  needs librosa, scikit-learn and SciPy

`speak` finds, for each of many people, the places that a clone could take at several costs of leaving the published
voices, disturbs them, and lets each say two Chinese phrases; the published voices of Mandarin and the mean of all
voices say all four. Durations, melody and loudness are those of one native speaker: so only the timbre differs, and the
phone of every frame is known. `learn` teaches a linear classifier the phones of the latter; how clearly another voice
speaks is the mean log-probability (at least -6) that it gives to the right phone, less the mean over all voices in that
phrase. A map from the timbre's coordinates and their squares is fitted to it by ridge regression, with no square
raising it, so that a search in it comes to an end. The shipped file learnt from 318 places of 106 speakers of
speechocean762; foretold and heard clarity have a correlation of 0.90 in places left out, of 0.96 in 30 places of ten
other people.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import soxr
import typer
from numpy.typing import NDArray

from hwamei.codecs.decode import decode
from hwamei.domain.language import Language
from hwamei.engines.kokoro.cloning import voice_at
from hwamei.engines.kokoro.frames import FRAME_SAMPLES, SAMPLE_RATE_HZ, Frames
from hwamei.engines.kokoro.phrases import CHINESE
from hwamei.engines.kokoro.runtime import Runtime, open_runtime
from hwamei.engines.kokoro.search import SEARCH_STARTS, LikenessForetold, climb
from hwamei.engines.kokoro.style_space import TIMBRE_DIMENSIONS, Floats, StyleSpace, style_space
from hwamei.engines.kokoro.surrogate import surrogate
from hwamei.engines.kokoro.target import RATE_HZ, Target, listen
from hwamei.engines.kokoro.vocabulary import TOKENS
from hwamei.settings import Settings
from hwamei.speaker.ge2e import open_encoder

TARGET = Path(__file__).parent.parent / "src/hwamei/engines/kokoro/clarity.npz"
NATIVE = "zf_xiaoxiao"
MODEL = "model"  # how the files of those begin that teach the classifier
COSTS = (0.02, 0.04, 0.08, 0.16)
PLACES, PHRASES = 3, 2  # for each person; in each place
MOST_DISTURBED = 0.6
PITCH_HZ = (80.0, 300.0)
RECORDINGS_PER_PERSON = 9
TONES, MARKS = "→↗↓↘", ".?,"
LEAST_LOG_PROBABILITY = -6.0
AROUND = 2  # frames of 10 ms on each side that the classifier sees
RIDGE = 3.0

app = typer.Typer()


@app.command()
def speak(work: Path, recordings: Path, part: int = 0, parts: int = 1) -> None:
    """Let places speak; WORK/NAME.npz. Several may run at once, each with a part of the people."""
    work.mkdir(parents=True, exist_ok=True)
    space, runtime, encoder = style_space(), open_runtime(Settings(), threads=1), open_encoder(Settings())
    if part == 0:
        _say(runtime, space, np.zeros(48, np.float32), range(len(CHINESE)), work / f"{MODEL}-mean.npz")
        for name in (name for name in space.names if name.startswith("z")):
            place = space.coordinates(space.voice(name)[0])
            _say(runtime, space, place, range(len(CHINESE)), work / f"{MODEL}-{name}.npz")
    random = np.random.default_rng(100 + part)
    for folder in sorted(path for path in recordings.iterdir() if path.is_dir())[part::parts]:
        target = listen([decode(path) for path in sorted(folder.iterdir())[:RECORDINGS_PER_PERSON]], encoder)
        for cost in random.choice(COSTS, PLACES, replace=False):
            disturbance = random.uniform(0, MOST_DISTURBED) * random.standard_normal(48)
            place = (_place_for(target, space, float(cost)) + disturbance).astype(np.float32)
            phrases = random.choice(len(CHINESE), PHRASES, replace=False)
            _say(runtime, space, place, phrases, work / f"{folder.name}-{cost}.npz")


def _place_for(target: Target, space: StyleSpace, cost: float) -> Floats:
    """Where the search ends if clarity counts for nothing."""
    objective = LikenessForetold(surrogate(), target, straying_cost=cost, clarity_worth=0.0)
    starts = np.stack([space.coordinates(mean) for mean in space.means]) * np.float32(0.5)
    nearest = np.argsort(-objective(starts)[0], kind="stable")[:SEARCH_STARTS]
    places, values = climb(objective, starts[nearest])
    best: Floats = places[int(values.argmax())]
    return best


def _say(runtime: Runtime, space: StyleSpace, place: Floats, phrases: range | NDArray[np.int64], path: Path) -> None:
    """Phrases in the timbre of a place, at its own height, in the native's durations, melody and loudness."""
    pitch_hz = float(np.clip(surrogate().pitch_hz(place, Language.CHINESE), *PITCH_HZ))
    said: dict[str, NDArray[np.generic]] = {"coordinates": place}
    for index in map(int, phrases):
        frames = _native_frames(runtime, space, index)
        style = voice_at(place, space).style(Language.CHINESE, len(CHINESE[index].tokens), space)
        sound = runtime.decode(frames.with_pitch(pitch_hz / frames.median_pitch_hz), style)
        said[f"sound{index}"] = soxr.resample(sound, SAMPLE_RATE_HZ, RATE_HZ).astype(np.float16)
        said[f"counts{index}"] = frames.counts
    np.savez(path, **said)  # type: ignore[arg-type]  # the stub takes the names for its options


def _native_frames(runtime: Runtime, space: StyleSpace, index: int) -> Frames:
    tokens = CHINESE[index].tokens
    mean, directions = space.voice(NATIVE)
    return runtime.predict(tokens, mean + space.bend[len(tokens) - 1] @ directions, 1.0)


@app.command()
def learn(work: Path) -> None:
    """Fit the map to everything that was spoken, and write the package's file."""
    from scipy.optimize import lsq_linear

    said = {path.stem: dict(np.load(path)) for path in sorted(work.glob("*.npz"))}
    clarity = _clarity(said)
    timbres = np.stack([one["coordinates"][:TIMBRE_DIMENSIONS] for one in said.values()]).astype(np.float64)
    inputs = np.hstack([np.ones((len(timbres), 1)), timbres, timbres**2])
    size = inputs.shape[1]
    damped = np.vstack([inputs, np.sqrt(RIDGE) * np.eye(size)[1:]])
    highest = np.concatenate([np.full(size - TIMBRE_DIMENSIONS, np.inf), np.zeros(TIMBRE_DIMENSIONS)])
    wanted = np.concatenate([[clarity[name] for name in said], np.zeros(size - 1)])
    weights = lsq_linear(damped, wanted, (np.full(size, -np.inf), highest)).x.astype(np.float32)
    np.savez(TARGET, linear=weights[1 : TIMBRE_DIMENSIONS + 1], squares=weights[TIMBRE_DIMENSIONS + 1 :])


def _clarity(said: Mapping[str, Mapping[str, NDArray[np.generic]]]) -> dict[str, float]:
    """For each voice the mean log-probability of the right phones, less the mean over voices in the same phrase."""
    from sklearn.linear_model import LogisticRegression

    heard = {
        (name, index): (_frames(one[f"sound{index}"]), _phones(index, one[f"counts{index}"]))
        for name, one in said.items()
        for index in range(len(CHINESE))
        if f"sound{index}" in one
    }
    models = [spoken for (name, _), spoken in heard.items() if name.startswith(MODEL)]
    classifier = LogisticRegression(C=0.01, max_iter=300)
    classifier.fit(*(np.concatenate(parts) for parts in zip(*map(_aligned, *zip(*models, strict=True)), strict=True)))
    places = {phone: place for place, phone in enumerate(classifier.classes_)}
    by_voice: dict[tuple[str, int], float] = {}
    for key, spoken in heard.items():
        frames, phones = _aligned(*spoken)
        right = classifier.predict_log_proba(frames)[np.arange(len(phones)), [places[phone] for phone in phones]]
        by_voice[key] = float(np.maximum(right[phones != " "], LEAST_LOG_PROBABILITY).mean())
    usual = {index: np.mean([value for key, value in by_voice.items() if key[1] == index]) for index in range(4)}
    return {
        name: float(np.mean([value - usual[key[1]] for key, value in by_voice.items() if key[0] == name]))
        for name in said
    }


def _frames(sound: NDArray[np.generic]) -> NDArray[np.float64]:
    """Twelve cepstral coefficients and their slopes, each with mean 0 and deviation 1 over the phrase, and those of the
    frames around: float64 [frames, 120], a frame each 10 ms."""
    import librosa

    cepstra = librosa.feature.mfcc(
        y=sound.astype(np.float32), sr=RATE_HZ, n_mfcc=13, n_fft=512, hop_length=160, n_mels=40, fmax=7600
    )[1:]
    both = np.vstack([cepstra, librosa.feature.delta(cepstra, width=5, mode="nearest")]).T
    even = (both - both.mean(axis=0)) / (both.std(axis=0) + 1e-5)
    padded = np.pad(even, ((AROUND, AROUND), (0, 0)), mode="edge")
    return np.hstack([padded[start : start + len(even)] for start in range(2 * AROUND + 1)])


def _phones(index: int, counts: NDArray[np.generic]) -> list[str]:
    """The symbol of each of the decoder's frames; a tone belongs to the sound before it, a mark is silence."""
    symbols = {number: symbol for symbol, number in TOKENS.items()}
    phones: list[str] = []
    before = " "
    for symbol, count in zip((" ", *(symbols[token] for token in CHINESE[index].tokens), " "), counts, strict=True):
        before = before if symbol in TONES else " " if symbol in MARKS else symbol
        phones += [before] * int(count)
    return phones


def _aligned(frames: NDArray[np.float64], phones: list[str]) -> tuple[NDArray[np.float64], NDArray[np.str_]]:
    """The frames, and the phone of each."""
    places = (np.arange(len(frames)) * 0.01 * SAMPLE_RATE_HZ / FRAME_SAMPLES).astype(int)
    return frames, np.array(phones)[np.minimum(places, len(phones) - 1)]


if __name__ == "__main__":
    app()
