"""`python -m bench.likeness CLONES PEOPLE`: whether clones sound like the people, by the two encoders that voices are
fitted to; an encoder that had no part is made by tools/train_speaker_encoder.py.

CLONES has a folder of sounds for each voice, PEOPLE a folder of recordings with the same name that the voice was not
made from. Of names that only one of them has nothing is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Protocol

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console

from bench import findings
from bench.findings import Finding
from hwamei.codecs.decode import decode
from hwamei.domain.audio import Audio
from hwamei.settings import Settings
from hwamei.speaker.ge2e import likeness, open_encoder
from hwamei.speaker.house import house_encoder


class Encoder(Protocol):
    """Speech to a vector that tells who speaks."""

    def embed(self, audio: Audio) -> NDArray[np.float32]:
        """Of length 1."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Mean cosine of a voice's sounds with the person's own recordings, by each encoder in turn."""

    name: str
    cosines: tuple[float, ...]


def main(
    clones: Annotated[Path, typer.Argument(help="A folder of sounds for each voice.")],
    people: Annotated[Path, typer.Argument(help="A folder of recordings for each person.")],
    sounds: Annotated[str, typer.Option(help="Which sounds of a voice, as a file pattern.")] = "*.wav",
    recordings: Annotated[str, typer.Option(help="Which recordings of a person.")] = "heldout.*",
    markdown: Annotated[Path | None, typer.Option(help="Also write the table into this page.")] = None,
) -> None:
    """Compare each clone with the person by GE2E and by the house encoder. Both took part in fitting trained voices."""
    encoders: dict[str, Encoder] = {"GE2E": open_encoder(Settings()), "house encoder": house_encoder()}
    names = sorted({folder.name for folder in clones.iterdir()} & {folder.name for folder in people.iterdir()})
    heard = [
        _alike(name, _sounds(clones / name, sounds), _sounds(people / name, recordings), [*encoders.values()])
        for name in names
    ]
    found = [Finding(one.name, ", ".join(f"{cosine:.3f}" for cosine in one.cosines)) for one in heard]
    means = np.mean([one.cosines for one in heard], axis=0)
    found.append(Finding(f"mean of {len(heard)}", ", ".join(f"{mean:.3f}" for mean in means)))
    title = f"likeness by {' and '.join(encoders)}"
    Console().print(findings.table(title, found))
    if markdown:
        findings.put_into(markdown, "likeness", findings.markdown(found))


def _alike(name: str, spoken: Sequence[Audio], own: Sequence[Audio], encoders: Sequence[Encoder]) -> Alike:
    return Alike(name, tuple(mean_likeness(spoken, own, encoder) for encoder in encoders))


def _sounds(folder: Path, pattern: str) -> list[Audio]:
    """Raises ValueError where there is none."""
    paths = sorted(folder.glob(pattern))
    if not paths:
        raise ValueError(f"{folder} has no file {pattern!r}; at least one is needed")
    return [decode(path) for path in paths]


def mean_likeness(spoken: Sequence[Audio], own: Sequence[Audio], encoder: Encoder) -> float:
    """Mean cosine of each sound with all recordings together, -1..1."""
    target = np.sum([encoder.embed(audio) for audio in own], axis=0)
    return float(np.mean([likeness(encoder.embed(audio), target) for audio in spoken]))


if __name__ == "__main__":
    typer.run(main)
