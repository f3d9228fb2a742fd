"""Models that are sets of files: fetched from a hub that breaks in every way, verified, found in a folder."""

from __future__ import annotations

import dataclasses
import hashlib
import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from hwamei.domain.errors import ModelDamaged, ModelMissing, ModelNotFetched
from hwamei.models import sets, verify
from hwamei.models.catalogue import CATALOGUE, entry
from hwamei.models.download import Patience
from hwamei.models.fetch_set import fetch_set
from hwamei.models.hub import ADDRESSES, address_of
from hwamei.models.hub_sets import SETS, ZIPVOICE, Content, Hub, HubFile, ModelSet, Place
from hwamei.models.verify import State
from hwamei.settings import Settings
from tests.jobs.test_disk_full import no_file_longer_than
from tests.models.loopback_hub import REPOSITORY, LoopbackHub, opened

LARGE = random.Random(1).randbytes(3_000_000)
CONTENT = {"decoder.onnx": LARGE, "lang/tokens.txt": b"a 0\nb 1\n", "README.md": b"nobody wants it"}
WANTED = {path: content for path, content in CONTENT.items() if path != "README.md"}
ALL_BYTES = sum(map(len, WANTED.values()))
HURRIED = Patience(tries=3, sleep=lambda wait_s: None)


def content_of(content: bytes, *, size_known: bool = True) -> Content:
    return Content(len(content) if size_known else None, hashlib.sha256(content).hexdigest())


def a_file(path: str, content: Content) -> HubFile:
    revisions = {Hub.HUGGING_FACE: "main", Hub.MODELSCOPE: "master"}
    return HubFile(path, {hub: Place(REPOSITORY, revision, path, content) for hub, revision in revisions.items()})


TINY = ModelSet(
    name="tiny",
    licence="CC0-1.0",
    source="here",
    purpose="is used by tests",
    files=(
        a_file("decoder.onnx", content_of(LARGE)),
        a_file("lang/tokens.txt", content_of(CONTENT["lang/tokens.txt"], size_known=False)),
    ),
)


@pytest.fixture
def hub() -> Iterator[LoopbackHub]:
    with opened(LoopbackHub(dict(CONTENT))) as hub:
        yield hub


@pytest.fixture
def settings(tmp_path: Path, hub: LoopbackHub) -> Settings:
    return Settings(data=tmp_path / "data", hub_url=hub.url)


def fetched(settings: Settings, patience: Patience = HURRIED) -> tuple[Path, list[tuple[int, int]]]:
    told: list[tuple[int, int]] = []
    folder = fetch_set(TINY, settings, lambda come, total: told.append((come, total)), patience=patience)
    return folder, told


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("hub_name", list(Hub))
def test_a_set_is_fetched_from_either_hub_and_is_intact(hub_name: Hub, settings: Settings) -> None:
    folder, told = fetched(settings.model_copy(update={"hub": str(hub_name)}))
    assert folder == settings.models_folder / "tiny"
    assert files_in(folder) == WANTED
    assert verify.examine_set(TINY, settings).state is State.INTACT
    assert told[-1] == (ALL_BYTES, ALL_BYTES)
    assert [come for come, _ in told] == sorted(come for come, _ in told)


def test_a_file_that_changes_later_is_noticed(settings: Settings) -> None:
    folder, _ = fetched(settings)
    assert sets.folder(TINY, settings) == folder
    (folder / "lang/tokens.txt").write_bytes(b"a 1\nb 0\n")
    assert verify.examine_set(TINY, settings).state is State.DAMAGED
    with pytest.raises(ModelDamaged, match=r"tokens\.txt"):
        sets.folder(TINY, settings)


def test_a_broken_line_costs_only_what_had_not_come(settings: Settings, hub: LoopbackHub) -> None:
    hub.break_after["decoder.onnx"] = 2_000_000
    folder, told = fetched(settings)
    assert files_in(folder) == WANTED
    assert hub.ranges == ["decoder.onnx bytes=2000000-"]
    assert hub.served["decoder.onnx"] == len(LARGE)
    assert told[-1] == (ALL_BYTES, ALL_BYTES)


