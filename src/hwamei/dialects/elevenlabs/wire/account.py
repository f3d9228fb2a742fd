"""The app as a user: what it has used, and what it may use."""

from __future__ import annotations

from datetime import datetime

from hwamei.dialects.elevenlabs.ids import user_id
from hwamei.dialects.elevenlabs.wire.values import Json, unix
from hwamei.domain.app import App
from hwamei.domain.usage import Measure, Usage, next_month

UNLIMITED = 1_000_000_000
"""Shown where there is no limit: the vendor has no other way to say so."""

TIER = "self_hosted"


def subscription(app: App, usage: Usage, *, voices: int, now: datetime) -> Json:
    """Counted by calendar months, UTC. `voices`: how many the app has."""
    allowed, slots = app.quota.characters_per_month, app.quota.voices
    return {
        "tier": TIER,
        "character_count": usage.amounts.get(Measure.CHARACTERS, 0),
        "character_limit": UNLIMITED if allowed is None else allowed,
        "max_character_limit_extension": None,
        "max_credit_limit_extension": "unlimited" if allowed is None else 0,
        "can_extend_character_limit": False,
        "allowed_to_extend_character_limit": False,
        "next_character_count_reset_unix": unix(next_month(now)),
        "voice_slots_used": voices,
        "professional_voice_slots_used": 0,
        "professional_voice_slots_used_in_workspace": 0,
        "voice_limit": UNLIMITED if slots is None else slots,
        "max_voice_add_edits": None,
        "voice_add_edit_counter": usage.amounts.get(Measure.TRAINING_JOBS, 0),
        "professional_voice_limit": 0,
        "can_extend_voice_limit": False,
        "can_use_instant_voice_cloning": True,
        "can_use_professional_voice_cloning": False,
        "currency": None,
        "current_overage": {"amount": "0", "currency": "usd"},
        "status": "active",
        "billing_period": None,
        "character_refresh_period": "monthly_period",
    }


def with_invoices(subscription: Json) -> Json:
    """As it is told by itself: there is nothing to pay."""
    return subscription | {
        "next_invoice": None,
        "open_invoices": [],
        "has_open_invoices": False,
        "pending_change": None,
    }


def user(app: App, subscription: Json) -> Json:
    """The app."""
    return {
        "user_id": user_id(app),
        "workspace_id": user_id(app),
        "subscription": subscription,
        "is_new_user": False,
        "can_use_delayed_payment_methods": False,
        "is_onboarding_completed": True,
        "is_onboarding_checklist_completed": True,
        "show_compliance_terms": False,
        "first_name": app.name,
        "is_api_key_hashed": True,
        "xi_api_key_preview": None,
        "referral_link_code": None,
        "partnerstack_partner_default_link": None,
        "created_at": unix(app.created_at),
        "seat_type": "workspace_admin",
    }
