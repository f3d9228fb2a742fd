"""Peak memory of speaking texts of several lengths, each in a process of its own."""

from __future__ import annotations

from bench.findings import Finding
from bench.workshop import Workshop, workshop

LENGTHS = (500, 5_000)
LONG = 20_000
FIRST = 100  # characters, where making the model ready for the machine is what matters
TONE_LENGTHS = (5_000, 100_000)
MOST_MB = 1_200
GROWTH = 1.1  # the longer text over the shorter; the longest sentence is in both


def measure(place: Workshop) -> list[Finding]:
    """With the embedded engine, then with the engine of tones, which shows what all the rest needs."""
    lengths = (*LENGTHS, LONG) if place.long else LENGTHS
    with workshop() as fresh:  # where the model has not been made ready for this machine yet
        first = _peak("kokoro, making the model ready at the first start", FIRST, _speak("kokoro", FIRST, fresh))
        return [first, *_of("kokoro", lengths, fresh), *_of("tone", TONE_LENGTHS, fresh)]


def _of(engine: str, lengths: tuple[int, ...], place: Workshop) -> list[Finding]:
    heard = {length: _speak(engine, length, place) for length in lengths}
    growth = heard[lengths[-1]]["peak_mb"] / heard[lengths[0]]["peak_mb"]
    what = f"{engine}: peak memory, {lengths[-1]:,} characters / {lengths[0]:,}"
    return [
        *(_peak(engine, length, figures) for length, figures in heard.items()),
        Finding(what, f"{growth:.2f}", f"≤ {GROWTH}", growth <= GROWTH),
    ]


def _speak(engine: str, characters: int, place: Workshop) -> dict[str, float]:
    return place.figures("bench.speaking", str(characters), engine=engine)


def _peak(engine: str, characters: int, figures: dict[str, float]) -> Finding:
    peak_mb = figures["peak_mb"]
    spoken = f"{figures['sound_s']:.0f} s of sound, real-time factor {figures['real_time_factor']:.2f}"
    what = f"{engine}: peak memory, {characters:,} characters"
    return Finding(what, f"{peak_mb:.0f} MB; {spoken}", f"≤ {MOST_MB} MB", peak_mb <= MOST_MB)
