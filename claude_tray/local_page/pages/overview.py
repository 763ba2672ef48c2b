"""The overview: window, usage by time, project, model and session."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

    from claude_tray.local_page.request_context import RequestContext


def show_overview(request: Request, context: RequestContext) -> Response:
    """Show the overview."""
    del request
    return context.render("overview")
