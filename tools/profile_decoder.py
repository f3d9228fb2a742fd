"""Where the time of the decoder goes on OpenVINO, by kinds of nodes: `python -m tools.profile_decoder [--float32]`.

Prints seconds of work for a second of sound, and for each kind of node, and the kernel that it got, how many there are
and which share of the time they take. Kernels of the kind `ref` and nodes `Reorder` are what to look at first.
"""

from __future__ import annotations

import time
from collections import Counter

import numpy as np
import openvino
import typer
from rich.console import Console
from rich.table import Table

from hwamei.engines.kokoro.frames import FRAME_SAMPLES, SAMPLE_RATE_HZ
from hwamei.engines.kokoro.graph import ENERGY, FEATURES, HARMONICS, PITCH, decoder_in_three
from hwamei.engines.kokoro.norms import OTHERS, OTHERS_SHARE
from hwamei.models import locate
from hwamei.models.catalogue import KOKORO
from hwamei.settings import Settings

RUNS = 6  # the first ones write kernels
MOST_KINDS = 16


def main(frames: int = 128, threads: int = 2, float32: bool = False) -> None:
    """Run the layers on noise: how long they take does not depend on what they are given."""
    _, layers, _ = decoder_in_three(locate.load_bytes(KOKORO.name, Settings()))
    core = openvino.Core()
    options = {
        "INFERENCE_PRECISION_HINT": "f32" if float32 else "bf16",
        "INFERENCE_NUM_THREADS": threads,
        "NUM_STREAMS": 1,
        "PERF_COUNT": True,
    }
    request = core.compile_model(core.read_model(layers), "CPU", options).create_infer_request()
    given = noise(request.model_inputs, frames)
    least_s = min(_seconds(request, given) for _ in range(RUNS))
    Console().print(shares(request.get_profiling_info()))
    Console().print(f"{least_s / (frames * FRAME_SAMPLES / SAMPLE_RATE_HZ):.4f} s for a second of sound")


def noise(inputs: list[openvino.ConstOutput], frames: int) -> dict[str, np.ndarray]:
    """For each input as much as an utterance of so many frames has."""
    random = np.random.default_rng(0)
    lengths = {FEATURES: frames, PITCH: 2 * frames, ENERGY: 2 * frames, HARMONICS: 120 * frames + 1}
    given = {}
    for value in inputs:
        name = value.get_any_name()
        shape = [lengths[name] if size.is_dynamic else size.get_length() for size in value.get_partial_shape()]
        given[name] = (random.normal(size=shape) * (0 if name in (OTHERS, OTHERS_SHARE) else 0.3)).astype(np.float32)
    return given


def shares(nodes: list[openvino.ProfilingInfo]) -> Table:
    """By kind and kernel, the longest first."""
    seconds: Counter[tuple[str, str]] = Counter()
    for node in nodes:
        seconds[node.node_type, node.exec_type] += node.real_time.total_seconds()
    counts = Counter((node.node_type, node.exec_type) for node in nodes)
    table = Table("node", "kernel", "how many", "share")
    for kind, taken_s in seconds.most_common(MOST_KINDS):
        table.add_row(*kind, str(counts[kind]), f"{100 * taken_s / seconds.total():.1f} %")
    return table


def _seconds(request: openvino.InferRequest, given: dict[str, np.ndarray]) -> float:
    begun_s = time.perf_counter()
    request.infer(given)
    return time.perf_counter() - begun_s


if __name__ == "__main__":
    typer.run(main)
