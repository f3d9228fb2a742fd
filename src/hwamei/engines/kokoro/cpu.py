"""What the processor can do, as far as it decides which form of the model runs fastest."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

VNNI_FLAGS = frozenset({"avx512_vnni", "avx_vnni"})
BFLOAT16_MATRIX_FLAG = "amx_bf16"
WIDE_FLAG = "avx2"
CPUINFO = Path("/proc/cpuinfo")


def has_vnni() -> bool:
    """Whether there are 8-bit dot products. Where it cannot be told (no Linux), False."""
    return not VNNI_FLAGS.isdisjoint(flags())


def has_bfloat16_matrices() -> bool:
    """Whether there are units that multiply matrices of bfloat16 (AMX). Where it cannot be told, False."""
    return BFLOAT16_MATRIX_FLAG in flags()


def has_wide_registers() -> bool:
    """Whether eight float32 are computed at once (AVX2). Where it cannot be told, False."""
    return WIDE_FLAG in flags()


@cache
def flags() -> frozenset[str]:
    """What the first processor says that it has; nothing where it cannot be told."""
    return frozenset(_line("flags").split())


@cache
def name() -> str:
    """What the first processor calls itself; empty where it cannot be told."""
    return " ".join(_line("model name").split())


def kind() -> str:
    """Tells kinds of processor apart, in 16 hexadecimal digits: a data folder may move to another machine."""
    return hashlib.sha256(f"{name()} {sorted(flags())}".encode()).hexdigest()[:16]


def _line(key: str) -> str:
    if not CPUINFO.is_file():
        return ""
    lines = (line.partition(":") for line in CPUINFO.read_text().splitlines())
    return next((value for name, _, value in lines if name.strip() == key), "")
