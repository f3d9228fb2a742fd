"""Models: names under which the same engine speaks."""

from __future__ import annotations

from hwamei.dialects.openai.refusals import ModelNotFound
from hwamei.dialects.openai.wire.values import Json

VENDORS_MODELS = ("tts-1", "tts-1-hd", "gpt-4o-mini-tts", "gpt-4o-mini-tts-2025-03-20", "gpt-4o-mini-tts-2025-12-15")
OWN_MODEL = "hwamei"
CREATED_S = 1_767_225_600  # 2026-01-01: no engine says when it was made


def models(engine: str) -> tuple[str, ...]:
    """The names of all models, our own first."""
    return (OWN_MODEL, engine, *VENDORS_MODELS)


def check_model(given: str, engine: str) -> str:
    """The name, if there is such a model. Raises ModelNotFound."""
    if given not in models(engine):
        raise ModelNotFound(given=given)
    return given


def shown(model: str) -> Json:
    """A model as it is shown."""
    return {"id": model, "object": "model", "created": CREATED_S, "owned_by": OWN_MODEL}
