"""Speaks a text of some length in a process of its own: `python -m bench.speaking CHARACTERS`; prints JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import hwamei
from bench.machine import peak_memory_mb
from bench.texts import long_text


def main() -> None:
    """Speak, then print the peak of memory in MB, the seconds of sound and the real-time factor of the whole."""
    text = long_text(int(sys.argv[1]))
    with TemporaryDirectory(prefix="hwamei-bench-") as folder, hwamei.open() as studio:
        speech = studio.say(text, out=Path(folder) / "speech.wav")
    figures = {
        "peak_mb": peak_memory_mb(),
        "sound_s": speech.duration_s,
        "real_time_factor": speech.real_time_factor,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
