"""The description of the native API for programs, and what FastAPI cannot know of it."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from hwamei.dialects.native.wire.voices import VoiceBody, VoiceForm

_REF = "#/components/schemas/{model}"
_KEY = {"type": "http", "scheme": "bearer", "description": "The api_key of an app."}
BINARY = {"type": "string", "format": "binary"}

VOICE_REQUEST: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": _REF.format(model="VoiceBody")}},
            "multipart/form-data": {"schema": {"$ref": _REF.format(model="VoiceForm")}},
        },
    }
}
FILE_REQUEST: dict[str, Any] = {
    "parameters": [
        {
            "name": "name",
            "in": "query",
            "required": False,
            "schema": {"type": "string"},
            "description": "Of a bare body.",
        }
    ],
    "requestBody": {
        "required": True,
        "content": {
            "application/octet-stream": {"schema": BINARY},
            "multipart/form-data": {
                "schema": {"type": "object", "properties": {"file": BINARY}, "required": ["file"]},
            },
        },
    },
}
ABOUT = """
Clone voices and speak Chinese and English with them. Every call needs `Authorization: Bearer <api_key>`.

Times are RFC 3339 in UTC, ids are UUIDs. An answer that is not 2xx has the body `{"error": {"code", "message",
"fields", "request_id"}}`; 429 and 503 say in `Retry-After` when to come back. Another app's things are not found.
"""


def document(routers: Sequence[APIRouter]) -> dict[str, Any]:
    """The OpenAPI of all calls."""
    made = get_openapi(
        title="Hwamei",
        version=version("hwamei"),
        description=ABOUT.strip(),
        routes=[route for router in routers for route in router.routes],
    )
    _, extra = models_json_schema([(VoiceBody, "validation"), (VoiceForm, "validation")], ref_template=_REF)
    made["components"]["securitySchemes"] = {"key": _KEY}
    for about in (each for methods in made["paths"].values() for each in methods.values()):
        about.setdefault("security", [{"key": []}])
    schemas = made["components"]["schemas"]
    for name, schema in extra["$defs"].items():
        schemas.setdefault(name, schema)
    schemas["VoiceForm"]["properties"]["reference"] = {
        "type": "array",
        "items": BINARY,
        "minItems": 1,
        "description": "Recordings of one person.",
    }
    schemas["VoiceForm"]["required"] = ["name", "reference"]
    return made
