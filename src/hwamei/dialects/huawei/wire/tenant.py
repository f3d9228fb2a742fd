"""What an app may train."""

from __future__ import annotations

from hwamei.dialects.huawei.wire.values import MAX_INT, Out

LEAST_S = 3  # of speech, for any voice
MOST_S = 1800  # of one recording
BASIC_ADVICE_S, MIDDLE_ADVICE_S, ADVANCE_ADVICE_S = 300, 900, 1800  # the vendor's product page has 5, 15, 60 minutes


class DurationOut(Out):
    """Seconds of recordings: least, most and advised, for each edition."""

    tenant_id: str
    basic_min: int = LEAST_S
    basic_max: int = MOST_S
    basic_advice_value: int = BASIC_ADVICE_S
    middle_min: int = LEAST_S
    middle_max: int = MOST_S
    middle_advice_value: int = MIDDLE_ADVICE_S
    advance_min: int = LEAST_S
    advance_max: int = MOST_S
    advance_advice_value: int = ADVANCE_ADVICE_S
    cmww_min: int = LEAST_S
    cmww_max: int = MOST_S
    cmww_advice_value: int = ADVANCE_ADVICE_S


class AvailableOut(Out):
    """How many voices may still be trained; one number for all editions."""

    basic: int
    middle: int
    advance: int
    third_party_cmww: int


class ResourceOut(Out):
    """The quota as one resource."""

    resource_id: str
    resource_source: str = "ADMIN_ALLOCATED"
    resource_type: str
    resource_nums: int
    resource_available_nums: int
    charge_mode: str = "ON_DEMAND"
    status: int = 1


class QuotasOut(Out):
    """What is left."""

    count: int
    resource_available_nums: AvailableOut
    resources: list[ResourceOut]


def quotas(allowed: int | None, used: int, *, tenant_id: str) -> tuple[AvailableOut, list[ResourceOut]]:
    """What is left of so many voices; None: no limit."""
    total = MAX_INT if allowed is None else allowed
    left = max(0, total - used)
    available = AvailableOut(basic=left, middle=left, advance=left, third_party_cmww=left)
    resources = [
        ResourceOut(
            resource_id=f"{tenant_id}-{edition.lower()}",
            resource_type=edition,
            resource_nums=total,
            resource_available_nums=left,
        )
        for edition in ("BASIC", "MIDDLE", "ADVANCE", "THIRD_PARTY")
    ]
    return available, resources
