"""Make src/hwamei/engines/kokoro/style_space.npz out of the published voice packs.

    npm pack kokoro-js@1.2.1 && tar xzf kokoro-js-1.2.1.tgz
    python tools/build_style_space.py package/voices

The packs (Apache-2.0, by hexgrad) are float32 [510, 256], one row for each number of tokens. Six shared directions hold
all but 2e-6 of how the rows of a voice differ.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

BEND_DIMENSIONS = 6
TARGET = Path(__file__).parent.parent / "src/hwamei/engines/kokoro/style_space.npz"


def main(folder: Path) -> None:
    """Write the style space of the packs in the folder."""
    paths = sorted(folder.glob("*.bin"))
    packs = np.stack([np.fromfile(path, dtype="<f4").reshape(510, 256) for path in paths])
    means = packs.mean(axis=1)
    rows = (packs - means[:, None]).transpose(1, 0, 2).reshape(510, -1)
    left, sizes, right = np.linalg.svd(rows, full_matrices=False)
    bend = left[:, :BEND_DIMENSIONS] * np.sqrt(len(rows))
    directions = (sizes[:BEND_DIMENSIONS, None] * right[:BEND_DIMENSIONS] / np.sqrt(len(rows))).reshape(
        BEND_DIMENSIONS, len(paths), 256
    )
    arrays = {
        "names": np.array([path.stem for path in paths]),
        "means": means.astype(np.float16),
        "bend": bend.astype(np.float32),
        "directions": directions.transpose(1, 0, 2).astype(np.float16),
    }
    np.savez_compressed(TARGET, **arrays)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
