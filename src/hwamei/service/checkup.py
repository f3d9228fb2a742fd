"""Whether this machine has what Hwamei needs."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np

from hwamei.codecs.decode import decode_file
from hwamei.codecs.encode import open_encoder
from hwamei.codecs.formats import DEFAULT_SAMPLE_RATE_HZ, Format
from hwamei.domain.errors import EngineFailed, HwameiError
from hwamei.domain.speech import Delivery
from hwamei.domain.voice import Voiceprint
from hwamei.ports import Engine
from hwamei.service.utterances import Mouth
from hwamei.text.plan import plan

PYTHON_NEEDED = (3, 11)
_FASTER_WITH = ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "amx_bf16", "asimd", "asimddp")
_CPU_FACTS = Path("/proc/cpuinfo")
_SENTENCE = "你好，欢迎使用。Hello, and welcome to the show."


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, and what was found."""

    name: str
    ok: bool
    found: str


def check_python() -> Check:
    """The interpreter that runs this."""
    return Check("python", sys.version_info >= PYTHON_NEEDED, platform.python_version())


def check_processor(advice: str = "") -> Check:
    """The processor, the cores we may use and what of it makes speech faster, with advice if there is any. Never wrong,
    only slow."""
    flags = _processor_flags()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    found = ", ".join(flag for flag in _FASTER_WITH if flag in flags) or "no fast products"
    told = "; ".join(filter(None, (f"{platform.machine()}, {cores} cores, {found}", advice)))
    return Check("processor", True, told)


def check_folder(folder: Path) -> Check:
    """Whether files can be made in the folder, which is made if need be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return Check("data folder", True, str(folder))
    except OSError as error:
        return Check("data folder", False, f"{folder}: {error.strerror}; set HWAMEI_DATA to a folder you may write to")


def check_codecs() -> Check:
    """Whether each format can be written and read back."""
    broken = [str(format) for format in Format if not _comes_back(format)]
    found = f"cannot write and read {', '.join(broken)}; install Hwamei anew" if broken else ", ".join(Format)
    return Check("codecs", not broken, found)


def check_engine(
    open_engine: Callable[[], Engine], find_voiceprint: Callable[[], Voiceprint | None], now_s: Callable[[], float]
) -> Iterator[Check]:
    """Whether the engine opens and speaks whole sentences, and how fast, with a voice of its own or a cloned one."""
    try:
        engine, voiceprint = open_engine(), find_voiceprint()
        if voiceprint is None:
            yield Check("engine", True, f"{engine.name} is open; it has no voice yet to speak with")
            return
        _speak(engine, voiceprint)  # loads what there is to load
        begun_s = now_s()
        spoken_s = _speak(engine, voiceprint)
    except HwameiError as error:
        yield Check("engine", False, str(error))
        return
    factor = (now_s() - begun_s) / spoken_s
    yield Check("engine", True, f"{engine.name} speaks, with {len(engine.presets())} voices of its own")
    slow = "" if factor < 1 else ": slower than it is heard; try again when the machine has nothing else to do"
    yield Check("real-time factor", factor < 1, f"{factor:.2f}{slow}")


def check_other_engine(name: str, open_engine: Callable[[], Engine]) -> Check:
    """Whether another engine, for which there are voices, opens."""
    try:
        open_engine().presets()
    except HwameiError as error:
        return Check(f"engine {name}", False, str(error))
    return Check(f"engine {name}", True, "opens; there are voices for it")


def _speak(engine: Engine, voiceprint: Voiceprint) -> float:
    """Seconds of sound of a sentence in two languages, each utterance of it whole. Raises HwameiError."""
    mouth = Mouth(engine, voiceprint, Delivery())
    spoken_s = sum(spoken.audio.duration_s for spoken in mouth.speak_all(plan(_SENTENCE)))
    if not spoken_s:
        raise EngineFailed(engine=engine.name, problem="said nothing")
    return spoken_s


def _comes_back(format: Format) -> bool:
    file = BytesIO()
    tone = np.sin(np.arange(DEFAULT_SAMPLE_RATE_HZ // 4, dtype=np.float32) / 10) / 2
    with open_encoder(file, format, DEFAULT_SAMPLE_RATE_HZ) as encoder:
        encoder.write(tone.astype(np.float32))
    if format is Format.PCM:
        return len(file.getvalue()) == 2 * len(tone)
    file.seek(0)
    return decode_file(file, str(format)).duration_s > 0.2


def _processor_flags() -> frozenset[str]:
    """As Linux names them; nothing elsewhere."""
    try:
        lines = _CPU_FACTS.read_text(encoding="utf-8").splitlines()
    except OSError:
        return frozenset()
    return frozenset(next((line.partition(":")[2] for line in lines if line[:5] in ("flags", "Featu")), "").split())
