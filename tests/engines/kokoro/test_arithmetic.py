"""In which numbers the engine computes, and who says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from hwamei.domain.errors import EngineFailed
from hwamei.engines.kokoro import arithmetic, cpu
from hwamei.engines.kokoro.arithmetic import Arithmetic, advice, chosen, keep, on_openvino, possible, usual
from hwamei.settings import Settings

AMX = frozenset({"avx2", "avx512f", "avx512_vnni", "amx_bf16"})
VNNI = frozenset({"avx2", "avx_vnni"})
OLD = frozenset({"avx2"})
UNTOLD: frozenset[str] = frozenset()
FASTEST_LAST = {Arithmetic.FLOAT32: 0.4, Arithmetic.BFLOAT16: 0.2, Arithmetic.INT8: 0.1}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path)


def processor(monkeypatch: pytest.MonkeyPatch, flags: frozenset[str], *, openvino: bool = True) -> None:
    """Let this machine have a processor with these flags, and OpenVINO or not."""
    monkeypatch.setattr(cpu, "flags", lambda: flags)
    monkeypatch.setattr(arithmetic, "find_spec", lambda name: object() if openvino else None)


@pytest.mark.parametrize(
    ("flags", "openvino", "expected"),
    [
        (AMX, True, Arithmetic.BFLOAT16),
        (AMX, False, Arithmetic.FLOAT32),
        (VNNI, True, Arithmetic.FLOAT32),
        (VNNI, False, Arithmetic.INT8),
        (OLD, True, Arithmetic.FLOAT32),
        (UNTOLD, True, Arithmetic.FLOAT32),
        (UNTOLD, False, Arithmetic.FLOAT32),
    ],
)
def test_the_processor_says_what_is_usually_fastest(
    flags: frozenset[str], openvino: bool, expected: Arithmetic, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    processor(monkeypatch, flags, openvino=openvino)
    assert usual() is chosen(settings) is expected
    assert expected in possible()


def test_what_was_measured_goes_before_what_is_usual(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    processor(monkeypatch, AMX)
    assert keep(FASTEST_LAST, settings) is Arithmetic.INT8
    assert chosen(settings) is Arithmetic.INT8


def test_what_was_measured_on_another_processor_does_not_count(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    processor(monkeypatch, VNNI)
    keep(FASTEST_LAST, settings)
    processor(monkeypatch, AMX)
    assert chosen(settings) is Arithmetic.BFLOAT16


def test_what_cannot_be_computed_any_more_does_not_count(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    processor(monkeypatch, AMX)
    keep({Arithmetic.BFLOAT16: 0.1}, settings)
    processor(monkeypatch, AMX, openvino=False)
    assert chosen(settings) is Arithmetic.FLOAT32


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"processor": 1}', b"\xff", b'{"arithmetic": "int8"}'])
def test_a_damaged_note_of_what_was_measured_does_not_count(
    content: bytes, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    processor(monkeypatch, OLD)
    keep(FASTEST_LAST, settings)
    (note,) = settings.cache_folder.iterdir()
    note.write_bytes(content)
    assert chosen(settings) is Arithmetic.FLOAT32


def test_the_settings_go_before_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    processor(monkeypatch, AMX)
    settings = Settings(data=tmp_path, kokoro_arithmetic="float32")
    keep(FASTEST_LAST, settings)
    assert chosen(settings) is Arithmetic.FLOAT32


def test_bfloat16_without_openvino_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    processor(monkeypatch, AMX, openvino=False)
    with pytest.raises(EngineFailed, match=r"hwamei\[openvino\].*or set auto"):
        chosen(Settings(data=tmp_path, kokoro_arithmetic="bfloat16"))


@pytest.mark.parametrize(("flags", "openvino", "on_it"), [(OLD, True, 2), (OLD, False, 1), (UNTOLD, True, 1)])
def test_openvino_takes_floats_where_it_is_and_was_measured(
    flags: frozenset[str], openvino: bool, on_it: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bfloat16 is refused before, where it is not."""
    processor(monkeypatch, flags, openvino=openvino)
    assert [each for each in Arithmetic if on_openvino(each)] == [Arithmetic.FLOAT32, Arithmetic.BFLOAT16][-on_it:]


def test_openvino_is_advised_where_it_helps_and_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    for flags, openvino, helps in ((AMX, False, True), (AMX, True, False), (OLD, False, True), (UNTOLD, False, False)):
        processor(monkeypatch, flags, openvino=openvino)
        assert ("hwamei[openvino]" in advice()) is helps


def test_the_processor_is_read_from_what_linux_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = tmp_path / "cpuinfo"
    told.write_text(
        "processor\t: 0\nmodel name\t: Some  Processor\nflags\t\t: avx2 amx_bf16 avx_vnni\n\nflags\t\t: none\n"
    )
    monkeypatch.setattr(cpu, "CPUINFO", told)
    cpu.flags.cache_clear()
    cpu.name.cache_clear()
    try:
        assert (cpu.has_vnni(), cpu.has_bfloat16_matrices(), cpu.name()) == (True, True, "Some Processor")
        monkeypatch.setattr(cpu, "CPUINFO", tmp_path / "nothing")
        cpu.flags.cache_clear()
        cpu.name.cache_clear()
        assert (cpu.has_vnni(), cpu.has_bfloat16_matrices(), cpu.name()) == (False, False, "")
    finally:
        cpu.flags.cache_clear()
        cpu.name.cache_clear()
