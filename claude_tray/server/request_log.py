"""Give each request an ID, and write it in every line of the log."""

from __future__ import annotations

import logging
import secrets
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

from claude_tray.server.middleware_base import Middleware

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


_ID_BYTES: Final = 8
# Clients choose paths and host names.
_MAX_MESSAGE_LENGTH: Final = 500
_SECURITY_LOGGERS: Final = "django.security"
_request_id: Final[ContextVar[str]] = ContextVar("request_id", default="")


def get_request_id() -> str:
    """Return the ID of the request that this thread handles."""
    return _request_id.get() or start_request()


def start_request() -> str:
    """Return the ID of a new request, which this thread begins."""
    new_id = secrets.token_hex(_ID_BYTES)
    _request_id.set(new_id)
    return new_id


class RequestIdMiddleware(Middleware):
    """
    Give the request an ID and send it with the response.

    The ID stays until the thread begins its next request, because Django logs
    the response after the last middleware.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = start_request()
        response = self._get_response(request)
        response.headers["X-Request-Id"] = request_id
        return response


class RequestLogFilter(logging.Filter):
    """Add the ID of the request; keep what clients cause to short lines."""

    def filter(self, record: logging.LogRecord) -> bool:
        request_id = _request_id.get()
        record.request_id = f" request_id={request_id}" if request_id else ""
        if record.name.startswith(_SECURITY_LOGGERS):
            # Anybody can cause these, and their place in the code is known.
            record.exc_info = record.exc_text = None
        message = record.getMessage()
        if len(message) > _MAX_MESSAGE_LENGTH:
            record.msg, record.args = message[:_MAX_MESSAGE_LENGTH], ()
        return True
