"""A picture to share: what the popup shows, without what is only one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.drawing.ground import on_ground
from claude_tray.drawing.palette import DARK, LIGHT
from claude_tray.popup.drawn.picture import draw_popup
from claude_tray.popup.drawn.sheet import Look
from claude_tray.popup.view import Choices, State, SyncLine

if TYPE_CHECKING:
    from claude_tray.drawing.canvas import Picture
    from claude_tray.popup.view import PopupView


def draw_card(
    view: PopupView,
    *,
    theme: str,
    scale: float,
    has_projects: bool,
) -> Picture:
    """
    Return the picture.

    Args:
        view: What is shown.
        theme: "light" or "dark".
        scale: Pixels for a point.
        has_projects: Projects are named; else models are listed.
    """
    palette = LIGHT if theme == "light" else DARK
    look = Look(scale, palette, "projects" if has_projects else "models")
    picture = draw_popup(shared(view, has_projects=has_projects), look).picture
    return on_ground(picture, palette, scale)


def shared(view: PopupView, *, has_projects: bool) -> PopupView:
    """Return a view without accounts, problems, notes and buttons."""
    headline, tabs = view.headline, view.choices.tabs
    if headline.state is State.ERROR:
        # It may name a folder.
        headline = headline._replace(sentence="")
    if not has_projects:
        tabs = tabs[1:]
    return view._replace(
        accounts=(),
        headline=headline,
        projects=view.projects if has_projects else (),
        sync=SyncLine("dot", State.IDLE, "claude-tray"),
        choices=Choices(tabs, (), ()),
        notes=(),
    )
