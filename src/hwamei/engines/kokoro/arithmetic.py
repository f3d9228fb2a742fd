"""In which numbers the model computes: what is fastest on this machine, unless the settings say which."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from importlib.util import find_spec

from hwamei.domain.errors import EngineFailed
from hwamei.engines.kokoro import cpu
from hwamei.engines.kokoro.voiceprint import ENGINE
from hwamei.models import derived
from hwamei.settings import Settings

NOTE = "kokoro-arithmetic.json"


class Arithmetic(StrEnum):
    """Of the products, which are nearly all of the work."""

    INT8 = "int8"  # as it was published, by ONNX Runtime
    FLOAT32 = "float32"  # the decoder by OpenVINO where that is installed, else by ONNX Runtime
    BFLOAT16 = "bfloat16"  # the decoder by OpenVINO


def possible() -> tuple[Arithmetic, ...]:
    """What can be computed in here: bfloat16 only where OpenVINO is installed and the processor has units for it;
    elsewhere it would be slower than the others."""
    every = tuple(Arithmetic)
    return every if cpu.has_bfloat16_matrices() and _has_openvino() else every[:2]


def on_openvino(arithmetic: Arithmetic) -> bool:
    """Whether OpenVINO runs the decoder: float32 where it is installed and the processor is of a kind that it was
    measured on."""
    if arithmetic is Arithmetic.FLOAT32:
        return _has_openvino() and cpu.has_wide_registers()
    return arithmetic is Arithmetic.BFLOAT16


def chosen(settings: Settings) -> Arithmetic:
    """What the settings say, else what was measured to be fastest here, else what usually is.

    Raises EngineFailed for bfloat16 where OpenVINO is not installed.
    """
    if settings.kokoro_arithmetic == "auto":
        return _measured(settings) or usual()
    arithmetic = Arithmetic(settings.kokoro_arithmetic)
    if arithmetic is Arithmetic.BFLOAT16 and not _has_openvino():
        problem = (
            "HWAMEI_KOKORO_ARITHMETIC is bfloat16, which needs the package openvino;"
            " install it with `pip install 'hwamei[openvino]'`, or set auto"
        )
        raise EngineFailed(engine=ENGINE, problem=problem)
    return arithmetic


def usual() -> Arithmetic:
    """What is fastest on most machines like this one. Real-time factors of the decoder on two cores: with AMX bfloat16
    0.045, float32 on OpenVINO 0.16, float32 on ONNX Runtime 0.23, int8 0.26; with VNNI alone int8 0.28, float32 on ONNX
    Runtime 0.36; with neither float32 0.5, int8 0.7."""
    if cpu.has_bfloat16_matrices():
        return Arithmetic.BFLOAT16 if _has_openvino() else Arithmetic.FLOAT32
    if on_openvino(Arithmetic.FLOAT32) or not cpu.has_vnni():
        return Arithmetic.FLOAT32
    return Arithmetic.INT8


def advice() -> str:
    """What would make speech faster on this machine; empty if nothing would."""
    if _has_openvino() or not cpu.has_wide_registers():
        return ""
    gain = "makes speech three times as fast here" if cpu.has_bfloat16_matrices() else "lets speech begin sooner here"
    return f"`pip install 'hwamei[openvino]'` {gain}"


def keep(real_time_factors: Mapping[Arithmetic, float], settings: Settings) -> Arithmetic:
    """Choose the fastest from now on, on this processor; return it."""
    fastest = min(real_time_factors, key=lambda arithmetic: real_time_factors[arithmetic])
    told = {"processor": cpu.kind(), "arithmetic": fastest, "real_time_factors": dict(real_time_factors)}
    derived.note(NOTE, json.dumps(told, indent=1).encode(), settings)
    return fastest


def _measured(settings: Settings) -> Arithmetic | None:
    """What `keep` was given, if that was on this processor and still can be done."""
    try:
        told = json.loads(derived.noted(NOTE, settings) or b"")
        fits = told["processor"] == cpu.kind()
        arithmetic = Arithmetic(told["arithmetic"])
    except (ValueError, KeyError, TypeError):
        return None
    return arithmetic if fits and arithmetic in possible() else None


def _has_openvino() -> bool:
    return find_spec("openvino") is not None
