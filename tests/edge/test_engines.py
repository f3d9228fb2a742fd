"""A server with several engines: each voice speaks with its own, and what happens when one is down."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import numpy as np
import pytest
import soundfile

from hwamei.domain.app import App, Credentials, EngineChoice
from hwamei.domain.errors import EngineDown
from hwamei.domain.speech import SpeechOrder
from hwamei.domain.speech_task import Segment
from hwamei.service.now_order import NowOrder, SoundForm
from hwamei.service.timed_speech import speak_in_time
from tests.dialects.chanjing.conftest import Program as Chanjing
from tests.dialects.huawei.calling import AkSk
from tests.dialects.huawei.calling import Caller as Huawei
from tests.dialects.teleai.conftest import PREFIX, calling_as
from tests.edge.second_engine import CAPACITY, DOWN, MISSING, NAME, Fate, installed
from tests.serving import API, Site, ended, opened_site, until, working

ROOT = Path(__file__).parents[2]
TEXT = "The ferry leaves the old town at sunrise. 今天天气很好。"
SAYS = "Hwamei-Engine"

Json = dict[str, Any]


@contextmanager
def beside_hwamei(folder: Path) -> Iterator[None]:
    """The second engine is installed, here and in processes that are started meanwhile."""
    package = folder / "package"
    package.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(installed(package))
        patch.setenv("PYTHONPATH", str(package), prepend=os.pathsep)
        patch.setenv("PYTHONPATH", str(ROOT), prepend=os.pathsep)
        yield


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Tones by default, which stand in too; reeds beside."""
    folder = tmp_path_factory.mktemp("several")
    with beside_hwamei(folder), opened_site(folder, stand_in_engine="tone") as site:
        yield site


@pytest.fixture
def fate(site: Site) -> Iterator[Fate]:
    fate = Fate(site.folder / "data")
    yield fate
    fate.pass_over()


@pytest.fixture(scope="module")
def careful(site: Site) -> Credentials:
    """An app that lets nobody stand in."""
    return site.credentials()


@pytest.fixture(scope="module")
def lenient(site: Site) -> Credentials:
    """An app that makes its voices for reeds, and lets others stand in."""
    credentials = site.credentials()
    site.platform.accounts.set_engine(credentials.app_id, EngineChoice(NAME, stand_in=True))
    return credentials


def client_of(site: Site, credentials: Credentials) -> httpx.Client:
    key = {"Authorization": f"Bearer {credentials.api_key}"}
    return httpx.Client(base_url=site.url + API, headers=key, timeout=60)


@pytest.fixture
def mine(site: Site, careful: Credentials) -> Iterator[httpx.Client]:
    with client_of(site, careful) as client:
        yield client


def ordered(client: httpx.Client, recording: Path, **form: str) -> Json:
    with recording.open("rb") as file:
        answer = client.post("/voices", data={"name": "me", "level": "instant", **form}, files={"reference": file})
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()
    return made


def made(client: httpx.Client, recording: Path, **form: str) -> Json:
    """A voice that can speak."""
    voice = ordered(client, recording, **form)["voice"]
    found = ended(client, f"/voices/{voice['id']}")
    assert found["state"] == "ready", found
    return found


@pytest.fixture(scope="module")
def reed(site: Site, careful: Credentials) -> Json:
    """A voice for reeds of an app that lets nobody stand in."""
    with client_of(site, careful) as client:
        return made(client, site.recording, engine=NAME)


@pytest.fixture(scope="module")
def backed(site: Site, lenient: Credentials) -> Json:
    """A voice for reeds for which tones may stand in."""
    with client_of(site, lenient) as client:
        return made(client, site.recording)


def speaks(client: httpx.Client, voice: str) -> str:
    """Which engine says so itself."""
    answer = client.post("/speech", json={"text": TEXT, "voice": voice})
    assert answer.status_code == 200, answer.text
    assert soundfile.info(io.BytesIO(answer.content)).samplerate == 24_000
    return answer.headers[SAYS]


def task_of(client: httpx.Client, *voices: str) -> Json:
    segments = [{"text": TEXT, "voice": voice} for voice in voices]
    answer = client.post("/speech-tasks", json={"segments": segments})
    assert answer.status_code == 202, answer.text
    return ended(client, f"/speech-tasks/{answer.json()['id']}")


