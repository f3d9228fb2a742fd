"""Programs that others wrote for the vendor's server, unmodified, each in an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
import soundfile

from hwamei.labels.inspect import inspect
from tests.dialects.chanjing.conftest import Program

pytestmark = pytest.mark.long("installs other people's programs")

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
RUNS_AT_MOST_S = 240.0


def run(*command: str | Path, order: str | None = None, cwd: Path | None = None) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HWAMEI_", "PYTHON"))}
    home = {} if cwd is None else {"HOME": str(cwd)}
    done = subprocess.run(
        [str(part) for part in command],
        input=order,
        env=kept | home,
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=RUNS_AT_MOST_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def environment(folder: Path, package: str, *needs: str) -> Path:
    """The Python of a new environment that has the package and what it needs.

    What the package says of Python is passed over: chanjing2 says 3.12 and runs on 3.11 as it is.
    """
    run(sys.executable, "-m", "venv", "--without-pip", folder)
    python = folder / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--disable-pip-version-check")
    run(*pip, "-c", ROOT / "constraints.txt", *needs)
    run(*pip, "--no-deps", "--ignore-requires-python", package)
    return python


@pytest.fixture(scope="session")
def chanjingsdk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return environment(tmp_path_factory.mktemp("chanjingsdk") / "venv", "chanjingsdk==1.0.1", "requests")


@pytest.fixture(scope="session")
def chanjing2(tmp_path_factory: pytest.TempPathFactory) -> Path:
    needs = ("requests", "pydantic", "curlify2==2.0.0")
    return environment(tmp_path_factory.mktemp("chanjing2") / "venv", "chanjing2==0.1.2", *needs)


def test_chanjingsdk_clones_a_recording_and_downloads_speech(
    mine: Program, chanjingsdk: Path, recording: Path, tmp_path: Path
) -> None:
    samples, rate_hz = soundfile.read(recording)
    soundfile.write(tmp_path / "me.wav", samples, rate_hz)
    order = {
        "base_url": mine.site.url,
        "app_id": mine.credentials.app_id,
        "secret_key": mine.credentials.secret,
        "cache_dir": str(tmp_path / "cache"),
        "recording": str(tmp_path / "me.wav"),
        "text": "你好，世界。Good morning.",
        "target": str(tmp_path / "out.wav"),
    }
    came = json.loads(
        run(chanjingsdk, HERE / "clients" / "drive_chanjingsdk.py", order=json.dumps(order), cwd=tmp_path)
    )
    assert set(came["stages"]) == {"上传音频", "声音克隆", "语音合成"}
    assert soundfile.info(tmp_path / "out.wav").duration == pytest.approx(came["duration"], abs=0.006)
    assert inspect(tmp_path / "out.wav") is not None
    (voice,) = mine.data(mine.post("/list_customised_audio"))["list"]
    assert (voice["id"], voice["type"], voice["status"]) == (came["again"], "cicada3.0-turbo", 2)
    assert "code=50000" in came["refused"]


def test_chanjing2_orders_a_voice_and_looks_at_it(
    mine: Program, chanjing2: Path, recording_url: str, tmp_path: Path
) -> None:
    """Its call for a token has a header line that HTTP forbids."""
    order = {
        "base_url": f"{mine.site.url}/api/open/v1",
        "app_id": mine.credentials.app_id,
        "secret_key": mine.credentials.secret,
        "url": recording_url,
    }
    out = run(chanjing2, HERE / "clients" / "drive_chanjing2.py", order=json.dumps(order), cwd=tmp_path)
    came: dict[str, Any] = json.loads(out.splitlines()[-1])
    assert (came["listed"], came["total"]) == ([came["id"]], 1)
    assert (came["voice"]["name"], came["voice"]["progress"], came["voice"]["err_msg"]) == ("克隆", 100, "")
    assert httpx.get(came["voice"]["audio_path"]).status_code == 200
    assert came["user"]["id"] == mine.credentials.app_id
