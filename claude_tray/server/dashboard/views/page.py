"""What all pages have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.shortcuts import render
from django.utils import timezone

from claude_tray import __version__
from claude_tray.server.dashboard.viewer import viewer_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from claude_tray.server.dashboard.viewer import Viewer

ROWS: Final = 50


class Part(NamedTuple):
    """
    A part of a list.

    Attributes:
        number: Of the part, from 1 on.
        total: Rows of the whole list.
        size: Of a whole part.
    """

    number: int
    total: int
    size: int = ROWS

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


def number_of(request: HttpRequest) -> int:
    """Return which part of a list is asked for."""
    text = request.GET.get("page", "1")
    is_number = text.isascii() and text.isdecimal() and len(text) < len("1e6")
    return max(1, int(text)) if is_number else 1


def viewer_at(request: HttpRequest) -> Viewer:
    return viewer_of(request.COOKIES, timezone.now())


def show(
    request: HttpRequest,
    template: str,
    viewer: Viewer,
    values: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    """Fill a template; what it shows is one person's, and kept nowhere."""
    response = render(
        request,
        f"dashboard/{template}.html",
        {"viewer": viewer, "version": __version__, **values},
        status=status,
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response