def test_a_pull_that_was_given_up_is_gone_on_with_by_the_next(settings: Settings, hub: LoopbackHub) -> None:
    hub.break_after["decoder.onnx"] = 1_000_000
    with pytest.raises(ModelNotFetched, match="1 tries in a row"):
        fetched(settings, Patience(tries=1))
    assert not (settings.models_folder / "tiny").exists()
    assert verify.examine_set(TINY, settings).state is State.MISSING
    fetched(settings)
    assert hub.ranges == ["decoder.onnx bytes=1000000-"]
    assert hub.served["lang/tokens.txt"] == len(CONTENT["lang/tokens.txt"])


def test_a_hub_that_takes_no_ranges_is_asked_for_all_again(settings: Settings, hub: LoopbackHub) -> None:
    hub.takes_ranges = False
    hub.break_after["decoder.onnx"] = 2_000_000
    folder, told = fetched(settings)
    assert files_in(folder) == WANTED
    assert told[-1] == (ALL_BYTES, ALL_BYTES)


def test_failures_that_may_pass_are_tried_again_and_others_are_not(settings: Settings, hub: LoopbackHub) -> None:
    hub.fail_with = [503, 429]
    fetched(settings)
    hub.files.pop("lang/tokens.txt")
    other = dataclasses.replace(TINY, name="other")
    with pytest.raises(ModelNotFetched, match="404; HWAMEI_HUB chooses another hub"):
        fetch_set(other, settings, lambda come, total: None, patience=HURRIED)


def test_a_hub_that_is_not_there_is_said_to_be_so(settings: Settings) -> None:
    nowhere = settings.model_copy(update={"hub_url": "http://127.0.0.1:9"})
    with pytest.raises(ModelNotFetched, match="3 tries in a row"):
        fetched(nowhere)


def test_content_with_another_hash_is_deleted_and_told(settings: Settings, hub: LoopbackHub) -> None:
    hub.files["decoder.onnx"] = LARGE[:-1] + b"X"
    with pytest.raises(ModelNotFetched, match="expected " + hashlib.sha256(LARGE).hexdigest()):
        fetched(settings)
    assert not [path for path in settings.models_folder.rglob("*") if path.is_file() and path.stat().st_size > 1000]
    assert verify.examine_set(TINY, settings).state is State.MISSING


def test_a_part_of_something_else_is_thrown_away_once(settings: Settings, hub: LoopbackHub) -> None:
    part = settings.models_folder / "tiny.part" / "decoder.onnx.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"?" * 500_000)
    folder, _ = fetched(settings)
    assert files_in(folder) == WANTED
    assert hub.ranges == ["decoder.onnx bytes=500000-"]


def test_a_file_may_differ_between_hubs(settings: Settings, hub: LoopbackHub) -> None:
    other = b"the same, written differently"
    hub.files["other.onnx"] = other
    here = TINY.files[0].places[Hub.HUGGING_FACE]
    both = HubFile(
        "decoder.onnx",
        {Hub.HUGGING_FACE: here, Hub.MODELSCOPE: Place(REPOSITORY, "master", "other.onnx", content_of(other))},
    )
    two_faced = dataclasses.replace(TINY, files=(both,))
    there = settings.model_copy(update={"hub": "modelscope"})
    folder = fetch_set(two_faced, there, lambda come, total: None, patience=HURRIED)
    assert (folder / "decoder.onnx").read_bytes() == other
    assert verify.examine_set(two_faced, settings).state is State.INTACT
    assert sets.folder(two_faced, settings) == folder


