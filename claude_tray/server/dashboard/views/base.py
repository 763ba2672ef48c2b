"""What all pages have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.shortcuts import render
from django.utils import timezone

from claude_tray import __version__
from claude_tray.server.dashboard.page_context import build_page_context

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from claude_tray.server.dashboard.page_context import PageContext


ROWS_PER_PAGE: Final = 50


class ListPage(NamedTuple):
    """
    A part of a list.

    Attributes:
        number: Of the part, from 1 on.
        total: Rows of the whole list.
        size: Of a whole part.
    """

    number: int
    total: int
    size: int = ROWS_PER_PAGE

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size

    @property
    def first(self) -> int:
        return min(self.offset + 1, self.total)

    @property
    def last(self) -> int:
        return min(self.offset + self.size, self.total)

    @property
    def is_whole(self) -> bool:
        return self.number == 1 and self.total <= self.size

    @property
    def before(self) -> int:
        return self.number - 1

    @property
    def after(self) -> int:
        return self.number + 1


def parse_page_number(request: HttpRequest) -> int:
    """Return which part of a list is asked for."""
    text = request.GET.get("page", "1")
    is_number = text.isascii() and text.isdecimal() and len(text) < len("1e6")
    return max(1, int(text)) if is_number else 1


def get_page_context(request: HttpRequest) -> PageContext:
    return build_page_context(request.COOKIES, timezone.now())


def render_page(
    request: HttpRequest,
    template: str,
    context: PageContext,
    values: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    """Fill a template; what it shows is one person's, and kept nowhere."""
    response = render(
        request,
        f"dashboard/{template}.html",
        {"viewer": context, "version": __version__, **values},
        status=status,
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


_ERROR_TITLES: Final = {
    400: "Not understood",
    403: "Not allowed",
    404: "Not found",
    500: "Something broke",
}
_CSRF_DETAIL: Final = "Go back, load the page anew and try once more."


def prefers_html(request: HttpRequest) -> bool:
    """Tell whether who asks would rather read a page than JSON."""
    media_types = ["application/json", "text/html"]
    return request.get_preferred_type(media_types) == "text/html"


def render_error_page(
    request: HttpRequest, status: int, detail: str
) -> HttpResponse:
    """Show what went wrong; asks nothing of the database."""
    values = {"title": _ERROR_TITLES[status], "detail": detail}
    return render_page(
        request, "error", get_page_context(request), values, status
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that another site may have sent."""
    del reason
    return render_error_page(request, 403, _CSRF_DETAIL)
