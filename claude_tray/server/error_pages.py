"""What is answered where no view is asked: a page, or a problem."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.server.dashboard.views.base import (
    prefers_html,
    render_error_page,
)
from claude_tray.server.errors import build_problem_response

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    del exception
    detail = "The request cannot be understood."
    return _render_error_response(request, 400, "bad_request", detail)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    del exception
    return _render_error_response(
        request, 403, "forbidden", "This is not allowed."
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    del exception
    detail = "There is nothing at this address."
    return _render_error_response(request, 404, "not_found", detail)


def server_error(request: HttpRequest) -> HttpResponse:
    return _render_error_response(
        request, 500, "broken", "The server failed; its log tells why."
    )


def _render_error_response(
    request: HttpRequest,
    status: int,
    code: str,
    detail: str,
) -> HttpResponse:
    if prefers_html(request):
        return render_error_page(request, status, detail)
    return build_problem_response(status, code, detail)
