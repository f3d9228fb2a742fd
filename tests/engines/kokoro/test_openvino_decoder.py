"""The decoder on OpenVINO says what the one on ONNX Runtime says, in float32 and in bfloat16."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest

from hwamei.domain.audio import Samples
from hwamei.engines.kokoro import cpu, graph
from hwamei.engines.kokoro.arithmetic import Arithmetic, chosen, possible
from hwamei.engines.kokoro.decoders import Decoder
from hwamei.engines.kokoro.frames import FRAME_SAMPLES, Floats, Frames
from hwamei.engines.kokoro.openvino_decoder import LAYERS, open_openvino_decoder
from hwamei.engines.kokoro.phrases import CHINESE, ENGLISH, Phrase
from hwamei.engines.kokoro.runtime import Runtime, open_runtime, open_whole_decoder
from hwamei.engines.kokoro.style_space import StyleSpace
from hwamei.engines.kokoro.tuning import tune
from hwamei.settings import Settings
from hwamei.speaker.mel import mel_power

pytestmark = pytest.mark.long("makes the model anew for each arithmetic, and speaks with each")
LISTENING: list[list[str]] = []  # a hook of the interpreter cannot be taken away again


@pytest.fixture(scope="module")
def exact(kokoro_settings: Settings, runtime: Runtime) -> Runtime:
    """In float32 on ONNX Runtime, which computes as the model says."""
    decoder = open_whole_decoder(Arithmetic.FLOAT32, kokoro_settings, threads=kokoro_settings.threads)
    return replace(runtime, decoder=decoder)


@pytest.fixture(scope="module")
def published(kokoro_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Runtime:
    """As it was published, in 8-bit integers."""
    elsewhere = tmp_path_factory.mktemp("int8")  # in one folder, the forms of a file take each other's place
    return open_runtime(kokoro_settings.model_copy(update={"kokoro_arithmetic": "int8", "data": elsewhere}))


@pytest.fixture(scope="module")
def calls() -> Iterator[list[str]]:
    """The addresses that are called from now on."""
    called: list[str] = []
    LISTENING.append(called)
    sys.addaudithook(_note)
    yield called
    LISTENING.remove(called)


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if event in ("socket.connect", "socket.getaddrinfo"):
        for called in LISTENING:
            called.append(str(arguments))


@pytest.fixture(scope="module")
def decoder(kokoro_settings: Settings, calls: list[str]) -> Decoder:
    """With two streams of one thread."""
    two = kokoro_settings.model_copy(update={"threads": 2})
    return open_openvino_decoder(two, threads=1, bfloat16=cpu.has_bfloat16_matrices())


def frames_of(runtime: Runtime, space: StyleSpace, phrase: Phrase) -> tuple[Frames, Floats]:
    mean, directions = space.voice("zf_xiaoxiao")
    style = (mean + space.bend[len(phrase.tokens) - 1] @ directions).astype(np.float32)
    return runtime.predict(phrase.tokens, style, 1.0), style


def mel_distance_db(one: Samples, other: Samples) -> float:
    """Root mean square over bands and frames that are louder than -55 dB of the loudest."""
    first, second = (10 * np.log10(mel_power(samples) + 1e-12) for samples in (one, other))
    loud = first > first.max() - 55
    return float(np.sqrt(np.mean((first - second)[loud] ** 2)))


def test_it_is_as_near_to_float32_as_the_published_form_is(
    exact: Runtime, published: Runtime, decoder: Decoder, space: StyleSpace
) -> None:
    for phrase in (CHINESE[0], ENGLISH[0]):
        frames, style = frames_of(exact, space, phrase)
        expected, heard = exact.decode(frames, style), decoder.decode(frames, style)
        assert heard.shape == expected.shape == (frames.counts.sum() * FRAME_SAMPLES,)
        assert mel_distance_db(expected, heard) < 1.3 * mel_distance_db(expected, published.decode(frames, style))


def test_in_float32_it_is_nearer_by_far(kokoro_settings: Settings, exact: Runtime, space: StyleSpace) -> None:
    decoder = open_openvino_decoder(kokoro_settings, threads=kokoro_settings.threads, bfloat16=False)
    for phrase in (CHINESE[0], ENGLISH[0]):
        frames, style = frames_of(exact, space, phrase)
        assert mel_distance_db(exact.decode(frames, style), decoder.decode(frames, style)) < 0.2


def test_it_is_made_once_and_anew_where_a_file_is_damaged(
    kokoro_settings: Settings, exact: Runtime, space: StyleSpace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = kokoro_settings.model_copy(update={"data": tmp_path})
    making = Mock(wraps=graph.decoder_in_three)
    monkeypatch.setattr(graph, "decoder_in_three", making)
    said = frames_of(exact, space, ENGLISH[0])

    def opened() -> Samples:
        bfloat16 = cpu.has_bfloat16_matrices()
        return open_openvino_decoder(settings, threads=settings.threads, bfloat16=bfloat16).decode(*said)

    first = opened()
    np.testing.assert_array_equal(opened(), first)
    assert making.call_count == 1
    (file,) = (settings.cache_folder / "derived" / LAYERS).iterdir()
    file.write_bytes(file.read_bytes()[:1000])
    np.testing.assert_array_equal(opened(), first)
    assert making.call_count == 2
    np.testing.assert_array_equal(opened(), first)
    assert making.call_count == 2


def test_several_threads_at_once_hear_what_one_hears(exact: Runtime, decoder: Decoder, space: StyleSpace) -> None:
    said = [frames_of(exact, space, phrase) for phrase in (*CHINESE[:2], *ENGLISH[:2])]
    alone = [decoder.decode(*one) for one in said]
    with ThreadPoolExecutor(max_workers=4) as pool:
        together = list(pool.map(lambda one: decoder.decode(*one), said * 2))
    for one, other in zip(alone * 2, together, strict=True):
        np.testing.assert_array_equal(one, other)


def test_it_calls_nobody(exact: Runtime, decoder: Decoder, space: StyleSpace, calls: list[str]) -> None:
    """OpenVINO brings along a package that can report how it is used."""
    decoder.decode(*frames_of(exact, space, ENGLISH[0]))
    assert calls == []
    with socket.socket() as caller:
        caller.connect_ex(("127.0.0.1", 9))
    assert len(calls) == 1  # a call would have been heard


def test_tuning_keeps_to_what_was_fastest(kokoro_settings: Settings, tmp_path: Path) -> None:
    settings = kokoro_settings.model_copy(update={"data": tmp_path})  # where the others look, nothing is noted
    tuned = tune(settings, now_s=time.monotonic)
    factors = dict(tuned.real_time_factors)
    assert set(factors) == set(possible())
    assert tuned.chosen is chosen(settings)
    assert factors[tuned.chosen] == min(factors.values())
