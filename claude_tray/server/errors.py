"""Build error responses as application/problem+json (RFC 9457)."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

import msgspec
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpResponse
from rest_framework.exceptions import APIException, ParseError
from rest_framework.views import exception_handler

from claude_tray.server.request_log import get_request_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rest_framework.response import Response


PROBLEM_MEDIA_TYPE: Final = "application/problem+json"
_log = logging.getLogger(__name__)
_BUSY_RETRY_SECONDS: Final = 2
_DISK_FULL_RETRY_SECONDS: Final = 300
# Parts of the messages of SQLite and PostgreSQL about a full disk.
_DISK_FULL_PHRASES: Final = (
    "is full",
    "no space left",
    "could not extend file",
)


class RequestTooLargeError(APIException):
    """A request is larger than the server accepts."""

    status_code = 413
    default_code = "too_large"


class UserBusyResponse(APIException):  # it is a response
    """Another request stores the user's data; no thread waits for it."""

    status_code = 503
    default_code = "user_busy"
    wait = _BUSY_RETRY_SECONDS


class NothingToRefreshError(APIException):
    """The server's machine has no transcripts to refresh from."""

    status_code = 409
    default_code = "no_folder"


class DatabaseUnavailableError(APIException):
    """The database cannot be written right now."""

    def __init__(self, *, is_disk_full: bool) -> None:
        super().__init__(
            "The server's disk is full."
            if is_disk_full
            else "The database is busy or unreachable. Try again later.",
            "storage_full" if is_disk_full else "storage_busy",
        )
        self.status_code = 507 if is_disk_full else 503
        self.wait = (
            _DISK_FULL_RETRY_SECONDS if is_disk_full else _BUSY_RETRY_SECONDS
        )


def build_problem(
    status: int,
    code: str,
    detail: str,
    errors: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Build the problem details of an error."""
    problem_object: dict[str, Any] = {
        "type": f"urn:claude-tray:{code}",
        "status": status,
        "code": code,
        "detail": detail,
        "request_id": get_request_id(),
    }
    return problem_object | ({"errors": errors} if errors else {})


def describe_large_body(max_bytes: int) -> str:
    """Return the detail of an error about a body that is too large."""
    return f"The body exceeds {max_bytes} bytes. Send less per request."


def build_problem_response(
    status: int,
    code: str,
    detail: str,
    errors: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Build an error response outside of the API's views."""
    return HttpResponse(
        msgspec.json.encode(build_problem(status, code, detail, errors)),
        status=status,
        content_type=PROBLEM_MEDIA_TYPE,
    )


def handle_api_exception(
    error: Exception, context: Mapping[str, Any]
) -> Response | None:
    """Return the answer to an error in one of the API's views."""
    response = exception_handler(_translate_error(error), dict(context))
    if response is None:
        return None
    data = (
        response.data
        if isinstance(response.data, dict)
        else {"detail": response.data}
    )
    detail, code = data.get("detail"), data.get("code")
    response.data = build_problem(
        response.status_code,
        str(code or getattr(detail, "code", "invalid")),
        str(detail or "The request is malformed."),
        None if detail else data,
    )
    response.content_type = PROBLEM_MEDIA_TYPE
    return response


def _translate_error(error: Exception) -> Exception:
    if isinstance(error, RecursionError):
        return ParseError("The JSON is nested too deep.", "invalid")
    if isinstance(error, UnicodeEncodeError):
        return ParseError("A text has half a surrogate pair.", "invalid")
    if isinstance(error, DataError | OverflowError):
        out_of_range = APIException(
            "A number is out of range.", "out_of_range"
        )
        out_of_range.status_code = 400
        return out_of_range
    if isinstance(error, InterfaceError | OperationalError):
        error_text = str(error).lower()
        is_disk_full = any(
            phrase in error_text for phrase in _DISK_FULL_PHRASES
        )
        _log.error("Database unavailable disk_full=%s", is_disk_full)
        return DatabaseUnavailableError(is_disk_full=is_disk_full)
    return error
