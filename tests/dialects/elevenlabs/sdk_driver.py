"""What a program does with the vendor's own SDK, unmodified: runs in an environment that has nothing of ours.

Reads what it is told from standard input, writes what it has seen to standard output, both as JSON.
"""

# ruff: noqa: T201  # it talks to the test
from __future__ import annotations

import base64
import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from elevenlabs import PronunciationDictionaryVersionLocator, VoiceSettings, types
from elevenlabs.client import ElevenLabs
from elevenlabs.core.api_error import ApiError
from elevenlabs.pronunciation_dictionaries.rules import PronunciationDictionaryRule_Alias
from pydantic import TypeAdapter

Json = dict[str, Any]


def size(pieces: Iterator[bytes]) -> int:
    return sum(len(piece) for piece in pieces)


def refusal(call: Callable[[], object]) -> list[Any]:
    try:
        call()
    except ApiError as error:
        detail = error.body["detail"]
        code = detail["code"] if isinstance(detail, dict) else [detail[0]["type"], detail[0]["loc"]]
        return [type(error).__name__, error.status_code, code]
    return ["nothing was refused"]


def voices(client: ElevenLabs, told: Json) -> Json:
    recording = base64.b64decode(told["recording"])
    made = client.voices.ivc.create(
        name="Ferry", files=[("a.flac", recording)], description="a ferry", labels={"accent": "harbour"}
    )
    spoken_at_once = size(client.text_to_speech.convert(made.voice_id, text="Hello."))
    plain = client.voices.ivc.create(name="Plain", files=[("b.flac", recording)], remove_background_noise=True)
    voice = client.voices.get(made.voice_id)
    found = client.voices.search(search="ferry", page_size=5, include_total_count=True)
    first = client.voices.search(page_size=2, sort="name", sort_direction="asc")
    second = client.voices.search(page_size=2, sort="name", sort_direction="asc", next_page_token=first.next_page_token)
    client.voices.settings.update(made.voice_id, request=VoiceSettings(stability=0.9, speed=1.2))
    settings = client.voices.settings.get(made.voice_id)
    client.voices.update(made.voice_id, name="Boat", labels={"accent": "sea"}, files=[("c.flac", recording)])
    edited = client.voices.get(made.voice_id)
    return {
        "id": made.voice_id,
        "other": plain.voice_id,
        "verify": made.requires_verification,
        "spoken_at_once": spoken_at_once,
        "shown": [voice.name, voice.category, voice.labels, voice.description, voice.samples[0].file_name],
        "listed": sorted({each.category for each in client.voices.get_all().voices}),
        "found": [[each.name for each in found.voices], found.total_count, found.has_more],
        "pages": [[each.name for each in page.voices] for page in (first, second)],
        "settings": [settings.stability, settings.speed, client.voices.settings.get_default().speed],
        "edited": [edited.name, edited.labels, edited.description, len(edited.samples)],
    }


def speech(client: ElevenLabs, voice_id: str) -> Json:
    text = "The ferry leaves. 今天天气很好。"
    settings = VoiceSettings(stability=0.5, similarity_boost=0.75, style=0, use_speaker_boost=True, speed=1.0)
    options: Json = {"voice_settings": settings, "model_id": "eleven_flash_v2_5", "seed": 3, "previous_text": "So."}
    whole = b"".join(client.text_to_speech.convert(voice_id, text=text, output_format="wav_16000", **options))
    stream = size(client.text_to_speech.stream(voice_id, text=text, output_format="pcm_16000", **options))
    timed = client.text_to_speech.convert_with_timestamps(voice_id, text=text, output_format="pcm_16000", **options)
    pieces = list(
        client.text_to_speech.stream_with_timestamps(voice_id, text=text, output_format="pcm_16000", **options)
    )
    characters = [each for piece in pieces if piece.alignment for each in piece.alignment.characters]
    with client.text_to_speech.with_raw_response.convert(voice_id, text=text) as raw:
        headers = dict(raw.headers)
        list(raw.data)
    return {
        "riff": whole[:4].decode(),
        "sizes": [len(whole), stream, len(base64.b64decode(timed.audio_base_64))],
        "timed": "".join(timed.alignment.characters),
        "normalized": "".join(timed.normalized_alignment.characters),
        "rising": timed.alignment.character_start_times_seconds
        == sorted(timed.alignment.character_start_times_seconds),
        "streamed": "".join(characters),
        "streamed_bytes": sum(len(base64.b64decode(piece.audio_base_64)) for piece in pieces),
        "cost": headers["character-cost"],
        "slots": headers["maximum-concurrent-requests"],
        "request_id": headers["request-id"],
    }


