"""Draw a picture of the popup to share, without private details."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.core.status import AccountStatus
from claude_tray.presentation.sync_text import SyncStatusLine
from claude_tray.ui.graphics.backdrop import add_backdrop
from claude_tray.ui.graphics.palette import DARK, LIGHT
from claude_tray.ui.popup.compose import PopupControls, PopupView
from claude_tray.ui.popup.render.layout import draw_popup
from claude_tray.ui.toolkit.surface import ViewState

if TYPE_CHECKING:
    from claude_tray.ui.graphics.canvas import Picture


def draw_share_card(
    view: PopupView,
    *,
    theme: str,
    scale: float,
    has_projects: bool,
) -> Picture:
    """
    Draw the share card.

    Args:
        view: View to draw.
        theme: "light" or "dark".
        scale: Pixels per point.
        has_projects: List projects by name; else list models.
    """
    palette = LIGHT if theme == "light" else DARK
    view_state = ViewState(
        scale, palette, "projects" if has_projects else "models"
    )
    picture = draw_popup(
        strip_private_details(view, has_projects=has_projects), view_state
    ).picture
    return add_backdrop(picture, palette, scale)


def strip_private_details(view: PopupView, *, has_projects: bool) -> PopupView:
    """Return the view without accounts, problems, notes and buttons."""
    headline, tabs = view.headline, view.controls.tabs
    if headline.status is AccountStatus.ERROR:
        # The problem may name a folder.
        headline = headline._replace(sentence="")
    if not has_projects:
        tabs = tabs[1:]
    return view._replace(
        accounts=(),
        headline=headline,
        projects=view.projects if has_projects else (),
        sync=SyncStatusLine("dot", AccountStatus.IDLE, "claude-tray"),
        controls=PopupControls(tabs, (), ()),
        notes=(),
    )
