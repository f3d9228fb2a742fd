"""docs/api.md: the calls of the native API and the messages they take and give, out of its OpenAPI."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hwamei.dialects.native.dialect import described

Schema = Mapping[str, Any]

HEAD = """
# The native API

A server explains the same at `/hwamei/v1/docs`, and to programs at `/hwamei/v1/openapi.json`.
[Running a server](server.md) says how to start one.

{about}

```bash
API=http://127.0.0.1:8080/hwamei/v1
curl -H "Authorization: Bearer $KEY" $API/presets
curl -H "Authorization: Bearer $KEY" $API/voices -F name=me -F level=instant -F reference=@me.wav
curl -H "Authorization: Bearer $KEY" $API/speech --json '{{"text": "你好，world.", "voice": "zf_xiaoxiao"}}' -o a.wav
```

From Python:

```python
from hwamei.client import Client

with Client("http://127.0.0.1:8080", key) as server:
    ordered = server.voices.create("me", "me.wav")
    server.jobs.wait(ordered.job.id)
    task = server.tasks.create("你好，world.", voice=ordered.voice.id, format="mp3")
    server.tasks.save(server.tasks.wait(task.id), "hello.mp3")
```

Files are read and reserved uploads are sent at addresses that the API gives out (`/files/…`): they are signed, work for
a time, need no key, and take `Range`. When a task or job with a `callback_url` has ended, that address is sent
`{{"type": "speech_task.done", "id": …, "task": {{…}}}}` or `{{"type": "training_job.failed", "id": …, "job": {{…}}}}`;
[security](security.md) says how it is signed.
"""


def api_page(mark: str) -> str:
    """The page, under the mark of pages that are made."""
    api = described()
    lines = [mark, HEAD.format(about=api["info"]["description"]), *_overview(api), *_calls(api), *_messages(api)]
    return "\n".join(lines).rstrip() + "\n"


def _operations(api: Schema) -> Iterator[tuple[str, str, str, Schema]]:
    for path, methods in api["paths"].items():
        for method, about in methods.items():
            yield about["tags"][0], method.upper(), path, about


def _overview(api: Schema) -> Iterator[str]:
    yield "| call | does |\n|---|---|"
    for _, method, path, about in _operations(api):
        yield f"| [`{method} {path}`](#{_anchor(method, path)}) | {_first_sentence(about['description'])} |"
    yield ""


def _calls(api: Schema) -> Iterator[str]:
    tag = ""
    for section, method, path, about in _operations(api):
        if section != tag:
            tag = section
            yield f"## {section.capitalize()}\n"
        yield f"### `{method} {path}`\n"
        yield about["description"].replace("\n\n", "\0").replace("\n", " ").replace("\0", "\n\n") + "\n"
        yield from _parameters(about.get("parameters", ()))
        for kind, content in about.get("requestBody", {}).get("content", {}).items():
            yield f"- takes `{kind}`: {_type(content['schema'])}"
        yield from _answers(about["responses"])
        yield ""


def _parameters(parameters: list[Schema]) -> Iterator[str]:
    for each in parameters:
        schema = each["schema"]
        said = [_type(schema), each.get("description", schema.get("description", "")), _limits(schema)]
        must = "" if each.get("required") else ", optional"
        yield f"- {each['in']} `{each['name']}`{must}: {_joined(said)}"


def _answers(responses: Schema) -> Iterator[str]:
    for status, answer in responses.items():
        if not status.startswith("2"):
            continue
        contents = answer.get("content", {})
        what = ", ".join(f"`{kind}`: {_type(content['schema'])}" for kind, content in contents.items()) or "nothing"
        yield f"- gives {status}, {what}"
    failures = [
        f"{status} {', '.join(part.split(':')[0] for part in answer['description'].split('; '))}"
        for status, answer in responses.items()
        if not status.startswith("2")
    ]
    yield f"- refuses with {'; '.join(failures)}"


def _messages(api: Schema) -> Iterator[str]:
    yield "## Messages\n"
    for name, schema in sorted(api["components"]["schemas"].items()):
        yield f"### {name}\n"
        if schema.get("description"):
            yield " ".join(schema["description"].split()) + "\n"
        if "enum" in schema:
            yield _type(schema) + "\n"
            continue
        must = set(schema.get("required", ()))
        yield "| field | is |\n|---|---|"
        for field, about in schema.get("properties", {}).items():
            optional = "" if field in must else "optional"
            default = f"usually `{about['default']}`" if about.get("default") not in (None, "") else ""
            said = [_type(about), optional, about.get("description", ""), _limits(about), default]
            yield f"| `{field}` | {_joined(said)} |"
        yield ""


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_type(each) for each in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(f"`{each}`" for each in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    return str(schema.get("format") or schema.get("type") or "anything")


def _limits(schema: Schema) -> str:
    parts = [schema, *schema.get("anyOf", ())]
    low = next((part["minimum"] for part in parts if "minimum" in part), None)
    high = next((part["maximum"] for part in parts if "maximum" in part), None)
    longest = next((part["maxLength"] for part in parts if "maxLength" in part), None)
    most = next((part["maxItems"] for part in parts if "maxItems" in part), None)
    said = []
    if low is not None or high is not None:
        said.append(f"{'' if low is None else low} to {'' if high is None else high}".strip())
    if longest is not None:
        said.append(f"at most {longest} characters")
    if most is not None:
        said.append(f"at most {most}")
    return ", ".join(said)


def _joined(parts: list[str]) -> str:
    return "; ".join(" ".join(part.rstrip(".").split()).replace("|", "\\|") for part in parts if part)


def _first_sentence(text: str) -> str:
    return " ".join(text.split("\n\n")[0].split()).partition(". ")[0].rstrip(".") + "."


def _anchor(method: str, path: str) -> str:
    """As GitHub makes it of the heading."""
    kept = [letter for letter in f"{method} {path}".lower() if letter.isalnum() or letter in " -_"]
    return "".join(kept).replace(" ", "-")
