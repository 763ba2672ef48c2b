"""Draw a picture of the popup to share, without private details."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.core.status import AccountStatus
from claude_tray.presentation.usage_bars import ChartBars
from claude_tray.ui.graphics.backdrop import add_backdrop
from claude_tray.ui.graphics.palette import DARK, LIGHT
from claude_tray.ui.popup.render.layout import draw_popup
from claude_tray.ui.toolkit.surface import ViewState

if TYPE_CHECKING:
    from claude_tray.ui.graphics.canvas import Picture
    from claude_tray.ui.popup.compose import PopupView


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
    view_state = ViewState(scale, palette)
    picture = draw_popup(
        strip_private_details(view, has_projects=has_projects), view_state
    ).picture
    return add_backdrop(picture, palette, scale)


def strip_private_details(view: PopupView, *, has_projects: bool) -> PopupView:
    """Return the view without accounts, problems, sessions and buttons."""
    headline = view.headline
    if headline.status is AccountStatus.ERROR:
        # The problem may name a folder.
        headline = headline._replace(sentence="")
    projects, models, _ = view.lists
    chart = view.chart
    if chart is not None and not has_projects:
        bars = ChartBars(
            tuple(bar._replace(lines=()) for bar in chart.bars.bars)
        )
        chart = chart._replace(bars=bars)
    controls = view.controls._replace(
        charts=(),
        periods=tuple(
            period
            for period in view.controls.periods
            if period.action == f"period:{view.selection.period}"
        ),
        groupings=(),
        problem=(),
        buttons=(),
        dashboard=None,
        pin=None,
        menu=(),
        updated="claude-tray",
    )
    return view._replace(
        accounts=(),
        headline=headline,
        headline_tooltip="",
        problem_folder="",
        chart=chart,
        sessions=(),
        range_text="",
        project_text="",
        usage=projects if has_projects else models,
        banner=None,
        welcome=None,
        help=(),
        age_text="",
        sync=None,
        controls=controls,
    )
