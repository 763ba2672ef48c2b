"""The popup as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.ui.graphics.canvas import Rect
from claude_tray.ui.graphics.text_layout import TextStyle, wrap_text
from claude_tray.ui.popup.render import footer, header, sections
from claude_tray.ui.popup.render.chart import CHART_HEIGHT as CHART
from claude_tray.ui.popup.render.chart import draw_chart
from claude_tray.ui.toolkit.surface import (
    CORNER_RADIUS,
    DrawSurface,
    Frame,
    ViewState,
)

if TYPE_CHECKING:
    from claude_tray.ui.popup.view_model import PopupView


POPUP_WIDTH: Final = 400.0
# Of the corners, for windows that can have them round.
_PADDING: Final = 18.0
_ACCOUNTS_HEIGHT: Final = 39.0
_TABS_HEIGHT: Final = 27.0
_NOTE_HEIGHT: Final = 15.0
_TAB_PREFIX: Final = "tab:"


def draw_popup(view: PopupView, view_state: ViewState) -> Frame:
    """Return the picture of a view; as high as its sentences need."""
    notes = _wrap_notes(view, view_state)
    size = (POPUP_WIDTH, _compute_popup_height(view, view_state, notes))
    surface = DrawSurface(size, view_state, is_rtl=view.is_rtl)
    y = _draw_accounts(surface, view)
    lines = header.wrap_sentence(surface, view.headline, header.CONTENT_WIDTH)
    header_height = header.compute_header_height(surface, lines, view.headline)
    header.draw_header(surface, view.headline, _content_rect(y, header_height))
    y += header_height + 3.5
    draw_chart(
        surface, view.chart, view.headline.status, _content_rect(y, CHART)
    )
    y += CHART + 12
    if view.weekly_limits:
        sections.draw_weekly_limits(
            surface,
            view.weekly_limits,
            _content_rect(y, sections.WEEKLY_LIMITS_HEIGHT),
        )
        y += sections.WEEKLY_LIMITS_HEIGHT
    sections.draw_tiles(
        surface, view.tiles, _content_rect(y, sections.TILES_HEIGHT)
    )
    y += sections.TILES_HEIGHT + 14
    sections.draw_token_costs(
        surface, view, _content_rect(y, sections.TOKEN_COSTS_HEIGHT)
    )
    y += sections.compute_token_costs_height(surface, view.token_costs)
    _draw_tabs(surface, view, y)
    y += _TABS_HEIGHT + 11 + sections.RANKING_HEIGHT
    _draw_notes(surface, notes, y + 14)
    footer_bounds = _content_rect(
        size[1] - footer.FOOTER_HEIGHT, footer.FOOTER_HEIGHT
    )
    footer.draw_footer(surface, view, footer_bounds)
    if view_state.is_menu_open:
        footer.draw_menu(
            surface, view, POPUP_WIDTH - _PADDING + 6, footer_bounds.y - 7
        )
    return surface.finish(CORNER_RADIUS)


def _content_rect(y: float, height: float) -> Rect:
    return Rect(_PADDING, y, header.CONTENT_WIDTH, height)


def _compute_popup_height(
    view: PopupView, view_state: ViewState, notes: list[str]
) -> float:
    surface = DrawSurface((1, 1), view_state, is_rtl=view.is_rtl)
    lines = header.wrap_sentence(surface, view.headline, header.CONTENT_WIDTH)
    return (
        (_ACCOUNTS_HEIGHT if view.accounts else 0)
        + header.compute_header_height(surface, lines, view.headline)
        + 3.5
        + CHART
        + 12
        + (sections.WEEKLY_LIMITS_HEIGHT if view.weekly_limits else 0)
        + sections.TILES_HEIGHT
        + 14
        + sections.compute_token_costs_height(surface, view.token_costs)
        + _TABS_HEIGHT
        + 11
        + sections.RANKING_HEIGHT
        + 7
        + (len(notes) * _NOTE_HEIGHT + 4 if notes else 0)
        + footer.FOOTER_HEIGHT
    )


def _draw_accounts(surface: DrawSurface, view: PopupView) -> float:
    """Draw a choice of accounts where there are several; return the y."""
    if not view.accounts:
        return 0
    segments = [
        (f"account:{number}", account.name)
        for number, account in enumerate(view.accounts)
    ]
    selected = [account.is_selected for account in view.accounts].index(True)
    bounds = Rect(_PADDING, 14, header.CONTENT_WIDTH, 27)
    surface.draw_segments(
        bounds, segments, f"account:{selected}", surface.palette.card
    )
    return _ACCOUNTS_HEIGHT


def _draw_tabs(surface: DrawSurface, view: PopupView, y: float) -> None:
    segments = [(button.action, button.label) for button in view.controls.tabs]
    bounds = Rect(_PADDING, y, header.CONTENT_WIDTH, _TABS_HEIGHT)
    tab = surface.view_state.tab
    surface.draw_segments(
        bounds, segments, _TAB_PREFIX + tab, surface.palette.card
    )
    content_bounds = _content_rect(
        y + _TABS_HEIGHT + 11, sections.RANKING_HEIGHT
    )
    if tab == "days":
        sections.draw_daily_costs(
            surface, view.daily_costs, content_bounds._replace(height=100)
        )
    elif tab == "models":
        sections.draw_ranking(
            surface, view.models, view.empty_ranking_text, content_bounds
        )
    else:
        sections.draw_ranking(
            surface, view.projects, view.empty_ranking_text, content_bounds
        )


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
        surface.draw_text((_PADDING, y + number * _NOTE_HEIGHT), text, style)
