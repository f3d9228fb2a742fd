"""The calls that take options; the tables in README.md are made of this."""

from __future__ import annotations

from hwamei.dialects.openai.wire.consents import ConsentForm
from hwamei.dialects.openai.wire.speech import SpeechBody
from hwamei.dialects.openai.wire.voices import VoiceForm
from hwamei.web.options import CallOptions

SPEECH = CallOptions("POST /v1/audio/speech", (SpeechBody,))
VOICE = CallOptions("POST /v1/audio/voices", (VoiceForm,))
CONSENT = CallOptions("POST /v1/audio/voice_consents", (ConsentForm,))
OPTIONS = (SPEECH, VOICE, CONSENT)
