"""The Python client of a Hwamei server.

    from hwamei.client import Client

    with Client("http://127.0.0.1:8080", "hw_…") as server:
        voice = server.voices.create("me", "me.wav")
        server.jobs.wait(voice.job.id)
        task = server.tasks.create("你好，world.", voice=voice.voice.id, format="mp3")
        server.tasks.save(server.tasks.wait(task.id), "hello.mp3")

What the server refuses is raised as the same errors that `hwamei.Studio` raises. `verify_signature` tells whether a
callback is from the server.
"""

from __future__ import annotations

from hwamei.client.client import Client
from hwamei.client.errors import ServerFault, ServerUnreachable
from hwamei.domain.signature import verify_signature

__all__ = ["Client", "ServerFault", "ServerUnreachable", "verify_signature"]
