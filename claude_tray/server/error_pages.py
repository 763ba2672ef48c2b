"""Respond to errors outside of views."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_noop

from claude_tray.server.dashboard.views.base import (
    prefers_html,
    render_error_page,
)
from claude_tray.server.errors import build_problem_response

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    del exception
    detail = gettext_noop("The request is malformed.")
    return _render_error_response(request, 400, "bad_request", detail)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    del exception
    detail = gettext_noop("You have no access to this page.")
    return _render_error_response(request, 403, "forbidden", detail)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    del exception
    detail = gettext_noop("There is no page at this address.")
    return _render_error_response(request, 404, "not_found", detail)


def server_error(request: HttpRequest) -> HttpResponse:
    detail = gettext_noop("The server failed. See its log for details.")
    return _render_error_response(request, 500, "broken", detail)


def reject_host(request: HttpRequest) -> HttpResponse:
    """Respond to a request for another host name."""
    detail = gettext_noop(
        "This host name is not in the server's CLAUDE_TRAY_ALLOWED_HOSTS."
    )
    return _render_error_response(request, 400, "bad_host", detail)


def _render_error_response(
    request: HttpRequest,
    status: int,
    code: str,
    detail: str,
) -> HttpResponse:
    if prefers_html(request):
        return render_error_page(request, status, detail)
    return build_problem_response(status, code, detail)