def app_of(site: Site, credentials: Credentials) -> App:
    return site.platform.accounts.get(credentials.app_id)


def test_each_voice_speaks_with_its_own_engine_at_once_and_in_tasks(mine: httpx.Client, reed: Json) -> None:
    assert (reed["engine"], reed["voiceprint"]["engine"], reed["stand_in_engine"]) == (NAME, NAME, None)
    assert speaks(mine, reed["id"]) == NAME
    assert speaks(mine, "tenor") == "tone"
    assert task_of(mine, "tenor", reed["id"], "alto")["result"]["engines"] == ["tone", NAME]


def test_one_order_of_speech_at_once_may_mix_engines(site: Site, careful: Credentials, reed: Json) -> None:
    app, voice = app_of(site, careful), UUID(reed["id"])
    segments = tuple(Segment(SpeechOrder(TEXT), who) for who in (voice, "tenor", voice))
    timed = speak_in_time(site.platform.now, app, NowOrder(segments, SoundForm("wav", 24_000)))
    turns = {pool.name: pool.turns for pool in site.platform.engines.asked()}
    assert (turns[NAME], turns["tone"].taken) == ((1, CAPACITY), 1)
    chunks = list(timed.chunks)
    assert timed.spoken.engines == (NAME, "tone")
    assert {line.segment for chunk in chunks for line in chunk.lines} == {0, 1, 2}
    samples, rate_hz = soundfile.read(io.BytesIO(b"".join(chunk.sound for chunk in chunks)))
    last = [line for chunk in chunks for line in chunk.lines][-1]
    assert last.until_s == pytest.approx(len(samples) / rate_hz, abs=0.02)
    assert len(chunks) > 6  # reeds come in pieces
    assert not any(pool.turns.taken for pool in site.platform.engines.asked())


def test_a_stream_in_pieces_sounds_like_the_whole(mine: httpx.Client, site: Site, reed: Json) -> None:
    """But for its gain, which is decided earlier."""
    in_pieces = mine.post("/speech", json={"text": "Good morning to you all.", "voice": reed["id"], "format": "wav"})
    tones = made(mine, site.recording, engine="tone")
    whole = mine.post("/speech", json={"text": "Good morning to you all.", "voice": tones["id"], "format": "wav"})
    one, other = (soundfile.read(io.BytesIO(each.content))[0] for each in (in_pieces, whole))
    assert len(one) == len(other)
    gain = np.dot(one, other) / np.dot(other, other)
    assert abs(20 * np.log10(gain)) < 3
    assert np.abs(one - gain * other).max() < 0.002  # a click would be a hundred times that


def test_the_times_of_characters_come_with_pieces_too(site: Site, careful: Credentials, reed: Json) -> None:
    with httpx.Client(base_url=site.url, headers={"xi-api-key": careful.api_key}, timeout=60) as client:
        answer = client.post(f"/v1/text-to-speech/{reed['id']}/stream/with-timestamps", json={"text": TEXT})
    assert (answer.status_code, answer.headers[SAYS]) == (200, NAME)
    timed = [line["alignment"] for line in map(json.loads, answer.text.splitlines()) if line["alignment"]]
    assert "".join("".join(each["characters"]) for each in timed) == TEXT
    starts_s = [start_s for each in timed for start_s in each["character_start_times_seconds"]]
    assert starts_s == sorted(starts_s)


def test_the_engines_are_listed(mine: httpx.Client, site: Site, lenient: Credentials, reed: Json) -> None:
    speaks(mine, reed["id"])
    told = mine.get("/engines").json()
    engines = {each["name"]: each for each in told["engines"]}
    assert (told["default"], told["stand_in"], told["engines"][0]["name"]) == ("tone", None, "tone")
    assert {"kokoro", "tone", NAME} <= engines.keys()
    assert engines[NAME] == {
        "name": NAME,
        "is_open": True,
        "is_up": True,
        "problem": None,
        "capacity": CAPACITY,
        "running": 0,
    }
    assert engines["kokoro"]["is_up"] is None
    with client_of(site, lenient) as client:
        others = client.get("/engines").json()
    assert (others["default"], others["stand_in"]) == (NAME, "tone")


