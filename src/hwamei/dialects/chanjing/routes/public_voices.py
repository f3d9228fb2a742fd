"""The engine's own voices."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from hwamei.dialects.chanjing.calls import admitted, of_lists, success
from hwamei.dialects.chanjing.sign_in import Calling
from hwamei.dialects.chanjing.wire.public_voices import (
    PublicQuery,
    PublicVoice,
    PublicVoiceList,
    TagList,
    TagQuery,
    all_tags,
    with_tags,
)
from hwamei.dialects.chanjing.wire.values import PageInfo, page_request, parse_query
from hwamei.domain.app import Operation
from hwamei.web.calls import SignedRoute
from hwamei.web.previews import preview_url

router = APIRouter(route_class=SignedRoute)


@router.get("/list_common_audio")
def list_public_voices(call: Calling) -> Response:
    """List the voices that everybody may speak with; each is spoken to be heard when its address is first fetched."""
    admitted(call, "list_common_audio", Operation.READ)
    query = parse_query(PublicQuery, call.request.query_params)
    with of_lists():
        found = with_tags(call.platform.voices.native_presets(), query.tags)
    wanted = page_request(query.page, query.size)
    items = tuple(
        PublicVoice.of(preset, preview_url(call.base_url, preset.name))
        for preset in found[wanted.offset : wanted.offset + wanted.limit]
    )
    info = PageInfo.of(query.page, query.size, len(found))
    return success(call, PublicVoiceList(list=items, page_info=info))


@router.get("/common/tag_list")
@router.get("/tag_list")
def list_tags(call: Calling) -> Response:
    """List the tags that such voices have; there are none of avatars."""
    admitted(call, "tag_list", Operation.READ)
    query = parse_query(TagQuery, call.request.query_params)
    return success(call, all_tags() if query.wants_voices else TagList(list=()))
