"""What the program is, and whether there is a newer version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.presentation.about import build_about
from claude_tray.setup import updates

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

    from claude_tray.local_page.request_context import RequestContext


def show_about(request: Request, context: RequestContext) -> Response:
    """Show version, license, links and the state of the update check."""
    del request
    app = context.app
    is_on = app.settings.updates_check
    path = app.paths.state_folder / updates.STATE_FILE
    state = updates.load_update_state(path)
    about = build_about(
        context.page.translator,
        updates.UPDATE_HOST,
        state.newer_version if is_on else "",
    )
    return context.render("about", about=about, is_checking=is_on)
