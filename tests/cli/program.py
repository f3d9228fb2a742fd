"""Calls the program as a person would."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hwamei.cli.main import main


@dataclass(frozen=True)
class Done:
    """What came of a call."""

    returncode: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class Program:
    """`hwamei` with a data folder of its own and the tone engine, run where that folder's parent is."""

    data: Path
    environment: Mapping[str, str]

    @classmethod
    def at(cls, data: Path, **more: str) -> Program:
        """The program with this data folder; no other setting of the caller's comes through."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("HWAMEI_")}
        return cls(data, {**kept, "HWAMEI_DATA": str(data), "HWAMEI_ENGINE": "tone", **more})

    def __call__(self, *arguments: str | Path, text: str | bytes = b"") -> Done:
        """Run `main` with these arguments and this standard input in our own process: starting one takes seconds."""
        given = text.encode() if isinstance(text, str) else text
        with self._surroundings(given), redirect_stdout(_Pipe()) as out, redirect_stderr(_Pipe()) as err:
            try:
                with patch.object(sys, "argv", ["hwamei", *map(str, arguments)]):
                    main()
            except SystemExit as ended:
                return Done(int(ended.code or 0), out.written(), err.written())
        raise AssertionError("the program did not end itself")

    def in_a_process(self, *arguments: str | Path, text: bytes = b"") -> Done:
        """Run it as a process of its own."""
        done = subprocess.run(
            [sys.executable, "-m", "hwamei", *map(str, arguments)],
            input=text,
            capture_output=True,
            env=dict(self.environment),
            cwd=self.data.parent,
            check=False,
        )
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    def json(self, *arguments: str | Path) -> dict[str, Any]:
        """The object on the last line of output of a call that goes well."""
        done = self(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        answer = json.loads(done.stdout.splitlines()[-1])
        assert isinstance(answer, dict)
        return answer

    @contextmanager
    def _surroundings(self, given: bytes) -> Iterator[None]:
        stdin = io.TextIOWrapper(io.BytesIO(given), encoding="utf-8")
        self.data.parent.mkdir(parents=True, exist_ok=True)
        environment = patch.dict(os.environ, self.environment, clear=True)
        with environment, patch.object(sys, "stdin", stdin), chdir(self.data.parent):
            yield


class _Pipe(io.TextIOWrapper):
    """Where a standard stream goes that is no terminal."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=True)

    def written(self) -> str:
        """All of it."""
        self.seek(0)
        return self.read()
