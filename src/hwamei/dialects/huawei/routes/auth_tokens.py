"""Tokens for programs that send X-Auth-Token instead of signing each request."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse

from hwamei.dialects.huawei.routes import TOKENS
from hwamei.dialects.huawei.sign_in import token_for
from hwamei.dialects.huawei.wire.auth_tokens import TokenBody, token_body
from hwamei.service.platform import Platform

router = APIRouter()


@router.post(TOKENS)
def create_token(body: TokenBody, request: Request) -> JSONResponse:
    """A token for who knows the app's id and its secret."""
    platform: Platform = request.app.state.platform
    app, token, expires_at = token_for(platform, *body.auth.identity.credentials())
    issued_at = platform.clock().strftime("%Y-%m-%dT%H:%M:%S.000000Z")
    told = token_body(app.project_id, app.id, app.name, issued_at=issued_at, expires_at=expires_at)
    return JSONResponse(told, 201, {"X-Subject-Token": token, "Cache-Control": "no-store"})