def test_an_engine_that_there_is_not_is_refused_when_a_voice_is_ordered(mine: httpx.Client, site: Site) -> None:
    with site.recording.open("rb") as file:
        answer = mine.post("/voices", data={"name": "me", "engine": "lute"}, files={"reference": file})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "unknown")
    assert NAME in answer.json()["error"]["message"]


def test_a_voice_is_retrained_for_another_engine_under_its_id(mine: httpx.Client, site: Site, fate: Fate) -> None:
    voice = made(mine, site.recording)
    assert speaks(mine, voice["id"]) == "tone"
    path = f"/voices/{voice['id']}"
    fate.befall(MISSING)
    job = mine.post(f"{path}/retrain", json={"engine": NAME}).json()["job"]
    assert job["engine"] == NAME
    failed = ended(mine, f"/training-jobs/{job['id']}")
    assert (failed["state"], failed["problem"]["code"]) == ("failed", "engine_down")
    still = mine.get(path).json()
    assert (still["state"], still["engine"], still["voiceprint"]["engine"]) == ("ready", "tone", "tone")
    assert speaks(mine, voice["id"]) == "tone"
    fate.pass_over()
    mine.post(f"/training-jobs/{job['id']}/retry")
    assert ended(mine, f"/training-jobs/{job['id']}")["state"] == "succeeded"
    again = mine.get(path).json()
    assert (again["id"], again["engine"], again["voiceprint"]["engine"]) == (voice["id"], NAME, NAME)
    assert speaks(mine, voice["id"]) == NAME


@pytest.mark.parametrize("what", [DOWN, MISSING])
def test_who_lets_nobody_stand_in_is_told_that_the_engine_is_down(
    mine: httpx.Client, site: Site, careful: Credentials, reed: Json, fate: Fate, what: str
) -> None:
    fate.befall(what)
    refused = mine.post("/speech", json={"text": TEXT, "voice": reed["id"]})
    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "engine_down")
    assert refused.json()["error"]["fields"]["engine"] == NAME
    assert refused.headers["Retry-After"] == ("17" if what == DOWN else "5")
    keyed = {"Authorization": f"Bearer {careful.api_key}", "xi-api-key": careful.api_key}
    with httpx.Client(base_url=site.url, headers=keyed, timeout=60) as client:
        openai = client.post("/v1/audio/speech", json={"model": "tts-1", "input": TEXT, "voice": reed["id"]})
        assert (openai.status_code, openai.json()["error"]["code"]) == (503, "engine_unavailable")
        vendor = client.post(f"/v1/text-to-speech/{reed['id']}", json={"text": TEXT})
        assert (vendor.status_code, vendor.json()["detail"]["code"]) == (503, "service_unavailable")
        vocu = client.post("/api/tts/simple-generate", json={"voiceId": reed["id"], "text": TEXT})
        assert (vocu.status_code, vocu.json()["code"]) == (503, "NO_WORKER_AVAILABLE")
    with calling_as(site.url, careful) as teleai:
        told = teleai.http.post(f"{PREFIX}/timbre/tts", json={"speaker_id": reed["id"], "text": TEXT})
        assert (told.status_code, told.json()["code"]) == (502, 4005)
    states = {each["name"]: each for each in mine.get("/engines").json()["engines"]}
    assert states[NAME]["is_up"] is False
    assert states["tone"]["is_up"] is not False  # None where it has not been used yet
    assert states[NAME]["problem"]


def test_a_task_for_an_engine_that_is_not_there_fails_and_says_why(
    mine: httpx.Client, site: Site, careful: Credentials, reed: Json, fate: Fate
) -> None:
    fate.befall(MISSING)
    failed = task_of(mine, reed["id"])
    assert (failed["state"], failed["problem"]["code"]) == ("failed", "engine_down")
    assert NAME in failed["problem"]["message"]
    chanjing = Chanjing(site, careful)
    with chanjing.client:
        task = chanjing.spoken(chanjing.speaks(f"C-Audio-{reed['id'].replace('-', '')}", TEXT))
        assert task["errMsg"]
    auth = AkSk(careful.app_id, careful.secret)
    with httpx.Client(base_url=f"{site.url}/v1/{careful.project_id}", auth=auth, timeout=60) as signed:
        job = Huawei(site, careful, signed).spoken(text=TEXT, voice_asset_id=reed["id"].replace("-", ""))
        assert job["state"] == "FAILED"


