"""Give handlers what a page needs: settings, the store, time and language."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from werkzeug.wrappers import Response

from claude_tray import __version__
from claude_tray.app.context import AppContext, build_live_context, utc_now
from claude_tray.config.settings import load_settings
from claude_tray.core.time import to_epoch_ms
from claude_tray.local_page import security, store_access
from claude_tray.platform.local_zone import find_local_zone
from claude_tray.text import make_visible
from claude_tray.web import links, page_context

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from jinja2 import Environment
    from werkzeug.wrappers import Request


_UTC: Final = ZoneInfo("UTC")
_MINUTE_MS: Final = 60_000
_HTML: Final = "text/html; charset=utf-8"


class LiveContext:
    """
    Keep the program's context up to date with the settings file.

    Args:
        arguments: Command line of the process.
        context: Context at its start.
    """

    def __init__(
        self, arguments: argparse.Namespace, context: AppContext
    ) -> None:
        self._arguments = arguments
        self._context = context
        self._lock = threading.Lock()
        self._file_state = _get_file_state(context)

    def load(self) -> AppContext:
        """Return the context by the current settings."""
        with self._lock:
            state = _get_file_state(self._context)
            if state != self._file_state:
                paths = self._context.paths
                loaded = load_settings(
                    paths.settings_file, paths.settings_backup_file
                )
                self._context = build_live_context(
                    self._arguments, paths, loaded
                )
                self._file_state = state
            return self._context


def _get_file_state(context: AppContext) -> tuple[object, ...]:
    """Return a value that changes with the settings and the `.env` file."""
    paths = context.paths
    return tuple(map(_get_version, (paths.settings_file, paths.env_file)))


def _get_version(path: Path) -> tuple[int, int] | None:
    with suppress(OSError):
        state = path.stat()
        return state.st_mtime_ns, state.st_size
    return None


class RequestContext(NamedTuple):
    """
    What a handler works with besides the request.

    Attributes:
        app: Paths, settings and environment of the program.
        page: Time, time zone, language and theme.
        store: The stored usage.
        environment: Templates.
        session: Browser session; its token is in every form.
        address: Path and query of the page.
        has_local_zone: The machine's time zone is known, not only the
            browser's.
        own_mark: Part of the mark that only this page has.
        live_url: Where the page polls for changes; empty if it does not.
    """

    app: AppContext
    page: page_context.PageContext
    store: store_access.StoreAccess
    environment: Environment
    session: security.BrowserSession
    address: links.PageAddress
    has_local_zone: bool = True
    own_mark: str = ""
    live_url: str = ""

    @property
    def mark(self) -> str:
        """Return a text that changes with the stored usage and the minute."""
        minute = to_epoch_ms(self.page.now) // _MINUTE_MS
        return f"{self.store.get_etag()}.{minute}{self.own_mark}"

    def make_live(self) -> RequestContext:
        """Return the context of a page that polls for changes."""
        query = self.address.change_query(mark=self.mark)
        return self._replace(live_url=f"{self.address.path}{query}")

    def gettext(self, message: str, **values: object) -> str:
        """Translate a sentence."""
        return self.page.translator.gettext(message, **values)

    def render(
        self, template: str, status: int = 200, **values: Any
    ) -> Response:
        """
        Render a template as a response.

        Args:
            template: Name without ".html".
            status: HTTP status.
            values: Variables of the template.
        """
        return Response(
            self.render_text(template, **values), status, content_type=_HTML
        )

    def render_text(self, template: str, **values: Any) -> str:
        """Render a template."""
        html = self.environment.get_template(f"{template}.html").render(
            page=self.page,
            address=self.address,
            version=__version__,
            form_field=security.FORM_FIELD,
            form_token=self.session.form_token,
            has_local_zone=self.has_local_zone,
            live_url=self.live_url,
            **values,
        )
        # Names come from transcripts; the lines are ours.
        return "\n".join(map(make_visible, html.split("\n")))


def build_request_context(
    request: Request,
    app: AppContext,
    store: store_access.StoreAccess,
    environment: Environment,
    session: security.BrowserSession,
) -> RequestContext:
    """Build the context of a request."""
    query = tuple(
        (key, value)
        for key, values in request.args.lists()
        for value in values
    )
    zone = find_local_zone(os.environ)
    theme = request.cookies.get("claude_tray_theme", "")
    page = page_context.PageContext(
        utc_now(),
        zone or _parse_zone(request),
        app.translator,
        theme if theme in page_context.THEMES else app.settings.general_theme,
        app.settings.cost_billing_day,
    )
    return RequestContext(
        app,
        page,
        store,
        environment,
        session,
        links.PageAddress(
            f"{request.script_root}{request.path}",
            query,
            f"{request.script_root}/",
        ),
        has_local_zone=zone is not None,
    )


def build_offline_context(
    app: AppContext, environment: Environment
) -> RequestContext:
    """Build the context of a page that no browser has asked for."""
    page = page_context.PageContext(
        utc_now(),
        find_local_zone(os.environ) or _UTC,
        app.translator,
        app.settings.general_theme,
        app.settings.cost_billing_day,
    )
    return RequestContext(
        app,
        page,
        store_access.StoreAccess(app.paths.database),
        environment,
        security.BrowserSession("", ""),
        links.PageAddress("/"),
    )


def _parse_zone(request: Request) -> ZoneInfo:
    """Return the time zone of the browser, else UTC."""
    name = unquote(request.cookies.get("claude_tray_zone", ""))
    with suppress(ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(name)
    return _UTC
