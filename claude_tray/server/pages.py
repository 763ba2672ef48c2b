"""What is answered where no view is asked: problems, as everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.server.problems import answer

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    del request, exception
    return answer(400, "bad_request", "The request cannot be understood.")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    del request, exception
    return answer(403, "forbidden", "This is not allowed.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    del request, exception
    return answer(404, "not_found", "There is nothing at this address.")


def broken(request: HttpRequest) -> HttpResponse:
    del request
    return answer(500, "broken", "The server failed; its log tells why.")
