"""Vendors' own SDKs: installed unmodified in environments of their own, and driven by a script there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def python_with(folder: Path, *requirements: str) -> Path:
    """A Python, made in the folder, that has these and nothing of ours."""
    venv.create(folder / "venv")
    site_packages = next((folder / "venv").glob("lib/python*/site-packages"))
    call = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target"]
    subprocess.run([*call, str(site_packages), *requirements], check=True)
    return folder / "venv" / "bin" / "python"


def driven(
    python: Path, driver: Path, told: Mapping[str, Any], *, home: Path, more: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What the script saw; it reads what it is told, and writes what it saw, as JSON. `more`: of its environment."""
    # Some SDKs write into the home folder when they are imported.
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "NO_PROXY": "127.0.0.1"} | dict(more or {})
    done = subprocess.run(
        [str(python), str(driver)],
        input=json.dumps(told),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen
