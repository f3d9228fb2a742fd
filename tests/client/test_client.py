"""The Python client against a real server."""

from __future__ import annotations

import inspect
import io
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import soundfile

from hwamei.client import Client, ServerFault, ServerUnreachable
from hwamei.client.errors import error_of
from hwamei.client.waiting import Patience
from hwamei.dialects.native.wire.speech import SegmentBody
from hwamei.domain import errors
from hwamei.domain.errors import (
    BadAudio,
    BadField,
    BadVoiceName,
    HwameiError,
    IdempotencyConflict,
    NotFound,
    NotSignedIn,
    RateLimited,
    StoreUnavailable,
    TextTooLong,
    VoiceNotFound,
    WrongState,
)
from hwamei.domain.problem import code_of
from tests.serving import Site

KINDS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, HwameiError) and kind is not HwameiError
]


def test_a_voice_is_made_used_renamed_and_deleted(server: Client, recording: Path, tmp_path: Path) -> None:
    told: list[float] = []
    ordered = server.voices.create("me", recording, level="instant", seed=3, consent_speaker="A", consent_ground="B")
    job = server.jobs.wait(ordered.job.id, progress=told.append)
    assert (job.state, job.seed, told[-1]) == ("succeeded", 3, 100)
    assert all(before <= after for before, after in pairwise(told))
    assert server.jobs.log(job.id)[0].event == "begun"
    voice = server.voices.find("ME")
    assert voice.id == ordered.voice.id == server.voices.find(voice.id.hex.upper()).id
    assert server.voices.rename(voice.id, "you").name == "you"
    task = server.tasks.wait(server.tasks.create("你好，world.", voice=voice.id, format="flac").id)
    server.tasks.save(task, tmp_path / "hello.flac")
    assert task.result is not None
    assert soundfile.info(tmp_path / "hello.flac").duration == pytest.approx(task.result.duration_s, abs=0.01)
    server.voices.delete(voice.id)
    with pytest.raises(VoiceNotFound):
        server.voices.find("you")


def test_a_voice_is_made_from_an_upload_and_trained_anew(server: Client, recording: Path) -> None:
    upload = server.upload(recording)
    ordered = server.voices.create("me", upload.id, level="instant")
    with pytest.raises(WrongState):
        server.voices.retrain(ordered.voice.id)
    server.jobs.wait(ordered.job.id)
    again = server.voices.retrain(ordered.voice.id, seed=4, level="instant")
    assert server.jobs.wait(again.job.id).state == "succeeded"
    assert server.jobs.list(voice_id=ordered.voice.id).total == 2


def test_what_is_said_in_recordings_goes_along(server: Client, recording: Path) -> None:
    upload = server.upload(recording)
    for source in (recording, upload.id):
        ordered = server.voices.create("me", source, said=["Good morning."], level="instant")
        assert [each.text for each in server.voices.get(ordered.voice.id).reference] == ["Good morning."]
        with pytest.raises(BadField):
            server.voices.create("me", source, said=["one", "two"])


def test_a_long_list_comes_page_by_page(server: Client, recording: Path) -> None:
    upload = server.upload(recording)
    made = [server.tasks.create("Hello.", voice="tenor").id for _ in range(103)]
    assert [task.id for task in server.tasks.all()] == made[::-1]
    assert server.file(upload.id).url is not None
    server.delete_file(upload.id)


def test_segments_in_several_voices_become_one_file(server: Client) -> None:
    parts = [SegmentBody(text="Hello.", voice="tenor"), SegmentBody(text="你好。", voice="alto", pause_after_ms=300)]
    task = server.tasks.wait(server.tasks.create(parts, idempotency_key="a").id, timeout_s=60)
    assert "你好" in server.tasks.subtitles(task.id, format="vtt")
    with pytest.raises(IdempotencyConflict):
        server.tasks.create(parts[:1], idempotency_key="a")
    server.tasks.delete(task.id)
    with pytest.raises(NotFound):
        server.tasks.get(task.id)


def test_speech_comes_while_it_is_spoken(server: Client) -> None:
    with server.speak("Hello there.", voice="tenor", sample_rate_hz=16_000) as speech:
        content = b"".join(speech.chunks)
    assert (speech.media_type, '"Label":"1"' in speech.label_json) == ("audio/wav", True)
    samples, rate_hz = soundfile.read(io.BytesIO(content))
    assert rate_hz == 16_000
    assert len(samples) > 4_000


