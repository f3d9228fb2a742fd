"""What the figures were measured on, and what it was doing besides."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

from hwamei.engines.kokoro import cpu
from hwamei.engines.kokoro.arithmetic import usual

CORES = 2
PACKAGES = ("hwamei", "onnxruntime", "kokoro-onnx")
PEAK = "VmHWM:"  # kB, in /proc/self/status


def keep_to_two_cores() -> None:
    """Let this process and its children run on two cores only, so that every machine measures the same thing."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])


def describe() -> str:
    """One line: processor, what it multiplies fast and in what is computed, cores in use, load average now,
    versions."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    units = "AMX" if cpu.has_bfloat16_matrices() else "VNNI" if cpu.has_vnni() else "neither AMX nor VNNI"
    load = "/".join(f"{figure:.1f}" for figure in os.getloadavg())
    versions = ", ".join(f"{package} {version(package)}" for package in PACKAGES)
    return (
        f"{processor()} with {units}, computing in {usual()}, {cores} cores used; load average {load};"
        f" Python {platform.python_version()}, {versions}"
    )


def processor() -> str:
    """The name that the processor gives itself."""
    return cpu.name() or platform.processor() or platform.machine()


def peak_memory_mb() -> float:
    """The most memory that this process has held. Not from getrusage: on Linux a child that is started by a big
    process is given its parent's peak there."""
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith(PEAK))
    return int(line.split()[1]) / 1024
