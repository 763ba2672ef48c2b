"""What the program is, and whether there is a newer version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.local_page.settings import current
from claude_tray.presentation.about import build_about
from claude_tray.setup import updates

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

    from claude_tray.local_page.request_context import RequestContext


def show_about(request: Request, context: RequestContext) -> Response:
    """Show version, license, links, updates, privacy and own files."""
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
    gettext = context.gettext
    files = (
        (gettext("Settings"), app.paths.settings_file),
        (gettext("Store"), app.paths.database),
        (gettext("Log"), app.paths.log_file),
    )
    return context.render(
        "about",
        about=about,
        is_checking=is_on,
        is_synced=app.settings.sync_enabled,
        files=[(name, current.shorten_path(p)) for name, p in files],
        folders=[current.shorten_path(folder) for folder in app.folders],
    )