@pytest.mark.parametrize("what", [DOWN, MISSING])
def test_another_engine_steps_in_where_the_app_lets_it_and_the_result_says_so(
    site: Site, lenient: Credentials, backed: Json, fate: Fate, what: str
) -> None:
    assert (backed["voiceprint"]["engine"], backed["stand_in_engine"]) == (NAME, "tone")
    with client_of(site, lenient) as client:
        assert speaks(client, backed["id"]) == NAME
        assert task_of(client, backed["id"])["result"]["engines"] == [NAME]
        fate.befall(what)
        assert speaks(client, backed["id"]) == "tone"
        done = task_of(client, backed["id"])
        assert (done["state"], done["result"]["engines"]) == ("done", ["tone"])


def test_a_voice_without_anybody_to_stand_in_gets_one_when_it_is_retrained(site: Site, fate: Fate) -> None:
    credentials = site.credentials()
    with client_of(site, credentials) as client:
        voice = made(client, site.recording, engine=NAME)
        site.platform.accounts.set_engine(credentials.app_id, EngineChoice(None, stand_in=True))
        fate.befall(DOWN)
        refused = client.post("/speech", json={"text": TEXT, "voice": voice["id"]})
        assert refused.json()["error"]["code"] == "engine_down"
        fate.pass_over()
        job = client.post(f"/voices/{voice['id']}/retrain", json={}).json()["job"]
        assert ended(client, f"/training-jobs/{job['id']}")["state"] == "succeeded"
        fate.befall(DOWN)
        assert speaks(client, voice["id"]) == "tone"


def test_an_engine_that_fails_in_the_midst_of_speech_is_replaced_by_nobody(
    site: Site, lenient: Credentials, backed: Json, fate: Fate
) -> None:
    """What was heard cannot be taken back, and the answer has named who speaks."""
    app, voice = app_of(site, lenient), UUID(backed["id"])
    segments = (Segment(SpeechOrder(TEXT * 3), voice),)
    timed = speak_in_time(site.platform.now, app, NowOrder(segments, SoundForm("pcm", 24_000)))
    assert timed.spoken.engines == (NAME,)
    fate.befall(DOWN)
    with pytest.raises(EngineDown):
        list(timed.chunks)


def test_a_voice_of_another_engine_is_carried_to_another_app(mine: httpx.Client, site: Site, reed: Json) -> None:
    content = mine.get(f"/voices/{reed['id']}/export").content
    with site.app() as other:
        carried = other.post("/voices/import", content=content).json()
        assert carried["voiceprint"]["engine"] == NAME
        assert speaks(other, carried["id"]) == NAME


def test_a_server_is_ready_without_an_engine_that_is_not_its_default(
    mine: httpx.Client, site: Site, reed: Json, fate: Fate
) -> None:
    speaks(mine, reed["id"])
    fate.befall(DOWN)
    ready = httpx.get(f"{site.url}/health/ready")
    checks = {check["name"]: check for check in ready.json()["checks"]}
    assert (ready.status_code, checks["engine"]["ok"], checks[f"engine {NAME}"]["ok"]) == (200, True, False)
    figures = httpx.get(f"{site.url}/metrics").text
    assert f'hwamei_speech_seconds_total{{engine="{NAME}"}}' in figures
    assert f'hwamei_engine_slots{{engine="{NAME}",state="free"}} {CAPACITY}' in figures


@pytest.mark.long("another worker waits until the killed one is thought dead")
def test_training_for_another_engine_goes_on_after_its_worker_was_killed(tmp_path: Path) -> None:
    with beside_hwamei(tmp_path), opened_site(tmp_path, stand_in_engine="tone") as site, site.app() as client:
        fate = Fate(site.folder / "data")
        fate.befall(DOWN)  # so that it tries again and again
        order = ordered(client, site.recording, engine=NAME, level="trained")
        path = f"/training-jobs/{order['job']['id']}"
        until(lambda: client.get(path).json()["state"] == "training")
        site.worker.kill()
        fate.pass_over()
        with working(site.folder, stand_in_engine="tone"):
            assert ended(client, path)["state"] == "succeeded"
        assert client.get(f"/voices/{order['voice']['id']}").json()["voiceprint"]["engine"] == NAME
