"""GET and POST tokens/, DELETE tokens/<id>/: a user's tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from claude_tray.protocol.server_api import (
    ApiTokenItem,
    ApiTokenList,
    ApiTokenRequest,
    CreatedApiToken,
)
from claude_tray.server.accounts.api_tokens import (
    create_api_token,
    is_valid_name,
    list_api_tokens,
    revoke_token,
)
from claude_tray.server.accounts.models import ApiToken, TokenScope
from claude_tray.server.accounts.permissions import require_user
from claude_tray.server.accounts.sign_ins import list_sign_ins
from claude_tray.server.api.openapi import describe_endpoint
from claude_tray.server.api.serializers import format_timestamp, parse_body

if TYPE_CHECKING:
    from rest_framework.request import Request


class ApiTokensView(APIView):
    """The user's tokens and signed-in programs, without their secrets."""

    @describe_endpoint("tokens", ApiTokenList)
    def get(self, request: Request) -> Response:
        user = require_user(request)
        rows = (*list_api_tokens(user), *list_sign_ins(user, timezone.now()))
        body: ApiTokenList = {
            "count": len(rows),
            "tokens": [_serialize_token(row) for row in rows],
        }
        return Response(body)

    @describe_endpoint(
        "create_token", CreatedApiToken, body_type=ApiTokenRequest
    )
    def post(self, request: Request) -> Response:
        """Create a token that can only send, read or read metrics."""
        wanted = parse_body(request, ApiTokenRequest)
        name = wanted.name.strip()
        if not is_valid_name(name):
            raise ValidationError({"name": "printable characters"})
        user = require_user(request)
        row, token = create_api_token(
            user,
            TokenScope(wanted.scope),
            name,
            timezone.now(),
            timedelta(days=wanted.days),
            actor=user,
        )
        body: CreatedApiToken = {**_serialize_token(row), "token": token}
        return Response(body)


class ApiTokenView(APIView):
    """One token or signed-in program."""

    @describe_endpoint("revoke_token", None)
    def delete(self, request: Request, token_id: str) -> Response:
        """Revoke it: it can no longer be used."""
        user = require_user(request)
        if revoke_token(user, token_id, timezone.now(), actor=user) is None:
            detail = "No such valid token."
            raise NotFound(detail)
        return Response(status=204)


def _serialize_token(row: ApiToken) -> ApiTokenItem:
    return {
        "id": row.jti,
        "scope": row.scope,
        "name": row.name,
        "machine_id": row.machine_id,
        "created_at": format_timestamp(row.created_at) or "",
        "expires_at": format_timestamp(row.expires_at) or "",
        "revoked_at": format_timestamp(row.revoked_at),
        "last_used_at": format_timestamp(row.last_used_at),
    }
