"""Make src/hwamei/engines/kokoro/surrogate.npz: what voices of the style space sound like, learnt from their speech.

    python tools/train_surrogate.py speak  WORK --voices 800 --seed 1     several may run at once, with other seeds
    python tools/train_surrogate.py listen WORK RECORDINGS                RECORDINGS: a folder for each of many speakers
    python tools/train_surrogate.py learn  WORK                           needs torch, which Hwamei itself does not

`speak` draws random voices (mixtures of the published ones, drawn out and disturbed) and lets each say one phrase.
`listen` equalises what they said to the long-term spectra of recorded speakers, so that the network learns the voice
and not the room, and embeds it with GE2E. `learn` trains three small networks and two linear maps. The shipped file was
made from 750 voices and the spectra of 106 speakers of speechocean762; foretold and heard embeddings of unseen voices
have a cosine of 0.825 (0.72 for a constant guess; what the phrase adds by chance cannot be foretold).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import soxr
import typer
from numpy.typing import NDArray

from hwamei.codecs.decode import decode
from hwamei.domain.audio import Audio
from hwamei.domain.language import Language
from hwamei.dsp.fir import equalise
from hwamei.dsp.spectrum import BAND_COUNT, equaliser, long_term_spectrum
from hwamei.engines.kokoro.cloning import voice_at
from hwamei.engines.kokoro.frames import SAMPLE_RATE_HZ, VOICED_FROM_HZ
from hwamei.engines.kokoro.melody import foretold
from hwamei.engines.kokoro.phrases import CHINESE, ENGLISH
from hwamei.engines.kokoro.runtime import open_runtime
from hwamei.engines.kokoro.style_space import PROSODY_DIMENSIONS, TIMBRE_DIMENSIONS, Floats, StyleSpace, style_space
from hwamei.engines.kokoro.surrogate import SPECTRUM_SCALE_DB
from hwamei.engines.kokoro.target import MOST_GAIN_DB, RATE_HZ
from hwamei.engines.kokoro.trial import BRISK
from hwamei.settings import Settings
from hwamei.speaker.ge2e import SpeakerEncoder, open_encoder

TARGET = Path(__file__).parent.parent / "src/hwamei/engines/kokoro/surrogate.npz"
SPECTRA_PER_VOICE = 3
RECORDINGS_PER_SPEAKER = 9
NETWORKS, HIDDEN, EPOCHS = 3, 256, 120
RIDGE = 3.0

app = typer.Typer()


@app.command()
def speak(work: Path, voices: int = 800, seed: int = 1) -> None:
    """Let random voices say one phrase each; WORK/spoken-SEED-N.npz."""
    work.mkdir(parents=True, exist_ok=True)
    space, runtime = style_space(), open_runtime(Settings(), threads=1)
    random = np.random.default_rng(seed)
    for number in range(voices):
        coordinates = random_voice(space, random)
        phrases = ENGLISH if random.random() < 0.6 else CHINESE
        phrase = phrases[int(random.integers(len(phrases)))]
        voice = voice_at(coordinates, space)
        style = voice.style(phrase.language, len(phrase.tokens), space)
        frames = foretold(runtime, voice, phrase.language, phrase.tokens, space, pace=BRISK)
        voiced = frames.pitch_hz[frames.pitch_hz > VOICED_FROM_HZ]
        np.savez(
            work / f"spoken-{seed}-{number:05d}.npz",
            coordinates=coordinates,
            chinese=phrase.language is Language.CHINESE,
            pitch_hz=np.median(voiced) if len(voiced) else 0.0,
            samples=soxr.resample(runtime.decode(frames, style), SAMPLE_RATE_HZ, RATE_HZ).astype(np.float16),
        )


def random_voice(space: StyleSpace, random: np.random.Generator) -> Floats:
    """Coordinates float32 [48] of a voice between, around and somewhat beyond the published ones."""
    own = np.stack([space.coordinates(mean) for mean in space.means])
    genders = np.array([name[1] for name in space.names])
    group = np.flatnonzero(genders == random.choice(["f", "m"])) if random.random() < 0.85 else np.arange(len(own))
    count = int(random.integers(1, 5))
    shares = random.dirichlet(np.ones(count))
    place = shares @ own[random.choice(group, count, replace=False)]
    if random.random() < 0.5:  # prosody of others
        place[TIMBRE_DIMENSIONS:] = (shares @ own[random.choice(group, count, replace=False)])[TIMBRE_DIMENSIONS:]
    spread = np.concatenate([np.full(TIMBRE_DIMENSIONS, 0.55), np.full(PROSODY_DIMENSIONS, 0.35)])
    disturbance = random.standard_normal(len(place)) * spread * random.uniform(0.3, 1.6)
    voice: Floats = (place * random.uniform(0.7, 1.5) + disturbance).astype(np.float32)
    return voice


@app.command()
def listen(work: Path, recordings: Path) -> None:
    """Embed what was spoken, coloured like recordings; WORK/heard-*.npz and WORK/spectra.npy."""
    encoder = open_encoder(Settings())
    spectra = np.stack([speaker_spectrum(folder) for folder in sorted(recordings.iterdir()) if folder.is_dir()])
    np.save(work / "spectra.npy", spectra)
    random = np.random.default_rng(0)
    for path in sorted(work.glob("spoken-*.npz")):
        with np.load(path) as spoken:
            audio = Audio(spoken["samples"].astype(np.float32), RATE_HZ)
            own = long_term_spectrum(audio)
            chosen = random.choice(len(spectra), SPECTRA_PER_VOICE, replace=False)
            embeddings = [coloured(audio, spectra[index] - own, encoder) for index in chosen]
            kept = {name: spoken[name] for name in ("coordinates", "chinese", "pitch_hz")}
        heard = {"spectrum": own, "spectra": spectra[chosen], "embeddings": np.stack(embeddings)}
        np.savez(work / path.name.replace("spoken", "heard"), **kept, **heard)  # type: ignore[arg-type]  # the stub takes the names for its options


def speaker_spectrum(folder: Path) -> Floats:
    """Long-term spectrum of a speaker's recordings: float32 [40] dB."""
    audios = [decode(path) for path in sorted(folder.iterdir())[:RECORDINGS_PER_SPEAKER]]
    pieces = [soxr.resample(audio.samples, audio.sample_rate_hz, RATE_HZ) for audio in audios]
    return long_term_spectrum(Audio(np.concatenate(pieces).astype(np.float32), RATE_HZ))


