"""Orders a voice and looks at it with the PyPI package chanjing2; run in an environment of its own.

What it is to do comes as JSON on standard input; what came of it is the last line that goes out: the package itself
prints each of its calls.
"""

from __future__ import annotations

import json
import sys
import time

from chanjing.core import ChanjingHttpClient
from chanjing.customised.audio import CreateCustomisedAudioRequest, CustomisedAudio, ListCustomisedAudioRequest
from chanjing.user_info import UserInfo

ORDER = json.load(sys.stdin)
POLL_S = 6

client = ChanjingHttpClient(ORDER["app_id"], ORDER["secret_key"], base_url=ORDER["base_url"])
voices = CustomisedAudio(client)
voice_id = voices.create(CreateCustomisedAudioRequest(name="克隆", url=ORDER["url"], callback=""))
while not (voice := voices.detail(voice_id)).audio_path and not voice.err_msg:
    time.sleep(POLL_S)
listed = voices.list(ListCustomisedAudioRequest(page=1, page_size=5))
told = {
    "id": voice_id,
    "voice": voice.model_dump(),
    "listed": [each["id"] if isinstance(each, dict) else each.id for each in listed.list],
    "total": listed.page_info.total_count,
    "user": UserInfo(client).user_info(),
}
sys.stdout.write("\n" + json.dumps(told))
