"""Draw the popup and compute its height."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.ui.graphics.canvas import Rect, TextStyle, wrap_text
from claude_tray.ui.graphics.shapes import draw_dot
from claude_tray.ui.popup.render import footer, header, sections
from claude_tray.ui.popup.render.chart import CHART_HEIGHT, draw_chart
from claude_tray.ui.popup.render.header import (
    ALARMING_STATUSES,
    select_status_color,
)
from claude_tray.ui.toolkit.surface import (
    CORNER_RADIUS,
    DrawSurface,
    Frame,
    ViewState,
)

if TYPE_CHECKING:
    from claude_tray.ui.popup.compose import PopupView


POPUP_WIDTH: Final = 400.0
_PADDING: Final = 18.0
_ACCOUNTS_TOP: Final = 14.0
_ACCOUNTS_HEIGHT: Final = 39.0
# Height of a row of segments: accounts, tabs.
_SEGMENTS_HEIGHT: Final = 27.0
# Vertical space below each block.
_HEADER_GAP: Final = 3.5
_CHART_GAP: Final = 12.0
_TILES_GAP: Final = 14.0
_TABS_GAP: Final = 11.0
_RANKING_GAP: Final = 7.0
_NOTES_GAP: Final = 4.0
_FIRST_NOTE_BASELINE: Final = 7.0
_NOTE_HEIGHT: Final = 15.0
_DAILY_COSTS_HEIGHT: Final = 100.0
# The menu overlaps the padding at the right and the footer at the bottom.
_MENU_OFFSET_X: Final = 6.0
_MENU_OFFSET_Y: Final = 7.0
_TAB_PREFIX: Final = "tab:"
_ACCOUNT_DOT_X: Final = 12.0
_ACCOUNT_DOT_RADIUS: Final = 3.5


class _PopupLayout(NamedTuple):
    """Bounds of the blocks from top to bottom, and the total height."""

    header: Rect
    chart: Rect
    limits: Rect
    tiles: Rect
    token_costs: Rect
    tabs: Rect
    ranking: Rect
    notes: Rect
    footer: Rect

    @property
    def height(self) -> float:
        return self.footer.bottom


def draw_popup(view: PopupView, view_state: ViewState) -> Frame:
    """Draw a view; its height follows from its text."""
    notes = _wrap_notes(view, view_state)
    layout = _compute_layout(view, view_state, len(notes))
    size = (POPUP_WIDTH, layout.height)
    surface = DrawSurface(size, view_state, is_rtl=view.is_rtl)
    surface.add_drag_region(Rect(0, 0, POPUP_WIDTH, layout.chart.y))
    _draw_accounts(surface, view)
    header.draw_header(surface, view.headline, layout.header)
    if view.chart is not None:
        draw_chart(surface, view.chart, layout.chart)
    sections.draw_limits(surface, view.limits, layout.limits)
    sections.draw_tiles(surface, view.tiles, layout.tiles)
    sections.draw_token_costs(surface, view, layout.token_costs)
    _draw_tabs(surface, view, layout)
    _draw_notes(surface, notes, layout.notes.y)
    footer.draw_footer(surface, view, layout.footer)
    if view_state.is_menu_open:
        footer.draw_menu(
            surface,
            view,
            layout.footer.right + _MENU_OFFSET_X,
            layout.footer.y - _MENU_OFFSET_Y,
        )
    return surface.finish(CORNER_RADIUS)


def _compute_layout(
    view: PopupView, view_state: ViewState, note_count: int
) -> _PopupLayout:
    # Text can only be measured on a surface.
    surface = DrawSurface((1, 1), view_state, is_rtl=view.is_rtl)
    lines = header.wrap_sentence(surface, view.headline, header.CONTENT_WIDTH)
    header_height = header.compute_header_height(surface, lines, view.headline)
    blocks = (
        (header_height, _HEADER_GAP),
        (CHART_HEIGHT, _CHART_GAP) if view.chart else (0.0, 0.0),
        (sections.compute_limits_height(view.limits), 0.0),
        (sections.TILES_HEIGHT, _TILES_GAP),
        (sections.compute_token_costs_height(surface, view.token_costs), 0.0),
        (_SEGMENTS_HEIGHT, _TABS_GAP),
        (sections.RANKING_HEIGHT, _RANKING_GAP),
        (note_count * _NOTE_HEIGHT, _NOTES_GAP if note_count else 0.0),
        (footer.FOOTER_HEIGHT, 0.0),
    )
    y = _ACCOUNTS_HEIGHT if view.accounts else 0.0
    bounds = []
    for height, gap in blocks:
        bounds.append(Rect(_PADDING, y, header.CONTENT_WIDTH, height))
        y += height + gap
    return _PopupLayout(*bounds)


def _draw_accounts(surface: DrawSurface, view: PopupView) -> None:
    """Draw the accounts if there are several."""
    if not view.accounts:
        return
    segments = [
        (f"account:{number}", f"{account.name} {account.value}".strip())
        for number, account in enumerate(view.accounts)
    ]
    selected = [account.is_selected for account in view.accounts].index(True)
    bounds = Rect(
        _PADDING, _ACCOUNTS_TOP, header.CONTENT_WIDTH, _SEGMENTS_HEIGHT
    )
    surface.draw_segments(
        bounds, segments, f"account:{selected}", surface.palette.card
    )
    width = (bounds.width - 4) / len(segments)
    for number, account in enumerate(view.accounts):
        if account.status is not None:
            center = (
                bounds.x + 2 + number * width + _ACCOUNT_DOT_X,
                bounds.y + bounds.height / 2,
            )
            color = select_status_color(account.status, surface.palette)
            background = surface.palette.card
            radius = _ACCOUNT_DOT_RADIUS
            draw_dot(surface.canvas, center, radius, color, background)
            if account.status.color_status not in ALARMING_STATUSES:
                # A ring, as color alone shows no state.
                draw_dot(surface.canvas, center, radius - 1.5, background)


def _draw_tabs(
    surface: DrawSurface, view: PopupView, layout: _PopupLayout
) -> None:
    """Draw the tabs and the selected one's content."""
    segments = [(button.action, button.label) for button in view.controls.tabs]
    tab, bounds = surface.view_state.tab, layout.ranking
    surface.draw_segments(
        layout.tabs, segments, _TAB_PREFIX + tab, surface.palette.card
    )
    if tab == "days":
        sections.draw_daily_costs(
            surface,
            view.daily_costs,
            bounds._replace(height=_DAILY_COSTS_HEIGHT),
        )
    else:
        rows = view.models if tab == "models" else view.projects
        sections.draw_ranking(surface, rows, view.empty_ranking_text, bounds)


def _wrap_notes(view: PopupView, view_state: ViewState) -> list[str]:
    surface = DrawSurface((1, 1), view_state, is_rtl=view.is_rtl)
    style = TextStyle(view_state.palette.soft, 11)
    return [
        line
        for note in view.notes
        for line in wrap_text(
            surface.canvas, note, style, header.CONTENT_WIDTH
        )
    ]


def _draw_notes(surface: DrawSurface, notes: list[str], y: float) -> None:
    style = TextStyle(surface.palette.soft, 11)
    for number, text in enumerate(notes):
        baseline = y + _FIRST_NOTE_BASELINE + number * _NOTE_HEIGHT
        surface.draw_text((_PADDING, baseline), text, style)