def coloured(audio: Audio, gains_db: Floats, encoder: SpeakerEncoder) -> Floats:
    """Embedding float32 [256] of the sound after an equaliser."""
    gains = np.clip(gains_db, -MOST_GAIN_DB, MOST_GAIN_DB)
    return encoder.embed(Audio(equalise(audio.samples, equaliser(gains - gains.mean(), RATE_HZ)), RATE_HZ))


@app.command()
def learn(work: Path) -> None:
    """Train on everything that was heard and write the package's file."""
    rows = [dict(np.load(path)) for path in sorted(work.glob("heard-*.npz"))]
    own = np.stack([np.concatenate([[1.0], row["coordinates"], [float(row["chinese"])]]) for row in rows])
    voiced = np.array([row["pitch_hz"] > VOICED_FROM_HZ for row in rows])
    log_pitch = np.log([row["pitch_hz"] for row in rows if row["pitch_hz"] > VOICED_FROM_HZ])
    arrays = {
        "spectrum_map": ridge(own, np.stack([row["spectrum"] for row in rows])),
        "pitch_map": ridge(own[voiced], log_pitch),
    }
    inputs = np.vstack([network_inputs(row) for row in rows]).astype(np.float32)
    embeddings = np.vstack([row["embeddings"] for row in rows]).astype(np.float32)
    for seed in range(NETWORKS):
        for layer, (weight, bias) in enumerate(train(inputs, embeddings, seed)):
            arrays[f"network{seed}_weight{layer}"] = weight.astype(np.float16)
            arrays[f"network{seed}_bias{layer}"] = bias.astype(np.float16)
    np.savez_compressed(TARGET, **arrays)  # type: ignore[arg-type]  # as above


def network_inputs(row: dict[str, NDArray[np.float32]]) -> Floats:
    """What the networks see of a voice, once for each spectrum: float32 [3, 48 + 1 + 40]."""
    voice = np.concatenate([row["coordinates"], [float(row["chinese"])]])
    seen: Floats = np.hstack(
        [np.broadcast_to(voice, (SPECTRA_PER_VOICE, len(voice))), row["spectra"] / SPECTRUM_SCALE_DB]
    )
    assert seen.shape[1] == TIMBRE_DIMENSIONS + PROSODY_DIMENSIONS + 1 + BAND_COUNT
    return seen


def ridge(inputs: NDArray[np.float64], outputs: NDArray[np.float64]) -> Floats:
    """Linear map from inputs [n, m] (the first is the constant 1, not held back) to outputs [n, ...]."""
    penalty = np.diag([0.0] + [RIDGE] * (inputs.shape[1] - 1))
    solved: Floats = np.linalg.solve(inputs.T @ inputs + penalty, inputs.T @ outputs).astype(np.float32)
    return solved


def train(inputs: Floats, embeddings: Floats, seed: int) -> Iterator[tuple[Floats, Floats]]:
    """Weights and biases of a trained network, layer by layer. A tenth of the voices is kept to judge it by."""
    import torch
    from torch.nn import Dropout, Linear, Sequential, Tanh
    from torch.nn.functional import cosine_similarity

    torch.manual_seed(seed)
    sizes = [inputs.shape[1], HIDDEN, HIDDEN, embeddings.shape[1]]
    hidden = [part for size, after in pairwise(sizes[:-1]) for part in (Linear(size, after), Tanh(), Dropout(0.1))]
    network = Sequential(*hidden, Linear(sizes[-2], sizes[-1]))
    judged = np.arange(len(inputs)) // SPECTRA_PER_VOICE % 10 == 0
    x, y = torch.tensor(inputs[~judged]), torch.tensor(embeddings[~judged])
    optimiser = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=3e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, EPOCHS)
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(x)).split(256):
            foretold = network(x[batch] + 0.05 * torch.randn_like(x[batch]))
            loss = ((foretold - y[batch]) ** 2).sum(1).mean() + (1 - cosine_similarity(foretold, y[batch])).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        schedule.step()
    network.eval()
    foretold = network(torch.tensor(inputs[judged])).detach()
    typer.echo(f"network {seed}: {cosine_similarity(foretold, torch.tensor(embeddings[judged])).mean():.4f}")
    for layer in network:
        if isinstance(layer, Linear):
            yield layer.weight.detach().numpy().T, layer.bias.detach().numpy()


if __name__ == "__main__":
    app()
