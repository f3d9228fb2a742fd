"""Builds src/hwamei/engines/kokoro/usual_sounds.npz: how the cepstra of the engine's speech usually lie.

    python tools/build_usual_sounds.py

Published voices say two phrases; their means and covariances are averaged. An instant voice does not speak while it is
made, so this stands for its own. Takes some minutes.
"""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np

from hwamei import npz
from hwamei.domain.audio import Audio
from hwamei.dsp.transport import Moments
from hwamei.engines.kokoro.frames import SAMPLE_RATE_HZ
from hwamei.engines.kokoro.melody import foretold
from hwamei.engines.kokoro.phrases import A_FEW
from hwamei.engines.kokoro.runtime import Runtime, open_runtime
from hwamei.engines.kokoro.sounds import measured
from hwamei.engines.kokoro.style_space import StyleSpace, style_space
from hwamei.engines.kokoro.voiceprint import preset_voice
from hwamei.settings import Settings

TARGET = Path(__file__).parents[1] / "src/hwamei/engines/kokoro/usual_sounds.npz"
EACH = 3  # one voice of so many is heard: their mean does not depend on which


def main() -> None:
    """Write the means."""
    runtime, space = open_runtime(Settings()), style_space()
    heard = [moments_of(name, runtime, space) for name in itertools.islice(sorted(space.names), None, None, EACH)]
    mean = np.mean([one.mean for one in heard], axis=0)
    covariance = np.mean([one.covariance for one in heard], axis=0)
    TARGET.write_bytes(npz.pack({"mean": mean.astype(np.float32), "covariance": covariance.astype(np.float32)}))


def moments_of(name: str, runtime: Runtime, space: StyleSpace) -> Moments:
    """Of a published voice that says the phrases."""
    voice, said = preset_voice(name, space), []
    for phrase in A_FEW:
        frames = foretold(runtime, voice, phrase.language, phrase.tokens, space)
        style = voice.style(phrase.language, len(phrase.tokens), space)
        said.append(Audio(runtime.decode(frames, style), SAMPLE_RATE_HZ))
    found = measured(said)
    if found is None:
        raise SystemExit(f"{name} said too little")
    return found


if __name__ == "__main__":
    main()
