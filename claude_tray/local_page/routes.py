"""
List the pages: path, name and handler.

A handler takes the request and its context and returns a response. Parts of
the path in angle brackets are passed as keyword arguments. Templates link to
a page by `url_for("name", ...)`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.errors import gettext_noop
from claude_tray.local_page.pages import (
    history,
    overview,
    projects,
    sessions,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response


TEMPLATE_DIR: Final = Path(__file__).parent / "templates"


class PageRoute(NamedTuple):
    """
    A page.

    Attributes:
        path: As "/sessions/<session_id>".
        name: Its name in `url_for`.
        handler: Called as handler(request, context, **path_values).
        label: Its msgid in the navigation; empty if it is not listed.
        methods: GET includes HEAD.
        is_live: The page polls: it gets 204 while nothing has changed.
    """

    path: str
    name: str
    handler: Callable[..., Response]
    label: str = ""
    methods: tuple[str, ...] = ("GET",)
    is_live: bool = False


ROUTES: Final = (
    PageRoute(
        "/",
        "overview",
        overview.show_overview,
        gettext_noop("Overview"),
        is_live=True,
    ),
    PageRoute(
        "/window",
        "window",
        overview.show_window,
        gettext_noop("Window"),
        is_live=True,
    ),
    PageRoute(
        "/history", "history", history.show_history, gettext_noop("History")
    ),
    PageRoute(
        "/projects",
        "projects",
        projects.show_projects,
        gettext_noop("Projects"),
    ),
    PageRoute("/projects/<key>", "project", projects.show_project),
    PageRoute(
        "/sessions",
        "sessions",
        sessions.show_sessions,
        gettext_noop("Sessions"),
    ),
    PageRoute("/sessions/<session_id>", "session", sessions.show_session),
    PageRoute(
        "/live",
        "live",
        sessions.show_live,
        gettext_noop("Live"),
        is_live=True,
    ),
)
