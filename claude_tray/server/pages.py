"""What is answered where no view is asked: a page, or a problem."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.server.dashboard.views import errors
from claude_tray.server.problems import answer

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    del exception
    text = "The request cannot be understood."
    return _told(request, 400, "bad_request", text)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    del exception
    return _told(request, 403, "forbidden", "This is not allowed.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    del exception
    text = "There is nothing at this address."
    return _told(request, 404, "not_found", text)


def broken(request: HttpRequest) -> HttpResponse:
    return _told(
        request, 500, "broken", "The server failed; its log tells why."
    )


def _told(
    request: HttpRequest,
    status: int,
    code: str,
    detail: str,
) -> HttpResponse:
    if errors.is_for_browsers(request):
        return errors.error(request, status, detail)
    return answer(status, code, detail)