def test_a_full_disk_is_said_and_nothing_half_is_seen(settings: Settings) -> None:
    with no_file_longer_than(1_000_000), pytest.raises(ModelNotFetched, match="the disk is full"):
        fetched(settings)
    assert verify.examine_set(TINY, settings).state is State.MISSING
    assert not (settings.models_folder / "tiny").exists()
    folder, _ = fetched(settings)  # there is room again
    assert files_in(folder) == WANTED


def test_a_disk_that_is_too_small_is_told_before_anything_comes(settings: Settings, hub: LoopbackHub) -> None:
    huge = a_file("decoder.onnx", Content(10**16, hashlib.sha256(LARGE).hexdigest()))
    with pytest.raises(ModelNotFetched, match="MB more are needed"):
        fetch_set(dataclasses.replace(TINY, files=(huge,)), settings, lambda come, total: None)
    assert not hub.served


def test_a_damaged_set_is_mended_and_what_is_intact_is_not_fetched_again(settings: Settings, hub: LoopbackHub) -> None:
    folder, _ = fetched(settings)
    (folder / "lang/tokens.txt").write_bytes(b"damaged")
    hub.served.clear()
    fetched(settings)
    assert files_in(folder) == WANTED
    assert hub.served == {"lang/tokens.txt": len(CONTENT["lang/tokens.txt"])}


def test_two_who_pull_at_once_do_not_meet(settings: Settings, hub: LoopbackHub) -> None:
    told = threading.Event()
    go_on = threading.Event()

    def hold(come: int, total: int) -> None:
        told.set()
        go_on.wait(20)

    first = threading.Thread(target=fetch_set, args=(TINY, settings, hold))
    first.start()
    assert told.wait(20)
    with pytest.raises(ModelNotFetched, match="somebody else"):
        fetched(settings)
    go_on.set()
    first.join()
    assert verify.examine_set(TINY, settings).state is State.INTACT


def test_a_folder_filled_by_hand_is_taken(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", models=tmp_path / "mine")
    with pytest.raises(ModelMissing, match="hwamei models pull tiny"):
        sets.folder(TINY, settings)
    for path, content in WANTED.items():
        target = tmp_path / "mine" / "tiny" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    assert sets.folder(TINY, settings) == tmp_path / "mine" / "tiny"
    (tmp_path / "mine" / "tiny" / "lang/tokens.txt").write_bytes(b"another")
    with pytest.raises(ModelDamaged, match=r"tokens\.txt"):
        sets.folder(TINY, settings)


def test_the_sets_are_optional_and_say_all_that_a_person_may_ask() -> None:
    for name, model in SETS.items():
        assert entry(name) is model
        assert model.optional
        assert name not in CATALOGUE
        assert all(set(file.places) == set(Hub) for file in model.files)
        assert all(len(content.sha256) == 64 for file in model.files for content in file.contents)
        assert model.licence
        assert model.size_bytes > 100_000_000


def test_the_hubs_are_their_public_addresses_unless_a_mirror_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    places = ZIPVOICE.files[0].places
    here = f"{ADDRESSES[Hub.HUGGING_FACE]}/k2-fsa/ZipVoice/resolve/main/zipvoice_distill/text_encoder_int8.onnx"
    assert address_of(places[Hub.HUGGING_FACE], Settings()) == here
    there = f"{ADDRESSES[Hub.MODELSCOPE]}/models/k2-fsa/ZipVoice/resolve/master/zipvoice_distill/text_encoder_int8.onnx"
    assert address_of(places[Hub.MODELSCOPE], Settings(hub="modelscope")) == there
    monkeypatch.setenv("HF_ENDPOINT", "https://mirror.example/")
    assert address_of(places[Hub.HUGGING_FACE], Settings()).startswith("https://mirror.example/k2-fsa/")
    assert address_of(places[Hub.MODELSCOPE], Settings(hub="modelscope")) == there
    monkeypatch.setenv("HWAMEI_HUB_URL", "http://10.0.0.1:8080")
    assert address_of(places[Hub.MODELSCOPE], Settings(hub="modelscope")).startswith("http://10.0.0.1:8080/models/")
