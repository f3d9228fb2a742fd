"""What servers with voice upload are documented to be asked and to answer is what is asked and understood."""

from __future__ import annotations

import json

import pytest

from hwamei.domain.errors import EngineFailed, TooBusy
from hwamei.domain.speech import Delivery
from hwamei.domain.voice import Level, Voiceprint
from hwamei.engines.remote.prompt import Prompt, best_prompt
from hwamei.engines.remote.voiceprint import kept, speaker_of
from hwamei.testing import ENGLISH, a_reference
from tests.engines.remote.conftest import Opened
from tests.engines.remote.replay import FOLDER, replayed

SAID = "The exact transcript of the audio sample."
CONSENT = {"remote_consent": "user_consent_id"}


@pytest.fixture(scope="module")
def voice() -> Voiceprint:
    prompt: Prompt = best_prompt([a_reference()], [SAID], longest_s=10)
    return kept(prompt, Level.INSTANT, {})


def test_a_voice_is_uploaded_and_speaks(voice: Voiceprint, opened: Opened) -> None:
    name = speaker_of(voice).name
    with replayed("list-voices-none-uploaded", "upload-voice", "list-models", "speak", "speak", name=name) as (
        _,
        place,
    ):
        engine = opened(place.url, **CONSENT)
        for _ in range(2):
            assert engine.speak(ENGLISH, voice, Delivery()).audio.duration_s == 1.0


def test_a_voice_that_is_there_is_not_uploaded(voice: Voiceprint, opened: Opened) -> None:
    with replayed("list-voices-uploaded", "list-models", "speak", name=speaker_of(voice).name) as (_, place):
        opened(place.url, **CONSENT).speak(ENGLISH, voice, Delivery())


def test_a_voice_is_streamed(voice: Voiceprint, opened: Opened) -> None:
    with replayed("list-voices-uploaded", "list-models", "speak-streamed", name=speaker_of(voice).name) as (_, place):
        pieces = opened(place.url).stream(ENGLISH, voice, Delivery())
        assert sum(len(piece.samples) for piece in pieces) == 24_000


def test_bare_samples_are_streamed(voice: Voiceprint, opened: Opened) -> None:
    model = {"remote_model": "FunAudioLLM/Fun-CosyVoice3-0.5B-2512", "remote_streams": "pcm"}
    with replayed("list-voices-uploaded", "speak-pcm-stream", name=speaker_of(voice).name) as (_, place):
        pieces = opened(place.url, **model).stream(ENGLISH, voice, Delivery())
        assert sum(len(piece.samples) for piece in pieces) == 24_000


def test_a_voice_that_the_server_has_lost_is_uploaded_again(voice: Voiceprint, opened: Opened) -> None:
    gone = ("list-voices-uploaded", "list-models", "speak-unknown-voice")
    again = ("list-voices-none-uploaded", "list-voices-none-uploaded", "upload-voice", "speak")
    with replayed(*gone, *again, name=speaker_of(voice).name) as (_, place):
        opened(place.url, **CONSENT).speak(ENGLISH, voice, Delivery())


def test_a_preset_speaks(opened: Opened) -> None:
    with replayed("list-voices-none-uploaded", "list-models", "speak-preset") as (_, place):
        engine = opened(place.url, remote_options='{"language": "English"}')
        assert "vivian" in engine.presets()
        engine.speak(ENGLISH, engine.preset("vivian"), Delivery())


def test_sound_goes_along_with_each_request(voice: Voiceprint, opened: Opened) -> None:
    import base64

    from hwamei.engines.remote.sound import wav_of

    prompt = speaker_of(voice).prompt
    assert prompt is not None
    url = "data:audio/wav;base64," + base64.b64encode(wav_of(prompt.audio)).decode()
    with replayed("list-models", "speak-inline", data_url=url) as (_, place):
        engine = opened(place.url, remote_voices="inline", remote_options='{"task_type": "Base"}')
        engine.speak(ENGLISH, voice, Delivery())


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("speak-wrong-checkpoint", "load the matching Base checkpoint"),
        ("speak-model-not-found", "The model `xxx` does not exist"),
    ],
)
def test_what_is_wrong_with_the_server_is_told(answer: str, told: str, voice: Voiceprint, opened: Opened) -> None:
    play = ("list-voices-uploaded", "list-models", answer, "list-voices-uploaded")
    with replayed(*play, name=speaker_of(voice).name) as (_, place), pytest.raises(EngineFailed, match=told):
        opened(place.url).speak(ENGLISH, voice, Delivery())


def test_a_server_that_takes_no_more_voices_says_so(voice: Voiceprint, opened: Opened) -> None:
    play = ("list-voices-none-uploaded", "upload-voice-past-the-cap")
    told = pytest.raises(EngineFailed, match="Maximum number of uploaded speakers")
    with replayed(*play, name=speaker_of(voice).name) as (_, place), told:
        opened(place.url, **CONSENT).speak(ENGLISH, voice, Delivery())


def test_a_full_queue_is_a_server_without_room(voice: Voiceprint, opened: Opened) -> None:
    play = ("list-voices-uploaded", "list-models", "speak-queue-full")
    with replayed(*play, name=speaker_of(voice).name) as (_, place), pytest.raises(TooBusy):
        opened(place.url).speak(ENGLISH, voice, Delivery())


def test_every_exchange_says_where_it_is_from() -> None:
    for path in FOLDER.glob("*.json"):
        assert json.loads(path.read_text("utf-8"))["source"].endswith("read 2026-11-21"), path.name
