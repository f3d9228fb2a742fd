"""Peak memory of speaking texts of several lengths, each in a process of its own."""

from __future__ import annotations

from bench.findings import Finding
from bench.workshop import Workshop

LENGTHS = (500, 5_000)
LONG = 20_000
TONE_LENGTHS = (5_000, 100_000)
MOST_MB = 1_200
GROWTH = 1.1  # the longer text over the shorter: a longer text has a longest sentence that is longer


def measure(workshop: Workshop) -> list[Finding]:
    """With the embedded engine, then with the engine of tones, which shows what all the rest needs."""
    lengths = (*LENGTHS, LONG) if workshop.long else LENGTHS
    return [*_of("kokoro", lengths, workshop), *_of("tone", TONE_LENGTHS, workshop)]


def _of(engine: str, lengths: tuple[int, ...], workshop: Workshop) -> list[Finding]:
    heard = {length: workshop.figures("bench.speaking", str(length), engine=engine) for length in lengths}
    growth = heard[lengths[-1]]["peak_mb"] / heard[lengths[0]]["peak_mb"]
    what = f"{engine}: peak memory, {lengths[-1]:,} characters / {lengths[0]:,}"
    return [
        *(_peak(engine, length, figures) for length, figures in heard.items()),
        Finding(what, f"{growth:.2f}", f"≤ {GROWTH}", growth <= GROWTH),
    ]


def _peak(engine: str, characters: int, figures: dict[str, float]) -> Finding:
    peak_mb = figures["peak_mb"]
    spoken = f"{figures['sound_s']:.0f} s of sound, real-time factor {figures['real_time_factor']:.2f}"
    what = f"{engine}: peak memory, {characters:,} characters"
    return Finding(what, f"{peak_mb:.0f} MB; {spoken}", f"≤ {MOST_MB} MB", peak_mb <= MOST_MB)
