"""Respond to requests that get no page."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from claude_tray.local_page.security import HEADERS

if TYPE_CHECKING:
    from werkzeug.exceptions import HTTPException

    from claude_tray.errors import ClaudeTrayError
    from claude_tray.i18n.translator import Translator
    from claude_tray.local_page.request_context import RequestContext


OPEN_COMMAND: Final = "claude-tray open"
_POLICY_HEADER: Final = "Content-Security-Policy"
# The page has no session, so it may load no file.
_STYLE: Final = (
    ":root{color-scheme:light dark}"
    "body{font:1.1rem/1.6 system-ui,sans-serif;max-width:36rem;"
    "margin:20vh auto;padding:0 1.5rem}code{font-weight:600}"
)
_STYLE_HASH: Final = base64.b64encode(
    hashlib.sha256(_STYLE.encode()).digest()
).decode()
_PAGE: Final = Markup(
    '<!doctype html><html lang="{}"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    "<title>claude-tray</title><style>{}</style>"
    "<main><h1>claude-tray</h1><p>{}</p></main></html>"
)


def refuse_host() -> Response:
    """Respond to a request for another host, as after DNS rebinding."""
    return Response("Unknown host.\n", 421, content_type="text/plain")


def refuse(translator: Translator) -> Response:
    """Respond to a request without a session."""
    command = Markup("<code>{}</code>").format(OPEN_COMMAND)
    text = translator.gettext(
        "To open this page, run {command} in a terminal.", command=command
    )
    # The sentence is ours, and so is its value.
    return _build_page(Markup(text), translator)  # noqa: S704


def refuse_form(translator: Translator) -> Response:
    """Respond to a form that another page may have sent."""
    return _build_page(
        translator.gettext("Go back, reload the page and try again."),
        translator,
    )


def _build_page(text: str, translator: Translator) -> Response:
    page = _PAGE.format(translator.language, Markup(_STYLE), text)  # noqa: S704
    response = Response(page, 403, content_type="text/html; charset=utf-8")
    response.headers[_POLICY_HEADER] = HEADERS[_POLICY_HEADER].replace(
        "style-src 'self'", f"style-src 'sha256-{_STYLE_HASH}'"
    )
    return response


def not_found(*_: object, **__: object) -> Response:
    """Respond to an unknown path of a static file."""
    return Response("Not found.\n", 404, content_type="text/plain")


def show_http_error(error: HTTPException, context: RequestContext) -> Response:
    """Show why a page does not exist or a form cannot be read."""
    gettext = context.gettext
    if isinstance(error, NotFound):
        return _show(
            context,
            404,
            gettext("Page not found"),
            gettext("This address has no page."),
        )
    status = error.code or 400
    return _show(context, status, gettext("Bad request"), error.name)


def show_error(
    error: ClaudeTrayError, context: RequestContext, status: int = 503
) -> Response:
    """Show what went wrong and what helps."""
    title, hint = error.translate(context.page.translator.catalog.gettext)
    return _show(context, status, title, hint)


def _show(
    context: RequestContext, status: int, title: str, detail: str
) -> Response:
    values: dict[str, Any] = {
        "title": title,
        "detail": detail,
        "has_navigation": True,
    }
    return context.render("error", status, **values)