def test_a_file_says_whether_it_is_marked(server: Client, recording: Path, tmp_path: Path) -> None:
    label = server.inspect(recording)
    assert label.marked
    assert label.label is not None
    (tmp_path / "x.wav").write_bytes(b"no")
    with pytest.raises(BadAudio, match=r"^x\.wav"):
        server.inspect(tmp_path / "x.wav")


def test_lexicons_usage_and_the_app_can_be_seen(server: Client) -> None:
    server.put_lexicon("mine", "hwamei\tsay:thrush\n")
    assert [each.name for each in server.lexicons()] == ["mine"]
    assert server.lexicon("mine", 1).text.startswith("hwamei")
    server.delete_lexicon("mine")
    assert server.me().name == "tests"
    assert server.usage().amounts["characters"] == 0
    assert [preset.name for preset in server.voices.presets()] == ["alto", "tenor"]


def test_what_the_server_refuses_is_raised_as_what_it_is(server: Client, recording: Path) -> None:
    with pytest.raises(TextTooLong) as caught:
        server.tasks.create("a" * 100_001, voice="tenor")
    assert (caught.value.given, caught.value.allowed) == (100_001, 100_000)
    with pytest.raises(BadVoiceName):
        server.voices.create("a\nb", recording)
    with pytest.raises(NotFound):
        server.voices.get(uuid4())
    task = server.tasks.wait(server.tasks.create("Hello.", voice="tenor").id)
    with pytest.raises(WrongState):
        server.tasks.cancel(task.id)


def test_what_cannot_be_is_refused_before_it_is_sent() -> None:
    with Client("http://127.0.0.1:1", "hw_x") as client:
        for wrong in ({"delivery": {"speed": 3.0}}, {"sample_rate_hz": 1}, {"colour": "red"}):
            with pytest.raises(BadField):
                client.tasks.create("Hello.", voice="tenor", **wrong)


def test_a_wrong_key_is_told(site: Site) -> None:
    with Client(site.url, "hw_wrong") as client, pytest.raises(NotSignedIn):
        client.me()


def test_a_server_that_is_not_there_is_told() -> None:
    with Client("http://127.0.0.1:1", "hw_x") as client, pytest.raises(ServerUnreachable, match="hwamei serve"):
        client.me()


def test_an_answer_that_is_not_ours_is_told(site: Site) -> None:
    with Client(f"{site.url}/elsewhere", "hw_x") as client, pytest.raises(ServerFault):
        client.me()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_comes_back_as_itself(kind: type[HwameiError]) -> None:
    error = error_of(code_of(kind), "what was wrong", {"retry_after_s": 2.5})
    assert type(error) is kind
    assert str(error) == "what was wrong"
    assert vars(error) == {"retry_after_s": 2.5}


def test_waiting_goes_on_through_what_passes_and_heeds_when_to_come_back() -> None:
    pauses: list[float] = []
    limited = RateLimited(operation="read", allowed=1, period_s=9, retry_after_s=9.0)
    away = StoreUnavailable(store="database", problem="away")
    seen: Iterator[HwameiError | float] = iter([limited, 10.0, away, 100.0])

    def look() -> float:
        found = next(seen)
        if isinstance(found, HwameiError):
            raise found
        return found

    patience = Patience(now_s=lambda: sum(pauses), pause=pauses.append)
    assert patience.until(look, ended=lambda found: found >= 100, percent=lambda found: found) == 100
    assert pauses[0] == 9.0
    assert len(pauses) == 3


def test_waiting_ends_when_it_takes_too_long() -> None:
    pauses: list[float] = []
    patience = Patience(now_s=lambda: sum(pauses), pause=pauses.append)
    with pytest.raises(TimeoutError, match="within 5 s"):
        patience.until(lambda: 0.0, ended=lambda _: False, percent=float, timeout_s=5)
    assert sum(pauses) <= 5


def test_ids_are_ids(server: Client) -> None:
    assert isinstance(server.tasks.create("Hello.", voice="tenor").id, UUID)
