"""Clones a voice and lets it speak: what `make demo` runs.

Without a recording it makes one first, of a voice that nobody has: two of the engine's voices mixed, raised a little,
in a small room with some noise.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

import hwamei
from hwamei.codecs.formats import DEFAULT_SAMPLE_RATE_HZ, Format
from hwamei.domain.audio import Audio, Samples
from hwamei.domain.speech import Delivery, SpeechOrder
from hwamei.domain.voice import Voiceprint
from hwamei.dsp.joins import with_pause
from hwamei.labels.aigc import AigcLabel
from hwamei.labels.finish import finish

SENTENCES = {
    "chinese": "你好，我的声音是从一段录音里学来的。银行的行长说，了解了以后，长大就不难了。",
    "english": "Hello, my voice was learned from one short recording. The ferry leaves at 6:45, and it costs $4.50.",
    "mixed": "今天我们用 Python 写一个小程序，把 machine learning 的结果读出来，OK?",
}
REFERENCE_TEXT = (
    "The morning was quiet, and a thin mist lay over the river. An old man walked along the bank with his dog, "
    "stopped at the bridge, and watched the boats go by for a while. "
    "Nobody knew where he came from, but everybody greeted him.\n"
    "早上的公园里很安静，只有几只鸟在树上唱歌。老人坐在长椅上看报纸，孩子们在湖边放风筝。过了一会儿，太阳出来了，大家都觉得暖和多了。"
)
INVENTED_PITCH_SEMITONES = 1.5
ROOM_DECAY_S = 0.25  # until its echo is 60 dB down: a furnished room
ECHO_DB = -22.0
NOISE_DBFS = -58.0


@dataclass(frozen=True)
class Line:
    """One row of the table."""

    file: Path
    speech: hwamei.Speech


def main() -> None:
    """Clone, speak, show."""
    wanted = arguments()
    wanted.out.mkdir(parents=True, exist_ok=True)
    everyday = hwamei.Settings()
    settings = hwamei.Settings(data=wanted.out / "data", models=everyday.models_folder)
    try:
        with hwamei.open(settings) as studio:
            voice, lines = clone_and_speak(studio, wanted.ref, wanted.out)
    except hwamei.HwameiError as error:
        sys.exit(f"demo: {error}")
    show(voice, lines)


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description="Clone a voice and let it speak.")
    parser.add_argument("--out", type=Path, default=Path("demo"), help="the folder to write to")
    parser.add_argument("--ref", type=Path, help="a recording of your own; without it one is made of an invented voice")
    return parser.parse_args()


def clone_and_speak(studio: hwamei.Studio, reference: Path | None, out: Path) -> tuple[hwamei.Voice, list[Line]]:
    """The voice of the recording, and what it said."""
    for old in studio.voices.list():
        studio.voices.delete(old.id)  # of an earlier demo; the folder is the demo's own
    with progress_bar() as step:
        with step("making a recording of an invented voice"):
            recording = reference or invent_recording(studio, out / "reference.flac")
        with step(f"cloning the voice in {recording.name}") as progress:
            voice = studio.clone("demo", recording, level="trained", progress=progress)
        lines = []
        for name, text in SENTENCES.items():
            with step(f"speaking {name}") as progress:
                file = out / f"{name}.wav"
                speech = studio.say(text, voice=voice, out=file, subtitles=file.with_suffix(".srt"), progress=progress)
                lines.append(Line(file, speech))
    return voice, lines


def invent_recording(studio: hwamei.Studio, target: Path) -> Path:
    """Half a minute of English and Chinese by a voice that nobody has."""
    presets = studio.presets()
    voiceprint = mixed(*(studio.engine.preset(presets[min(i, len(presets) - 1)]) for i in (0, 2)))
    order = SpeechOrder(REFERENCE_TEXT, delivery=Delivery(pitch_semitones=INVENTED_PITCH_SEMITONES))
    spoken = [with_pause(each.audio, 250) for each in studio.narrator(voiceprint).stream(order, voiceprint)]
    dry = np.concatenate([audio.samples for audio in spoken])
    recorded = Audio(in_a_room(dry, spoken[0].sample_rate_hz), spoken[0].sample_rate_hz)
    label = AigcLabel.first(studio.settings.content_producer, "demo-reference")
    finish([recorded], target, format=Format.FLAC, sample_rate_hz=DEFAULT_SAMPLE_RATE_HZ, label=label)
    return target


def mixed(one: Voiceprint, other: Voiceprint) -> Voiceprint:
    """A voice between two."""
    arrays = {name: ((array + other.arrays[name]) / 2).astype(np.float32) for name, array in one.arrays.items()}
    return replace(one, arrays=arrays)


def in_a_room(samples: Samples, sample_rate_hz: int) -> Samples:
    """The sound with a short echo and a little noise, float32 [n]: always the same."""
    chance = np.random.default_rng(7)
    times_s = np.arange(round(ROOM_DECAY_S * sample_rate_hz)) / sample_rate_hz
    echo = chance.normal(size=len(times_s)) * 10 ** (-3 * times_s / ROOM_DECAY_S)
    echo *= 10 ** (ECHO_DB / 20) / np.sqrt(np.sum(echo**2))
    echo[0] = 1.0
    size = 1 << (len(samples) + len(echo)).bit_length()
    wet = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(echo, size), size)[: len(samples)]
    noise = chance.normal(scale=10 ** (NOISE_DBFS / 20), size=len(samples))
    result: Samples = (wet + noise).astype(np.float32)
    return result


Step = Callable[[str], AbstractContextManager[Callable[[float], None]]]
"""A step of the work, by its name: a context that gives what to tell percents to."""


@contextmanager
def progress_bar() -> Iterator[Step]:
    """Shows how far each step is, also afterwards."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:

        @contextmanager
        def step(label: str) -> Iterator[Callable[[float], None]]:
            task = bar.add_task(label, total=100)
            yield lambda percent: bar.update(task, completed=percent)
            bar.update(task, completed=100)

        yield step


def show(voice: hwamei.Voice, lines: list[Line]) -> None:
    """The table."""
    facts = voice.voiceprint.facts
    before, after = (facts.get(name) for name in ("likeness_before", "likeness"))
    likeness = " → ".join(f"{value:.2f}" for value in (before, after) if value is not None)
    table = Table("file", "seconds of audio", "real-time factor", "likeness before → after")
    for line in lines:
        table.add_row(line.file.name, f"{line.speech.duration_s:.1f}", f"{line.speech.real_time_factor:.2f}", likeness)
    console = Console()
    console.print(table)
    console.print(
        "Likeness to the recording, 1 is the same voice: of the nearest stock voice, and of the clone."
        f" The recording has {voice.facts.speech_s:.0f} s of speech. Sound and subtitles are in {lines[0].file.parent}."
    )


if __name__ == "__main__":
    main()
