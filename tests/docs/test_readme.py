"""What the front page says can be done."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import hwamei

ROOT = Path(__file__).parents[2]
READMES = ["README.md", "README.zh-CN.md"]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^)#]+)\)")
REFERENCE_TEXT = (
    "The ferry leaves the old town at sunrise, and nobody looks up. 今天天气很好，我们去公园吧。"
    "What a lovely day this is! 你好，世界。"
)


def blocks(page: str) -> list[tuple[str, str]]:
    """Language and code of each block."""
    return _BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording that a person might have."""
    folder = tmp_path_factory.mktemp("recording")
    with hwamei.open(hwamei.Settings(data=folder / "data", engine="tone")) as studio:
        return studio.say(REFERENCE_TEXT, out=folder / "me.wav").path


@pytest.fixture
def environment(recording: Path, tmp_path: Path) -> dict[str, str]:
    """A folder with me.wav, a data folder of its own, and `hwamei` on the path."""
    (tmp_path / "me.wav").write_bytes(recording.read_bytes())
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "HWAMEI_DATA": str(tmp_path / "data"), "HWAMEI_ENGINE": "tone"}


def test_every_block_of_code_runs(environment: dict[str, str], tmp_path: Path) -> None:
    """Of one page: the other has the same blocks."""
    assert len(blocks(READMES[0])) == 3
    for kind, code in blocks(READMES[0]):
        _run(kind, code, environment, tmp_path)
    assert {"hello.mp3", "hello.srt", "today.m4a", "today.vtt", "price.flac", "pipe.opus", "anna.hwamei"} <= {
        path.name for path in tmp_path.iterdir()
    }


def _run(kind: str, code: str, environment: dict[str, str], folder: Path) -> None:
    """Run one block as a person would; of `make`, which runs this suite, only whether it knows what to do."""
    if code.startswith("make "):
        call = ["make", "--dry-run", "-C", str(ROOT), *code.split()[1:]]
    else:
        call = [sys.executable, "-c", code] if kind == "python" else ["bash", "-euo", "pipefail", "-c", code]
    done = subprocess.run(call, env=environment, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_both_pages_have_the_same_code_and_links() -> None:
    one, other = (blocks(page) for page in READMES)
    assert one == other
    links = [sorted(set(_LINK.findall((ROOT / page).read_text("utf-8"))) - set(READMES)) for page in READMES]
    assert links[0] == links[1]


@pytest.mark.parametrize("page", READMES)
def test_every_link_leads_somewhere(page: str) -> None:
    links = _LINK.findall((ROOT / page).read_text(encoding="utf-8"))
    assert [link for link in links if not link.startswith("http") and not (ROOT / link).exists()] == []
    assert len(links) > 5


def test_the_six_lines_are_six() -> None:
    (python,) = [code for kind, code in blocks("README.md") if kind == "python"]
    assert len([line for line in python.splitlines() if line.strip()]) == 6


def test_the_demo_clones_a_voice_and_speaks(environment: dict[str, str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "demo.py"), "--out", "demo"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    made = {path.name for path in (tmp_path / "demo").iterdir()}
    assert {f"{name}.{ending}" for name in ("chinese", "english", "mixed") for ending in ("wav", "srt")} <= made
    assert "real-time factor" in done.stdout
