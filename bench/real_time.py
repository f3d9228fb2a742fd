"""The speed of one stream on two cores, side by side with kokoro-onnx: the same weights, voice, sounds and threads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime

from bench.findings import Finding
from bench.machine import CORES
from bench.repeats import ratio, seconds, spread, taking_turns
from bench.texts import SENTENCES
from bench.workshop import Workshop
from hwamei import npz
from hwamei.domain.speech import Delivery
from hwamei.domain.utterance import Utterance
from hwamei.engines.kokoro.decoders import ERRORS_ONLY
from hwamei.engines.kokoro.engine import open_engine
from hwamei.engines.kokoro.frames import SAMPLE_RATE_HZ
from hwamei.engines.kokoro.phones import token_line
from hwamei.engines.kokoro.style_space import Floats, style_space
from hwamei.engines.kokoro.vocabulary import TOKENS
from hwamei.models import locate
from hwamei.models.catalogue import KOKORO
from hwamei.text.plan import plan

if TYPE_CHECKING:
    from kokoro_onnx import Kokoro

VOICE = "zf_xiaoxiao"
ROUNDS = 4
FACTOR = 0.17  # on two cores with AMX
NOT_SLOWER = 1.0  # our time over theirs
SYMBOLS = {number: symbol for symbol, number in TOKENS.items()}


def measure(workshop: Workshop) -> list[Finding]:
    """Real-time factors of both, of what is heard from us, and the ratio of their times."""
    utterances = [utterance for sentence in SENTENCES for utterance in plan(sentence)]
    theirs = _KokoroOnnx(_open_kokoro_onnx(workshop), published_pack(VOICE))
    with open_engine(workshop.settings()) as engine:
        print_ = engine.preset(VOICE)

        def ours() -> float:
            return sum(engine.speak(utterance, print_, Delivery()).audio.duration_s for utterance in utterances)

        sound_s = sum(theirs.sound_s(utterance) for utterance in utterances)
        heard_s = ours()  # the first run loads the models
        return _findings(ours, lambda: theirs.speak_all(utterances), sound_s, heard_s)


def _findings(
    ours: Callable[[], object], theirs: Callable[[], object], sound_s: float, heard_s: float
) -> list[Finding]:
    own_s, other_s = taking_turns(ROUNDS, lambda: seconds(ours), lambda: seconds(theirs))
    of_time, of_heard = ratio(own_s, other_s), spread([s / heard_s for s in own_s])
    return [
        Finding("real-time factor, Hwamei", spread([s / sound_s for s in own_s]).show()),
        Finding(
            "the same for what is heard, without the quiet at the ends",
            of_heard.show(),
            f"≤ {FACTOR}",
            of_heard.median <= FACTOR,
        ),
        Finding("real-time factor, kokoro-onnx", spread([s / sound_s for s in other_s]).show()),
        Finding("time of Hwamei / time of kokoro-onnx", of_time.show(), "≤ 1", of_time.median <= NOT_SLOWER),
        Finding("sound spoken in each round", f"{sound_s:.1f} s in {ROUNDS} rounds"),
    ]


@dataclass(frozen=True, eq=False)
class _KokoroOnnx:
    """The other program with one voice: `pack` float32 [510, 1, 256]."""

    kokoro: Kokoro
    pack: Floats

    def speak_all(self, utterances: list[Utterance]) -> None:
        """All of them, as it is used: with its own trimming."""
        for utterance in utterances:
            self.kokoro.create(symbols(utterance), self.pack, is_phonemes=True)

    def sound_s(self, utterance: Utterance) -> float:
        """Seconds of sound that the model makes of it, before anybody trims: what both times are divided by."""
        samples, rate_hz = self.kokoro.create(symbols(utterance), self.pack, is_phonemes=True, trim=False)
        assert rate_hz == SAMPLE_RATE_HZ
        return len(samples) / SAMPLE_RATE_HZ


def symbols(utterance: Utterance) -> str:
    """The sounds that our engine gives the model for it, as the model's symbols."""
    return "".join(SYMBOLS[number] for number in token_line(utterance).tokens)


def published_pack(name: str) -> Floats:
    """The styles of a published voice, float32 [510, 1, 256], as its author's file has them."""
    space = style_space()
    mean, directions = space.voice(name)
    return (mean + space.bend @ directions)[:, None].astype(np.float32)


def _open_kokoro_onnx(workshop: Workshop) -> Kokoro:
    """It, on the same weights and with as many threads as ours."""
    # Needed by this measurement alone, and not installed where only the tests run.
    from kokoro_onnx import Kokoro

    model, voices = workshop.folder / KOKORO.file_name, workshop.folder / "voices.npz"
    model.write_bytes(locate.load_bytes(KOKORO.name, workshop.settings()))
    voices.write_bytes(npz.pack({VOICE: published_pack(VOICE)}))
    options = onnxruntime.SessionOptions()
    options.log_severity_level = ERRORS_ONLY
    options.intra_op_num_threads = CORES
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    kokoro: Kokoro = Kokoro.from_session(session, str(voices), vocab_config={"vocab": TOKENS})
    return kokoro
