"""
List the pages: path, name and handler.

A handler takes the request and its context and returns a response. Parts of
the path in angle brackets are passed as keyword arguments. Templates link to
a page by `url_for("name", ...)`.

Handlers are named, not imported: the first page does not wait for the modules
of all others.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.errors import gettext_noop

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Request, Response

    from claude_tray.local_page.request_context import RequestContext


TEMPLATE_DIR: Final = Path(__file__).parent / "templates"


class PageRoute(NamedTuple):
    """
    A page.

    Attributes:
        path: As "/sessions/<session_id>".
        name: Its name in `url_for`.
        handler: Module and function in `pages`, called as
            handler(request, context, **path_values).
        label: Its msgid in the navigation; empty if it is not listed.
        methods: GET includes HEAD.
        is_live: The page polls: it gets 204 while nothing has changed.
        read_mark: Function that returns a text that changes with what the
            page shows besides the stored usage; empty if there is nothing.
    """

    path: str
    name: str
    handler: str
    label: str = ""
    methods: tuple[str, ...] = ("GET",)
    is_live: bool = False
    read_mark: str = ""

    def answer(
        self, request: Request, context: RequestContext, **values: Any
    ) -> Response:
        """Call the handler."""
        response: Response = _load(self.handler)(request, context, **values)
        return response

    def load_mark(self, context: RequestContext) -> str:
        """Return the part of the mark that only this page has."""
        if not self.read_mark:
            return context.own_mark
        mark: str = _load(self.read_mark)(context)
        return mark


def _load(name: str) -> Callable[..., Any]:
    """Import a function of a page."""
    module, _, function = name.partition(".")
    found: Callable[..., Any] = getattr(
        import_module(f"claude_tray.local_page.pages.{module}"), function
    )
    return found


_POST: Final = ("POST",)
_FORM_METHODS: Final = ("GET", "POST")
ROUTES: Final = (
    PageRoute(
        "/",
        "overview",
        "overview.show_overview",
        gettext_noop("Overview"),
        is_live=True,
    ),
    PageRoute(
        "/welcome/<key>",
        "welcome-switch",
        "welcome.turn_switch",
        methods=_POST,
    ),
    PageRoute(
        "/welcome/suggestion/<key>",
        "welcome-suggestion",
        "welcome.follow_suggestion",
        methods=_POST,
    ),
    PageRoute(
        "/window",
        "window",
        "window.show_window",
        gettext_noop("Window"),
        is_live=True,
    ),
    PageRoute(
        "/history", "history", "history.show_history", gettext_noop("History")
    ),
    PageRoute("/share", "share", "share.show_share"),
    PageRoute("/share.png", "share-picture", "share.show_share_picture"),
    PageRoute(
        "/projects",
        "projects",
        "projects.show_projects",
        gettext_noop("Projects"),
    ),
    PageRoute("/projects/<key>", "project", "projects.show_project"),
    PageRoute(
        "/sessions",
        "sessions",
        "sessions.show_sessions",
        gettext_noop("Sessions"),
    ),
    PageRoute("/sessions/<session_id>", "session", "sessions.show_session"),
    PageRoute(
        "/live",
        "live",
        "sessions.show_live",
        gettext_noop("Live"),
        is_live=True,
        read_mark="sessions.read_live_mark",
    ),
    PageRoute(
        "/planning",
        "planning",
        "planning.show_planning",
        gettext_noop("Planning"),
    ),
    PageRoute(
        "/limits", "limits", "limits.show_limits", gettext_noop("Limits")
    ),
    PageRoute(
        "/limits/statusline",
        "statusline",
        "limits.turn_statusline",
        methods=_POST,
    ),
    PageRoute(
        "/limits/hook",
        "hook",
        "limits.turn_hook",
        methods=_POST,
    ),
    PageRoute(
        "/settings",
        "settings",
        "settings.show_settings",
        gettext_noop("Settings"),
        _FORM_METHODS,
    ),
    PageRoute(
        "/settings/<section>",
        "settings-section",
        "settings.show_settings",
        methods=_FORM_METHODS,
    ),
    PageRoute(
        "/settings/icon/<style>/<int:size>.png",
        "icon-preview",
        "icon_previews.show_icon",
    ),
    PageRoute(
        "/settings/notifications/test",
        "notification-test",
        "settings.send_test_notification",
        methods=_POST,
    ),
    PageRoute(
        "/settings/notifications/command",
        "notification-command-test",
        "settings.run_notification_command",
        methods=_POST,
    ),
    PageRoute("/settings/backup", "backup", "backup.show_backup"),
    PageRoute("/settings/export", "settings-export", "backup.export_settings"),
    PageRoute(
        "/settings/import",
        "settings-import",
        "backup.import_settings",
        methods=_POST,
    ),
    PageRoute(
        "/settings/removal",
        "removal-preview",
        "backup.preview_removal",
        methods=_POST,
    ),
    PageRoute("/sync", "sync", "sync.show_sync", methods=_FORM_METHODS),
    PageRoute("/sync/now", "sync-now", "sync.sync_now", methods=_POST),
    PageRoute("/sync/token", "sync-token", "sync.save_token", methods=_POST),
    PageRoute(
        "/sync/test", "sync-test", "sync.check_connection", methods=_POST
    ),
    PageRoute(
        "/sync/preview", "sync-preview", "sync.preview_upload", methods=_POST
    ),
    PageRoute("/diagnostics", "diagnostics", "diagnostics.show_diagnostics"),
    PageRoute("/about", "about", "about.show_about", gettext_noop("About")),
)
