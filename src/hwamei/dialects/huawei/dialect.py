"""The dialect of Huawei Cloud MetaStudio."""

from __future__ import annotations

from hwamei.dialects.huawei.callback import NAME, callback_renderer, signed_url
from hwamei.dialects.huawei.errors import render_failure
from hwamei.dialects.huawei.routes import (
    ASSETS,
    SPEECH,
    TOKENS,
    TRAINING,
    assets,
    audit,
    auth_tokens,
    segments,
    speech,
    tenant,
    training_jobs,
    vocabulary,
)
from hwamei.service.platform import Platform
from hwamei.web.dialect import Dialect

CALLS = tuple(each.router for each in (training_jobs, segments, audit, tenant, speech, vocabulary, assets, auth_tokens))


def dialect(platform: Platform) -> Dialect:
    """The dialect over this platform."""
    return Dialect(
        NAME,
        (TRAINING, SPEECH, ASSETS, TOKENS),
        CALLS,
        callback_renderer(platform),
        render_failure,
        signed_url(platform),
    )
