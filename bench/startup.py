"""How long the command line takes to begin: Python alone, the help, one short sentence in a file."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from bench.findings import Finding
from bench.repeats import seconds, spread, taking_turns
from bench.workshop import Workshop, workshop

ROUNDS = 5
HWAMEI = (sys.executable, "-m", "hwamei")


def measure(_: Workshop) -> list[Finding]:
    """Wall time of whole processes, once the model has been made ready for this machine."""
    with workshop() as fresh:
        return _measure(fresh)


def _measure(fresh: Workshop) -> list[Finding]:
    sentence = fresh.folder / "sentence.wav"
    commands: dict[str, Sequence[str]] = {
        "python -c pass": (sys.executable, "-c", "pass"),
        "hwamei --help": (*HWAMEI, "--help"),
        'hwamei say "Good morning."': (*HWAMEI, "say", "Good morning.", "--out", str(sentence)),
        'hwamei say "早上好。"': (*HWAMEI, "say", "早上好。", "--out", str(sentence)),
    }
    first_s = seconds(lambda: fresh.run(commands['hwamei say "Good morning."']))
    works = [lambda command=command: seconds(lambda: fresh.run(command)) for command in commands.values()]
    rounds = taking_turns(ROUNDS, *works)
    usual = [Finding(f"`{what}`", spread(took_s).show("s")) for what, took_s in zip(commands, rounds, strict=True)]
    return [*usual, Finding("the first `hwamei say` of a data folder", f"{first_s:.2f} s")]
