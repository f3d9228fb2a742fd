"""What public clients of the vendor do, in their order and with their assumptions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.dialects.vocu.clients import a_voice, got
from tests.dialects.vocu.test_tasks import failed
from tests.serving import Site, until


class BotClient:
    """The calls of nonebot-plugin-vocu 0.3.2, as its code makes them: a list of roles out of four members that must be
    there, `status` in the body as the only sign of success, a poll that ends on `generated` or on an answer without
    data, a download with the key in its headers."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client
        self.roles: list[tuple[str, str | None, str, str]] = []

    def call(self, method: str, path: str, **sent: Any) -> dict[str, Any]:
        body: dict[str, Any] = self.client.request(method, path, **sent).json()
        assert body.get("status") == 200, body.get("message")
        return body

    def list_roles(self) -> list[str]:
        found = self.call("GET", "/api/tts/voice", params={"showMarket": "true"})["data"]
        self.roles = [(role["id"], role["idForGenerate"], role["name"], role["status"]) for role in found]
        return [role[2] for role in self.roles]

    def id_of(self, name: str) -> str:
        role = next(role for role in self.roles if role[2] == name)
        return role[1] or role[0]

    def add_role(self, share_id: str) -> str:
        body = self.call("POST", "/api/voice/byShareId", json={"shareId": share_id})
        self.list_roles()
        return f"{body['message']}, voiceId: {body.get('voiceId')}"

    def delete_role(self, index: int) -> str:
        body = self.call("DELETE", f"/api/tts/voice/{self.roles[index][0]}")
        self.list_roles()
        return str(body["message"])

    def speak_now(self, name: str, text: str, style: str | None = None) -> str:
        body = {
            "voiceId": self.id_of(name),
            "text": text,
            "promptId": style or "default",
            "preset": "v2_creative",
            "flash": False,
            "stream": False,
            "srt": False,
            "seed": -1,
        }
        found: str = self.call("POST", "/api/tts/simple-generate", json=body)["data"]["audio"]
        return found

    def speak_later(self, name: str, text: str) -> str:
        body = {
            "contents": [{"voiceId": self.id_of(name), "text": text, "promptId": "default"}],
            "break_clone": True,
            "sharpen": False,
            "temperature": 1,
            "top_k": 1024,
            "top_p": 1,
            "srt": False,
            "seed": -1,
        }
        return self.poll(self.call("POST", "/api/tts/generate", json=body)["data"]["id"])

    def poll(self, task_id: str) -> str:
        """Looks neither at the status of the answer nor at a failed task: only data that is not there ends it."""

        def look() -> str | None:
            data = self.client.get(f"/api/tts/generate/{task_id}?stream=true").json().get("data")
            if data.get("status") == "generated":
                found: str = data["metadata"]["contents"][0]["audio"]
                return found
            return None

        found = until(look)
        assert found is not None
        return found

    def histories(self) -> list[tuple[str, str, str]]:
        found = []
        for data in self.call("GET", "/api/tts/generate?offset=0&limit=20&stream=true")["data"]:
            try:
                content = data["metadata"]["contents"][0]
                found.append((data["metadata"]["voices"][0]["name"], content["text"], content["audio"]))
            except (KeyError, IndexError):
                continue
        return found

    def download(self, url: str) -> tuple[str, bytes]:
        """The suffix of the file, and what is in it."""
        answer = self.client.get(url)
        answer.raise_for_status()
        assert int(answer.headers.get("Content-Length", 0)) == len(answer.content)
        return Path(httpx.URL(url).path).suffix or ".mp3", answer.content


@pytest.mark.long("all that the bot does, and its waiting")
def test_the_bot_lists_adds_speaks_downloads_looks_back_and_deletes(
    mine: httpx.Client, other: httpx.Client, recording: Path
) -> None:
    shared = a_voice(other, recording, name="共享")
    share_id = got(other.get(f"/api/voice/{shared['id']}/share"))["shareId"]
    own = a_voice(mine, recording, name="自己")
    bot = BotClient(mine)
    assert "自己" in bot.list_roles()
    assert bot.add_role(share_id) == f"OK, voiceId: market:{shared['id']}"
    assert "共享" in [role[2] for role in bot.roles]
    for name in ("自己", "共享", "tenor"):
        suffix, sound = bot.download(bot.speak_now(name, "同步。"))
        assert (suffix, len(sound) > 100) == (".mp3", True)
        suffix, sound = bot.download(bot.speak_later(name, "异步。"))
        assert (suffix, len(sound) > 100) == (".mp3", True)
    assert [(name, text) for name, text, _ in bot.histories()] == [(n, "异步。") for n in ("tenor", "共享", "自己")]
    for name in ("共享", "自己"):
        index = [role[2] for role in bot.roles].index(name)
        assert bot.delete_role(index) == "OK"
        assert name not in [role[2] for role in bot.roles]
    assert got(other.get(f"/api/voice/{shared['id']}"))["name"] == "共享"
    assert mine.get(f"/api/voice/{own['id']}").status_code == 404


def test_a_failed_task_ends_the_bots_polling(mine: httpx.Client, recording: Path, site: Site) -> None:
    """It asks for `generated` alone. What ends it is an answer without data, whose message says what went wrong."""
    task = failed(mine, recording, site.platform)
    with pytest.raises(AttributeError):
        BotClient(mine).poll(task["id"])
    answer = mine.get(f"/api/tts/generate/{task['id']}?stream=true").json()
    assert (answer["code"], "no voice has the id" in answer["message"]) == ("STREAM_FETCH_FAILED", True)
    assert got(mine.get(f"/api/tts/generate/{task['id']}"))["status"] == "failed"


def test_a_studio_polls_the_merged_sound_and_never_sends_it_its_key(mine: httpx.Client) -> None:
    """Clients that look at `status`, at `metadata.audio` even of one content, and at the media type."""
    voices = got(mine.get("/api/voice", params={"showMarket": "true"}))
    contents = [{"voiceId": voices[0]["idForGenerate"], "text": "Hello.", "type": "text", "promptId": "default"}]
    created = mine.post("/api/tts/generate", json={"contents": contents}).json()
    assert (created["status"], isinstance(created["data"], dict)) == (200, True)
    task_id = created["data"]["id"]
    seen: list[str] = []

    def look() -> dict[str, Any] | None:
        body = mine.get(f"/api/tts/generate/{task_id}").json()
        assert (body["status"], body["data"]["id"]) == (200, task_id)
        seen.append(body["data"]["status"])
        return body["data"] if seen[-1] == "generated" else None

    data = until(look)
    assert data is not None
    assert set(seen) <= {"pending", "processing", "generated"}
    with httpx.Client(follow_redirects=False) as audio_host:
        answer = audio_host.get(data["metadata"]["audio"])
    assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/mpeg")
