"""Render pages: context, pagination and errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.shortcuts import render
from django.urls import get_script_prefix
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_noop

from claude_tray import __version__
from claude_tray.core.time import to_epoch_ms
from claude_tray.server.dashboard.page_context import build_page_context
from claude_tray.server.pricing import get_price_table
from claude_tray.web import charts, list_page
from claude_tray.web.links import PageAddress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

    from claude_tray.i18n.translator import Translator
    from claude_tray.web.page_context import PageContext


# Views get it from here, with the rest that they render.
ListPage = list_page.ListPage
# Django has both kinds of Portuguese; the catalog is that of Brazil.
_DJANGO_LANGUAGES: Final = {"pt": "pt-br"}


def parse_page_number(request: HttpRequest) -> int:
    """Parse the page number of a list from the query; 1 by default."""
    return list_page.parse_page_number(request.GET)


def translate_django(translator: Translator) -> translation.override:
    """Let Django write the errors of its own validators in a language."""
    language = _DJANGO_LANGUAGES.get(
        translator.language, translator.language_tag.lower()
    )
    return translation.override(language)


def get_page_context(request: HttpRequest) -> PageContext:
    return build_page_context(
        request.COOKIES,
        timezone.now(),
        request.headers.get("Accept-Language", ""),
    )


def build_base_values(
    request: HttpRequest, context: PageContext
) -> dict[str, Any]:
    """Return the variables that every template needs."""
    query = tuple(
        (key, value) for key, values in request.GET.lists() for value in values
    )
    return {
        "page": context,
        "address": PageAddress(request.path, query, get_script_prefix()),
        "version": __version__,
    }


def build_cost_shares(
    usages: Sequence[charts.PricedUsage], context: PageContext
) -> tuple[charts.TokenCostShare, ...]:
    """Break down a cost at today's prices."""
    at_ms = to_epoch_ms(context.now)
    return charts.build_cost_shares(usages, get_price_table(), at_ms, context)


def render_page(
    request: HttpRequest,
    template: str,
    context: PageContext,
    values: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    """Render a template; pages are private and never cached."""
    response = render(
        request,
        f"{template}.html",
        {**build_base_values(request, context), **values},
        status=status,
    )
    response.headers["Cache-Control"] = "private, no-store"
    patch_vary_headers(response, ["Accept-Language"])
    return response


_ERROR_TITLES: Final = {
    400: gettext_noop("Bad request"),
    403: gettext_noop("Not allowed"),
    404: gettext_noop("Page not found"),
    500: gettext_noop("Server error"),
}
_NOT_FOUND: Final = 404
_CSRF_DETAIL: Final = gettext_noop("Go back, reload the page and try again.")


def prefers_html(request: HttpRequest) -> bool:
    """Return whether the client prefers a page to JSON."""
    media_types = ["application/json", "text/html"]
    return request.get_preferred_type(media_types) == "text/html"


def render_error_page(
    request: HttpRequest, status: int, detail: str
) -> HttpResponse:
    """
    Render an error page.

    It has the navigation if the user is signed in; the page of a failed
    server does not use the database to find out.

    Args:
        request: The failed request.
        status: HTTP status, a key of _ERROR_TITLES.
        detail: Sentence to show, an English msgid.
    """
    context = get_page_context(request)
    values = {
        "title": context.translator.gettext(_ERROR_TITLES[status]),
        "detail": context.translator.gettext(detail),
        "has_navigation": status == _NOT_FOUND and _is_signed_in(request),
    }
    return render_page(request, "error", context, values, status)


def _is_signed_in(request: HttpRequest) -> bool:
    # A middleware may have failed before the user is known.
    user = getattr(request, "user", None)
    return user is not None and user.is_authenticated


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Reject a form that another site may have sent."""
    del reason
    return render_error_page(request, 403, _CSRF_DETAIL)
