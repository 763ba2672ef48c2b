"""GET sessions/<id>/: one session and its records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView

from claude_tray.protocol.usage_api import SessionDetail
from claude_tray.server.accounts.permissions import require_user
from claude_tray.server.api.openapi import describe_endpoint
from claude_tray.server.api.query_params import (
    PAGE_PARAMETERS,
    parse_page_range,
)
from claude_tray.server.api.serializers import (
    serialize_message,
    serialize_session,
)
from claude_tray.server.usage.queries.listings import (
    get_session_usage,
    list_session_records,
)

if TYPE_CHECKING:
    from rest_framework.request import Request


class SessionView(APIView):
    """A session with its records, oldest first."""

    @describe_endpoint("session", SessionDetail, parameters=PAGE_PARAMETERS)
    def get(self, request: Request, session_id: str) -> Response:
        limit, offset = parse_page_range(request)
        user = require_user(request).pk
        usage = None
        if "\0" not in session_id:
            usage = get_session_usage(user, session_id)
        if usage is None:
            detail = "No such session."
            raise NotFound(detail)
        page, count = list_session_records(usage.session_pk, limit, offset)
        body: SessionDetail = {
            **serialize_session(usage),
            "count": count,
            "messages": [serialize_message(record) for record in page],
        }
        return Response(body)
