"""What an app may train: how many voices, and from how much sound."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from hwamei.dialects.huawei.routes import TRAINING
from hwamei.dialects.huawei.sign_in import HuaweiRoute
from hwamei.dialects.huawei.wire.tenant import DurationOut, QuotasOut, quotas
from hwamei.dialects.huawei.wire.values import Paging
from hwamei.domain.app import Operation
from hwamei.domain.listing import PageRequest
from hwamei.domain.owned_voice import VoiceFilter, VoiceState
from hwamei.web.calls import Calling

_COUNTED = frozenset(VoiceState) - {VoiceState.EXPIRED, VoiceState.DELETED}

router = APIRouter(prefix=TRAINING, route_class=HuaweiRoute)


@router.get("/user/tenant-duration-cfg")
def show_durations(call: Calling) -> DurationOut:
    """How long recordings may be."""
    return DurationOut(tenant_id=call.may(Operation.READ).project_id)


@router.get("/quotas")
def show_quotas(query: Annotated[Paging, Query()], call: Calling) -> QuotasOut:
    """How many voices may still be trained."""
    app = call.may(Operation.READ)
    used = call.platform.voices.list(app, VoiceFilter(_COUNTED), PageRequest(1)).total
    available, resources = quotas(app.quota.voices, used, tenant_id=app.project_id)
    shown = resources[query.offset : query.offset + query.limit]
    return QuotasOut(count=len(resources), resource_available_nums=available, resources=shown)
