"""Faster or slower at the same pitch, higher or lower in the same time: for engines that can do neither themselves.

By FFmpeg's filters: the pitch moves with the tape (`asetrate`), and `atempo`, which overlaps and adds pieces where they
are most alike, brings the time back.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import log2

import av
import av.filter
import numpy as np

from hwamei.domain.audio import Audio, Samples

_SLOWEST = 0.5  # that one `atempo` can do


def change(audio: Audio, *, speed: float = 1.0, pitch_semitones: float = 0.0) -> Audio:
    """The sound at its rate, 1/speed times as long to a sample, with F0 2^(semitones/12) times as high."""
    if not len(audio.samples) or (speed == 1 and pitch_semitones == 0):
        return audio
    higher = 2 ** (pitch_semitones / 12)
    filters = [f"asetrate={round(audio.sample_rate_hz * higher)}", f"aresample={audio.sample_rate_hz}"]
    filters += [f"atempo={factor:.9f}" for factor in _steps(speed / higher)]
    changed = np.concatenate([*_filtered(audio, filters), np.zeros(0, np.float32)])
    length_samples = round(len(audio.samples) / speed)
    padded = np.pad(changed[:length_samples], (0, max(0, length_samples - len(changed))))
    return Audio(padded, audio.sample_rate_hz)


def _steps(factor: float) -> list[float]:
    """The factor as a product of such as one filter can do."""
    count = max(1, int(np.ceil(log2(factor) / log2(_SLOWEST)))) if factor < 1 else 1
    return [factor ** (1 / count)] * count


def _filtered(audio: Audio, filters: list[str]) -> Iterator[Samples]:
    graph = av.filter.Graph()
    nodes = [graph.add_abuffer(format="flt", sample_rate=audio.sample_rate_hz, layout="mono")]
    nodes += [graph.add(name, options) for name, _, options in (each.partition("=") for each in filters)]
    nodes.append(graph.add("abuffersink"))
    graph.link_nodes(*nodes).configure()
    frame = av.AudioFrame.from_ndarray(audio.samples[np.newaxis], format="flt", layout="mono")
    frame.sample_rate, frame.pts = audio.sample_rate_hz, 0
    graph.push(frame)
    graph.push(None)
    while True:
        try:
            pulled = graph.pull()
        except (av.BlockingIOError, av.EOFError):
            return
        yield np.asarray(pulled.to_ndarray(), dtype=np.float32)[0]
