"""Engines are found by their folder and by entry points."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from hwamei import engines
from hwamei.domain.errors import Unknown
from hwamei.settings import Settings


def test_the_engines_of_our_own_are_found_by_their_folder() -> None:
    assert {"kokoro", "tone"} <= set(engines.names())


def test_an_engine_is_opened_by_its_name(settings: Settings) -> None:
    with engines.find("tone")(settings) as engine:
        assert engine.name == "tone"


@pytest.mark.parametrize("name", ["tune", "", "..", "tone.engine", "Tone", "__pycache__"])
def test_an_engine_that_does_not_exist_is_refused_with_those_there_are(name: str) -> None:
    with pytest.raises(Unknown) as caught:
        engines.find(name)
    assert caught.value.known == engines.names()


def test_a_package_installed_beside_hwamei_adds_an_engine(tmp_path: Path) -> None:
    """A folder on the path with the metadata that pip would write is as good as installed."""
    (tmp_path / "hwamei_echo.py").write_text(
        "from hwamei.engines.tone.engine import ToneEngine\n"
        "class Echo(ToneEngine):\n"
        "    name = 'echo'\n"
        "def open_engine(settings):\n"
        "    return Echo()\n"
    )
    about = tmp_path / "hwamei_echo-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: hwamei-echo\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[hwamei.engines]\necho = hwamei_echo:open_engine\n")
    program = (
        "from hwamei import engines; from hwamei.settings import Settings; import sys;"
        "assert 'echo' in engines.names() and 'hwamei_echo' not in sys.modules;"
        "print(engines.find('echo')(Settings()).name)"
    )
    path = {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", program], env=path, capture_output=True, text=True, check=True)
    assert done.stdout == "echo\n"
