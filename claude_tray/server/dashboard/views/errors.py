"""What a browser is shown where there is no page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.server.dashboard.views.page import show, viewer_at

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_TITLES: Final = {
    400: "Not understood",
    403: "Not allowed",
    404: "Not found",
    500: "Something broke",
}
_FORM: Final = "Go back, load the page anew and try once more."


def is_for_browsers(request: HttpRequest) -> bool:
    """Tell whether who asks would rather read a page than JSON."""
    kinds = ["application/json", "text/html"]
    return request.get_preferred_type(kinds) == "text/html"


def error(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    """Show what went wrong; asks nothing of the database."""
    values = {"title": _TITLES[status], "detail": detail}
    return show(request, "error", viewer_at(request), values, status)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that another site may have sent."""
    del reason
    return error(request, 403, _FORM)