def realtime(told: Json, voice_id: str) -> Json:
    client = ElevenLabs(base_url=told["tls"], api_key=told["key"])

    def text() -> Iterator[str]:
        yield "The ferry leaves the old town "
        yield "at sunrise, and nobody looks up. "
        yield "What a day!"

    pieces = list(client.text_to_speech.convert_realtime(voice_id, text=text(), output_format="pcm_16000"))
    silent = list(client.text_to_speech.convert_realtime(voice_id, text=iter(()), output_format="pcm_16000"))
    try:
        list(client.text_to_speech.convert_realtime(voice_id, text=iter(["This [[pinyin:x]] is wrong."])))
        broken = "nothing was refused"
    except ApiError as error:
        broken = error.body["error"]
    return {"pieces": len(pieces), "bytes": sum(map(len, pieces)), "silent": silent, "broken": broken}


def dictionaries(client: ElevenLabs, voice_id: str) -> Json:
    calls = client.pronunciation_dictionaries
    rule = PronunciationDictionaryRule_Alias(string_to_replace="GIF", alias="jif")
    made = calls.create_from_rules(name="words", description="mine", rules=[rule])
    ruled = calls.rules.add(
        made.id, rules=[PronunciationDictionaryRule_Alias(string_to_replace="SQL", alias="a very long sequel indeed")]
    )
    old, new = made.version_id, ruled.version_id

    def said(version: str | None) -> int:
        locator = PronunciationDictionaryVersionLocator(pronunciation_dictionary_id=made.id, version_id=version)
        return size(
            client.text_to_speech.convert(
                voice_id, text="SQL.", output_format="pcm_16000", pronunciation_dictionary_locators=[locator]
            )
        )

    lengths = [said(old), said(new), said(None)]
    pls = b"".join(calls.download(made.id, ruled.version_id)).decode()
    copied = calls.create_from_file(name="copied", file=("copied.pls", pls.encode()))
    removed = calls.rules.remove(made.id, rule_strings=["SQL"])
    replaced = calls.rules.set(made.id, rules=[rule])
    renamed = calls.update(made.id, name="renamed", archived=True)
    listed = calls.list(page_size=10)
    return {
        "rules": [[each.type, each.string_to_replace, each.alias] for each in calls.get(copied.id).rules],
        "versions": [made.version_rules_num, ruled.version_rules_num, removed.version_rules_num],
        "replaced": replaced.version_rules_num,
        "longer": lengths[0] < lengths[1] == lengths[2],
        "renamed": [renamed.name, renamed.archived_time_unix is not None],
        "listed": [each.name for each in listed.pronunciation_dictionaries],
        "pls": "<alias>jif</alias>" in pls,
    }


def history(client: ElevenLabs, tasks: int) -> Json:
    seen = client.history.list(page_size=2)
    rest = client.history.list(page_size=2, start_after_history_item_id=seen.last_history_item_id)
    one = client.history.get(seen.history[0].history_item_id)
    sound = b"".join(client.history.get_audio(one.history_item_id))
    packed = b"".join(client.history.download(history_item_ids=[each.history_item_id for each in seen.history]))
    alone = b"".join(client.history.download(history_item_ids=[one.history_item_id]))
    gone = client.history.delete(one.history_item_id)
    return {
        "pages": [len(seen.history), seen.has_more, len(rest.history), rest.has_more],
        "item": [one.text, one.voice_category, one.voice_name, one.source, one.content_type, one.state],
        "sound": [sound[:4].decode("latin-1"), alone == sound, packed[:2].decode()],
        "gone": [gone.status, len(client.history.list().history) == tasks - 1],
    }


