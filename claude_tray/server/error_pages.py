"""Respond to errors outside of views, and reject impossible addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_noop

from claude_tray.server.dashboard.views.base import (
    prefers_html,
    render_error_page,
)
from claude_tray.server.errors import build_problem_response

if TYPE_CHECKING:
    from collections.abc import Callable

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


# The only character that PostgreSQL cannot store.
_NUL: Final = "\0"


class AddressMiddleware:
    """
    Reject addresses with a NUL, for pages and API alike.

    No stored name has one, but PostgreSQL refuses to look for it: 404 in the
    path, 400 in the query. Cookies with a NUL are ignored: they are not ours.
    """

    def __init__(
        self,
        get_response: Callable[[HttpRequest], HttpResponse],
    ) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        for name, value in list(request.COOKIES.items()):
            if _NUL in name or _NUL in value:
                del request.COOKIES[name]
        if _NUL in request.path:
            return not_found(request, ValueError(_REASON))
        # Parsed only if it may have one; a raw NUL is no part of a request.
        if _ENCODED_NUL in request.META.get("QUERY_STRING", ""):
            return self._check_query(request)
        return self._get_response(request)

    def _check_query(self, request: HttpRequest) -> HttpResponse:
        names = [
            name
            for name, values in request.GET.lists()
            if _NUL in name or any(_NUL in value for value in values)
        ]
        if not names:
            return self._get_response(request)
        if prefers_html(request):
            return bad_request(request, ValueError(_REASON))
        return build_problem_response(
            400,
            "invalid",
            "The request is malformed.",
            dict.fromkeys(names, "at most 255 printable characters"),
        )


_ENCODED_NUL: Final = "%00"
_REASON: Final = "NUL in the address"
