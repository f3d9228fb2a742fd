"""Models: names that clients send. One engine answers to all of them."""

from __future__ import annotations

from hwamei.dialects.elevenlabs.refusals import Declined
from hwamei.dialects.elevenlabs.wire.values import Json
from hwamei.domain.language import Language
from hwamei.service.kept_speech import MAX_WAITED_FOR_CHARACTERS

USUAL_MODEL = "eleven_multilingual_v2"
MODELS = {
    USUAL_MODEL: "Eleven Multilingual v2",
    "eleven_v3": "Eleven v3",
    "eleven_flash_v2_5": "Eleven Flash v2.5",
    "eleven_turbo_v2_5": "Eleven Turbo v2.5",
    "eleven_flash_v2": "Eleven Flash v2",
    "eleven_turbo_v2": "Eleven Turbo v2",
    "eleven_multilingual_v1": "Eleven Multilingual v1",
    "eleven_monolingual_v1": "Eleven English v1",
}
LANGUAGES = {Language.CHINESE: "Chinese", Language.ENGLISH: "English"}

_SPELLINGS = {"zh": Language.CHINESE, "cmn": Language.CHINESE, "en": Language.ENGLISH}


def check_model(given: str | None) -> None:
    """Raises Declined for a name that is no model's for speech."""
    if given is not None and given not in MODELS:
        problem = f"An invalid ID has been received: '{given[:100]}'. Choose one of: {', '.join(MODELS)}."
        raise Declined(code="model_not_found", problem=problem, param="model_id")


def language_of(given: str | None) -> Language | None:
    """The language that a code enforces; None: find out. Raises Declined for one that is not spoken here."""
    if not given:
        return None
    known = _SPELLINGS.get(given.lower().replace("_", "-").partition("-")[0])
    if known is None:
        problem = f"Chinese and English are spoken here, '{given[:20]}' is not; send zh or en, or leave it out."
        raise Declined(code="unsupported_language", problem=problem, param="language_code")
    return known


def shown(engine: str) -> list[Json]:
    """All of them, each with what it can do here."""
    return [_shown(model_id, name, engine) for model_id, name in MODELS.items()]


def _shown(model_id: str, name: str, engine: str) -> Json:
    return {
        "model_id": model_id,
        "name": name,
        "can_be_finetuned": False,
        "can_do_text_to_speech": True,
        "can_do_voice_conversion": False,
        "can_use_style": False,
        "can_use_speaker_boost": False,
        "serves_pro_voices": False,
        "token_cost_factor": 1.0,
        "description": f"Spoken by the engine {engine} of this server, as all models are.",
        "requires_alpha_access": False,
        "max_characters_request_free_user": MAX_WAITED_FOR_CHARACTERS,
        "max_characters_request_subscribed_user": MAX_WAITED_FOR_CHARACTERS,
        "maximum_text_length_per_request": MAX_WAITED_FOR_CHARACTERS,
        "languages": [{"language_id": language.value, "name": name} for language, name in LANGUAGES.items()],
        "model_rates": {"character_cost_multiplier": 1.0},
        "concurrency_group": "standard",
    }
