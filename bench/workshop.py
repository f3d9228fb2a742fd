"""Where measuring happens: a data folder of its own that goes away, with the user's model files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.machine import CORES
from hwamei.settings import Settings


@dataclass(frozen=True, slots=True)
class Workshop:
    """`folder`: for everything that is written; `long`: also measure what takes many minutes."""

    folder: Path
    models: Path
    long: bool = False

    def settings(self, *, engine: str = "kokoro", threads: int = CORES) -> Settings:
        """Of an engine with so many threads."""
        return Settings(data=self.folder, models=self.models, engine=engine, threads=threads)

    def run(self, command: Sequence[str], *, engine: str = "kokoro") -> str:
        """What a process of its own prints on its standard output. Raises CalledProcessError."""
        own = {"HWAMEI_DATA": str(self.folder), "HWAMEI_MODELS": str(self.models), "HWAMEI_THREADS": str(CORES)}
        environment = {**os.environ, **own, "HWAMEI_ENGINE": engine}
        return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout

    def figures(self, module: str, *arguments: str, engine: str = "kokoro") -> dict[str, float]:
        """The figures that a module of this package prints as JSON, run in a process of its own."""
        printed = self.run([sys.executable, "-m", module, *arguments], engine=engine)
        return {name: float(value) for name, value in json.loads(printed).items()}


@contextmanager
def workshop(*, long: bool = False) -> Iterator[Workshop]:
    """A workshop that is cleared away afterwards."""
    models = Settings().models_folder
    with TemporaryDirectory(prefix="hwamei-bench-") as folder:
        yield Workshop(Path(folder), models, long)