def account(client: ElevenLabs) -> Json:
    user, subscription = client.user.get(), client.user.subscription.get()
    return {
        "models": [each.model_id for each in client.models.list() if each.can_do_text_to_speech],
        "used": subscription.character_count == user.subscription.character_count > 0,
        "limit": subscription.character_limit,
        "voices": [subscription.voice_slots_used, subscription.voice_limit],
        "resets": subscription.next_character_count_reset_unix > time.time() - 86_400,
        "status": [subscription.status, subscription.open_invoices, user.first_name],
    }


def refusals(client: ElevenLabs, told: Json, voice_id: str) -> list[Any]:
    stranger = ElevenLabs(base_url=told["url"], api_key="wrong")
    speak = client.text_to_speech
    return [
        refusal(stranger.voices.get_all),
        refusal(lambda: client.voices.get("nobody")),
        refusal(lambda: list(speak.convert("nobody", text="Hello."))),
        refusal(lambda: list(speak.convert(voice_id, text="  "))),
        refusal(lambda: list(speak.stream(voice_id, text="Hello.", model_id="eleven_xxl"))),
        refusal(lambda: list(speak.stream(voice_id, text="Hello.", output_format="mp3_1_1"))),
        refusal(lambda: speak.convert_with_timestamps(voice_id, text="Hello.", language_code="ja")),
        refusal(lambda: list(speak.convert(voice_id, text="a. " * 4_000))),
        refusal(lambda: client.voices.ivc.create(name="Noise", files=[("x.wav", b"noise")])),
        refusal(lambda: client.history.get("nothing")),
        refusal(lambda: client.pronunciation_dictionaries.get("nothing")),
    ]


def sample(told: Json, client: ElevenLabs, voice_id: str) -> bool:
    """The SDK has no call for it any more; its own HTTP client has."""
    found = client.voices.get(voice_id).samples[0].sample_id
    path = f"v1/voices/{voice_id}/samples/{found}/audio"
    answer = client._client_wrapper.httpx_client.request(path, method="GET")
    return bool(answer.content == base64.b64decode(told["recording"]))


def checked(client: ElevenLabs, voice_id: str) -> list[str]:
    """What is answered, against the SDK's own types, which it does not hold answers to by itself."""
    item = client.history.list().history[0].history_item_id
    book = client.pronunciation_dictionaries.list(include_archived=True).pronunciation_dictionaries[0].id
    gets: list[tuple[str, Any]] = [
        ("v1/voices", types.GetVoicesResponse),
        ("v2/voices", types.GetVoicesV2Response),
        (f"v1/voices/{voice_id}", types.Voice),
        ("v1/voices/alto", types.Voice),
        (f"v1/voices/{voice_id}/settings", types.VoiceSettings),
        ("v1/models", list[types.Model]),
        ("v1/user", types.User),
        ("v1/user/subscription", types.Subscription),
        ("v1/history", types.GetSpeechHistoryResponse),
        (f"v1/history/{item}", types.SpeechHistoryItemResponse),
        ("v1/pronunciation-dictionaries", types.GetPronunciationDictionariesMetadataResponseModel),
        (f"v1/pronunciation-dictionaries/{book}", types.GetPronunciationDictionaryWithRulesResponseModel),
    ]
    http = client._client_wrapper.httpx_client
    for path, kind in gets:
        TypeAdapter(kind).validate_python(http.request(path, method="GET").json())
    path = f"v1/text-to-speech/{voice_id}/with-timestamps"
    timed = http.request(path, method="POST", json={"text": "Hello."}).json()
    types.AudioWithTimestampsResponse.model_validate(timed)
    return [path for path, _ in gets]


def main() -> None:
    told = json.load(sys.stdin)
    client = ElevenLabs(base_url=told["url"], api_key=told["key"])
    seen: Json = {"voices": voices(client, told)}
    voice_id = seen["voices"]["id"]
    seen["speech"] = speech(client, voice_id)
    seen["realtime"] = realtime(told, voice_id)
    seen["dictionaries"] = dictionaries(client, voice_id)
    seen["history"] = history(client, told["tasks"])
    seen["account"] = account(client)
    seen["checked"] = checked(client, voice_id)
    seen["sample"] = sample(told, client, voice_id)
    seen["refusals"] = refusals(client, told, voice_id)
    seen["deleted"] = client.voices.delete(seen["voices"]["other"]).status
    seen["left"] = client.voices.search(category="cloned").total_count
    print(json.dumps(seen))


main()
