"""What an app changes of a voice while it is being trained stays changed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from uuid import UUID

import pytest
import soundfile

from hwamei.domain.app import App
from hwamei.domain.errors import BadField, TooBig
from hwamei.domain.owned_voice import OwnedVoice, ReferenceSource, VoiceState
from hwamei.domain.stored_file import MAX_PICTURE_BYTES, Purpose
from hwamei.domain.voice import Level
from hwamei.service.voice_orders import VoiceOrder
from hwamei.serving import Serving, Tuning, open_serving
from hwamei.settings import Settings
from hwamei.testing import a_reference
from tests.jobs.one_server import QUICK
from tests.serving import until

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    settings = Settings(data=tmp_path / "data", engine="tone", allow_private_urls=True)
    with open_serving(settings, works=True, tuning=Tuning(rhythm=QUICK, polling_s=0.01)) as serving:
        yield serving


@pytest.fixture
def app(serving: Serving) -> App:
    accounts = serving.platform.accounts
    return accounts.authenticate(accounts.create("app").api_key)


@pytest.fixture
def slow_source(tmp_path: Path) -> Iterator[tuple[str, threading.Event, threading.Event]]:
    """Where a recording is to be had: its address, that it was asked for, and that it may be given."""
    asked, may_be_given = threading.Event(), threading.Event()
    reference = a_reference()
    soundfile.write(tmp_path / "me.wav", reference.samples, reference.sample_rate_hz)

    class Source(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.set()
            assert may_be_given.wait(60)
            content = (tmp_path / "me.wav").read_bytes()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Be quiet."""

    with HTTPServer(("127.0.0.1", 0), Source) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/me.wav", asked, may_be_given
        server.shutdown()
        thread.join()


def picture(serving: Serving, app: App, folder: Path, content: bytes = PNG) -> UUID:
    path = folder / "picture"
    path.write_bytes(content)
    return serving.platform.files.keep(app, path, purpose=Purpose.PICTURE, name="me.png").id


def ready(serving: Serving, app: App, voice_id: UUID) -> OwnedVoice:
    def look() -> OwnedVoice | None:
        voice = serving.platform.voices.get(app, voice_id)
        assert voice.state is not VoiceState.FAILED, voice.problem
        return voice if voice.state is VoiceState.READY else None

    found = until(look)
    assert found is not None
    return found


def test_a_name_a_picture_and_what_is_remembered_outlast_the_training_during_which_they_came(
    serving: Serving, app: App, slow_source: tuple[str, threading.Event, threading.Event], tmp_path: Path
) -> None:
    url, asked, may_be_given = slow_source
    voices = serving.platform.voices
    voice, _ = voices.create(app, VoiceOrder("me", (ReferenceSource(url),), Level.INSTANT, extra={"a": 1}))
    assert asked.wait(60)
    picture_id = picture(serving, app, tmp_path)
    voices.amend(app, voice.id, name="Mei", picture_file_id=picture_id, remember=lambda extra: {**extra, "b": 2})
    may_be_given.set()
    trained = ready(serving, app, voice.id)
    assert (trained.name, trained.picture_file_id, trained.extra) == ("Mei", picture_id, {"a": 1, "b": 2})
    assert serving.platform.files.get(app, picture_id).media_type == "image/png"


def test_what_is_no_small_picture_is_refused(serving: Serving, app: App, tmp_path: Path) -> None:
    voices = serving.platform.voices
    recording = picture(serving, app, tmp_path, b"not sound")
    voice, _ = voices.create(app, VoiceOrder("me", (ReferenceSource(file_id=recording),)))
    for content, refusal in ((b"<svg/>", BadField), (PNG + bytes(MAX_PICTURE_BYTES), TooBig)):
        with pytest.raises(refusal):
            voices.amend(app, voice.id, picture_file_id=picture(serving, app, tmp_path, content))
    assert voices.get(app, voice.id).picture_file_id is None
