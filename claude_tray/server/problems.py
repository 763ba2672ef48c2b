"""Errors as application/problem+json (RFC 9457)."""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING, Any, Final

import msgspec
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpResponse
from rest_framework.exceptions import APIException
from rest_framework.views import exception_handler

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rest_framework.response import Response

MEDIA_TYPE: Final = "application/problem+json"
_log = logging.getLogger(__name__)
_BUSY_SECONDS: Final = 2
_FULL_SECONDS: Final = 300
# What SQLite and PostgreSQL say when the disk is full.
_FULL: Final = ("is full", "no space left", "could not extend file")


class TooLargeError(APIException):
    """More than the server takes in one request."""

    status_code = 413
    default_code = "too_large"


class NoFolderError(APIException):
    """There is nothing to refresh from."""

    status_code = 409
    default_code = "no_folder"


class StorageError(APIException):
    """The database cannot be written at the moment."""

    def __init__(self, *, is_full: bool) -> None:
        super().__init__(
            "There is no room left to store it."
            if is_full
            else "The database is busy or away; send it again.",
            "storage_full" if is_full else "storage_busy",
        )
        self.status_code = 507 if is_full else 503
        self.wait = _FULL_SECONDS if is_full else _BUSY_SECONDS


def problem(
    status: int,
    code: str,
    detail: str,
    errors: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the object that tells of an error."""
    told: dict[str, Any] = {
        "type": f"urn:claude-tray:{code}",
        "status": status,
        "code": code,
        "detail": detail,
        "request_id": secrets.token_hex(8),
    }
    return told | ({"errors": errors} if errors else {})


def answer(status: int, code: str, detail: str) -> HttpResponse:
    """Return an error as a whole answer, outside of the API's views."""
    return HttpResponse(
        msgspec.json.encode(problem(status, code, detail)),
        status=status,
        content_type=MEDIA_TYPE,
    )


def handle(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Return the answer to an error in one of the API's views."""
    known = exception_handler(_translated(error), dict(context))
    if known is None:
        return None
    data = (
        known.data if isinstance(known.data, dict) else {"detail": known.data}
    )
    detail, code = data.get("detail"), data.get("code")
    known.data = problem(
        known.status_code,
        str(code or getattr(detail, "code", "invalid")),
        str(detail or "The request cannot be understood."),
        None if detail else data,
    )
    known.content_type = MEDIA_TYPE
    _log.info(
        "Refused status=%s request_id=%s",
        known.status_code,
        known.data["request_id"],
    )
    return known


def _translated(error: Exception) -> Exception:
    if isinstance(error, DataError | OverflowError):
        refused = APIException("A number is out of range.", "out_of_range")
        refused.status_code = 400
        return refused
    if isinstance(error, InterfaceError | OperationalError):
        text = str(error).lower()
        is_full = any(words in text for words in _FULL)
        _log.error("The database refused full=%s", is_full)
        return StorageError(is_full=is_full)
    return error
