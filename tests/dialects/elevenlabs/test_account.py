"""The app as a user."""

from __future__ import annotations

import time
from pathlib import Path

import httpx

from hwamei.domain.app import Quota
from tests.dialects.elevenlabs.calling import added, client_of, spoken
from tests.serving import Site


def test_usage_and_quotas_are_the_apps_own(site: Site, recording: Path) -> None:
    with client_of(site, quota=Quota(voices=3, characters_per_month=100)) as client:
        spoken(client, "alto")
        added(client, recording)
        told = client.get("/v1/user/subscription").json()
        assert (told["character_count"], told["character_limit"]) == (12, 100)
        assert (told["voice_slots_used"], told["voice_limit"], told["voice_add_edit_counter"]) == (1, 3, 1)
        assert told["max_credit_limit_extension"] == 0
        assert 0 < told["next_character_count_reset_unix"] - time.time() < 32 * 86_400
        assert (told["status"], told["open_invoices"], told["has_open_invoices"]) == ("active", [], False)
        user = client.get("/v1/user").json()
        assert user["subscription"].items() <= told.items()
        assert (user["first_name"], len(user["user_id"])) == ("tests", 32)


def test_without_a_limit_a_large_number_is_shown(mine: httpx.Client) -> None:
    told = mine.get("/v1/user/subscription").json()
    assert (told["character_limit"], told["max_credit_limit_extension"]) == (1_000_000_000, "unlimited")
