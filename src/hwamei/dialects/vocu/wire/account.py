"""Who calls, and what is left to them."""

from __future__ import annotations

from hwamei.dialects.vocu.ids import user_id
from hwamei.dialects.vocu.wire.values import Json
from hwamei.domain.app import App
from hwamei.domain.usage import Measure, Usage

UNLIMITED_CREDIT = 1_000_000_000  # what an app without a limit begins each month with


def shown(app: App, usage: Usage, *, at_once: int) -> Json:
    """A point is a character; `at_once`: how many may be spoken to at the same time."""
    allowed = app.quota.characters_per_month
    used = usage.amounts.get(Measure.CHARACTERS, 0)
    credit = max(0, (UNLIMITED_CREDIT if allowed is None else allowed) - used)
    voices = app.quota.voices
    return {
        "id": user_id(app),
        "name": app.name,
        "email": "",
        "phone": "",
        "avatar": "",
        "role": "user",
        "isPaid": True,
        "notifications": 0,
        "credit": credit,
        "bonusCredit": 0,
        "credits": credit,
        "loraQuota": UNLIMITED_CREDIT if voices is None else voices,
        "quota": {
            "syncBaseConcurrent": at_once,
            "syncPaidConcurrent": 0,
            "asyncBaseConcurrent": app.quota.waiting_tasks or 0,
            "asyncHPConcurrent": 0,
            "lora": UNLIMITED_CREDIT if voices is None else voices,
            "priority": 0,
        },
        "usage": {"month": usage.month, "charactersUsed": used} | _amounts(usage),
    }


def _amounts(usage: Usage) -> Json:
    names = {
        Measure.SPEECH_MS: "speechMs",
        Measure.TASKS: "tasks",
        Measure.SPOKEN_NOW: "spokenNow",
        Measure.TRAINING_JOBS: "trainingJobs",
        Measure.TRAINING_MS: "trainingMs",
    }
    return {name: usage.amounts.get(measure, 0) for measure, name in names.items()}
