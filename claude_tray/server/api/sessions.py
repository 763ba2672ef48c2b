"""GET sessions/<id>/."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView

from claude_tray.server.accounts.person import person_of
from claude_tray.server.api import encode
from claude_tray.server.api.parameters import PAGE, page_of
from claude_tray.server.api.schema import described
from claude_tray.server.usage.queries import listings, messages
from claude_tray.wire.usage_api import SessionDetail

if TYPE_CHECKING:
    from rest_framework.request import Request


class SessionView(APIView):
    """One session with its replies, the oldest first."""

    @described("session", SessionDetail, parameters=PAGE)
    def get(self, request: Request, session_id: str) -> Response:
        limit, offset = page_of(request)
        user = person_of(request).pk
        found = None
        if "\0" not in session_id:
            found = listings.session(user, session_id)
        if found is None:
            told = "There is no such session."
            raise NotFound(told)
        page, count = messages.of_session(found.number, limit, offset)
        answer: SessionDetail = {
            **encode.session(found),
            "count": count,
            "messages": [encode.message(reply) for reply in page],
        }
        return Response(answer)
