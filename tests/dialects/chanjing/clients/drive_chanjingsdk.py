"""Clones a recording and speaks with the PyPI package chanjingsdk; run in an environment of its own.

What it is to do comes as JSON on standard input, what came of it goes out as JSON.
"""

from __future__ import annotations

import importlib
import json
import sys

from chanjing import CicadaClient

ORDER = json.load(sys.stdin)
for name in ("api", "services.tts", "services.voice_clone", "services.lip_sync"):
    vars(importlib.import_module(f"chanjing.{name}"))["BASE_URL"] = ORDER["base_url"]

client = CicadaClient(ORDER["app_id"], ORDER["secret_key"], cache_dir=ORDER["cache_dir"], log_level=None)
stages: list[str] = []
result = client.voice_clone_and_speak(
    ORDER["recording"], ORDER["text"], on_progress=lambda stage, percent, message: stages.append(stage)
)
result.download(ORDER["target"])
again = client.clone_voice(ORDER["recording"])
try:
    client.tts("C-Audio-" + "0" * 32, "你好")
except RuntimeError as error:
    refused = str(error)
json.dump({"duration": result.duration, "again": again, "stages": stages, "refused": refused}, sys.stdout)
