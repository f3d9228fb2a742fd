"""The project's own tools and files."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_constraints_are_names_and_versions_and_nothing_else() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert lines == sorted(lines)
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9._-]+==[A-Za-z0-9.]+", line)] == []


def test_every_dependency_has_its_version_held() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [
        *project["dependencies"],
        *(name for extra in project["optional-dependencies"].values() for name in extra),
    ]
    held = {_normal(line.split("==")[0]) for line in (ROOT / "constraints.txt").read_text().splitlines()}
    assert {_normal(re.split(r"[=<>\[; ]", name)[0]) for name in wanted} - held == set()


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_pages_made_from_the_code_are_fresh() -> None:
    done = run(sys.executable, "-m", "tools.generate_docs", "--check")
    assert (done.returncode, done.stderr) == (0, "")


def test_make_says_what_there_is() -> None:
    done = run("make", "help")
    assert {"demo", "test", "check", "bench", "docs", "clean"} <= {line.split()[0] for line in done.stdout.splitlines()}


@pytest.mark.parametrize("python", ["/does/not/exist", "false"])
def test_a_python_that_will_not_do_is_refused_with_what_is_needed(python: str, tmp_path: Path) -> None:
    done = run("tools/make_venv.sh", str(tmp_path / "venv"), python)
    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stderr
    assert not (tmp_path / "venv").exists()


def test_every_page_of_reasons_is_dated() -> None:
    for page in (ROOT / "docs" / "why").glob("[0-9]*.md"):
        assert re.fullmatch(r"\d{3}-[a-z0-9-]+\.md", page.name)
        assert re.search(r"^\d{4}-\d{2}-\d{2}$", page.read_text(), re.MULTILINE), f"{page.name} says no date"
