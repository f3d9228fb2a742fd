"""The calls that take options, for the tables in README.md."""

from __future__ import annotations

from hwamei.dialects.elevenlabs.wire import dictionaries, history, realtime, speech, voices
from hwamei.web.options import CallOptions

SPEECH = CallOptions(
    "POST /v1/text-to-speech/{voice_id}, …/stream, …/with-timestamps, …/stream/with-timestamps",
    (speech.SpeechBody, speech.SpeechQuery),
)
SETTINGS = CallOptions("voice_settings, and POST /v1/voices/{voice_id}/settings/edit", (speech.VoiceSettingsBody,))
OPTIONS = (
    SPEECH,
    SETTINGS,
    CallOptions("pronunciation_dictionary_locators", (speech.LocatorBody,)),
    CallOptions(
        "WS /v1/text-to-speech/{voice_id}/stream-input",
        (realtime.RealtimeQuery, realtime.Message, realtime.GenerationConfig),
    ),
    CallOptions("POST /v1/voices/add", (voices.NewVoiceFields, voices.FilesField)),
    CallOptions("POST /v1/voices/{voice_id}/edit", (voices.EditVoiceFields, voices.FilesField)),
    CallOptions("GET /v2/voices", (voices.SearchQuery,)),
    CallOptions("GET /v1/voices", (voices.ListQuery,)),
    CallOptions("GET /v1/voices/{voice_id}", (voices.GetQuery,)),
    CallOptions("POST /v1/pronunciation-dictionaries/add-from-rules", (dictionaries.NewBody,)),
    CallOptions("POST /v1/pronunciation-dictionaries/add-from-file", (dictionaries.FileFields,)),
    CallOptions("POST /v1/pronunciation-dictionaries/{id}/set-rules, …/add-rules", (dictionaries.RulesBody,)),
    CallOptions("POST /v1/pronunciation-dictionaries/{id}/remove-rules", (dictionaries.WordsBody,)),
    CallOptions("a rule", (dictionaries.Rule,)),
    CallOptions("PATCH /v1/pronunciation-dictionaries/{id}", (dictionaries.ChangeBody,)),
    CallOptions("GET /v1/pronunciation-dictionaries", (dictionaries.ListQuery,)),
    CallOptions("GET /v1/history", (history.HistoryQuery,)),
    CallOptions("POST /v1/history/download", (history.DownloadBody,)),
)
