"""Throughput of two streams of one thread each, against one stream of two threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from bench.findings import Finding
from bench.machine import CORES
from bench.real_time import VOICE
from bench.repeats import ratio, seconds, spread, taking_turns
from bench.texts import SENTENCES
from bench.workshop import Workshop
from hwamei.domain.speech import Delivery
from hwamei.domain.utterance import Utterance
from hwamei.engines.kokoro.engine import open_engine
from hwamei.ports import Engine
from hwamei.text.plan import plan

ROUNDS = 3
WANTED = 1.25  # times the throughput


def measure(workshop: Workshop) -> list[Finding]:
    """How much more two narrow streams get done than a wide one."""
    share = [utterance for sentence in SENTENCES[1::2] for utterance in plan(sentence)]
    with ExitStack() as open_engines:
        wide = open_engines.enter_context(open_engine(workshop.settings()))
        narrow = [open_engines.enter_context(open_engine(workshop.settings(threads=1))) for _ in range(CORES)]
        pool = open_engines.enter_context(ThreadPoolExecutor(CORES))

        def one_after_the_other() -> None:
            _speak_all(wide, share * CORES)

        def side_by_side() -> None:
            list(pool.map(lambda engine: _speak_all(engine, share), narrow))

        for engine in (wide, *narrow):
            _speak_all(engine, share[:1])  # the first utterance loads the models
        wide_s, narrow_s = taking_turns(ROUNDS, lambda: seconds(one_after_the_other), lambda: seconds(side_by_side))
    gain = ratio(wide_s, narrow_s)
    return [
        Finding("one stream of two threads", spread(wide_s).show("s")),
        Finding("two streams of one thread, the same work", spread(narrow_s).show("s")),
        Finding("throughput of two streams / of one", gain.show(), f"≥ {WANTED}", gain.median >= WANTED),
    ]


def _speak_all(engine: Engine, utterances: list[Utterance]) -> None:
    print_ = engine.preset(VOICE)
    for utterance in utterances:
        engine.speak(utterance, print_, Delivery())
