"""Draw the popup and compute its height."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.ui.graphics.canvas import Rect
from claude_tray.ui.popup.render import (
    accounts,
    chart,
    choices,
    footer,
    header,
    limits,
    messages,
    plot,
    usage,
)
from claude_tray.ui.toolkit.surface import (
    CORNER_RADIUS,
    DrawSurface,
    Frame,
    ViewState,
)
from claude_tray.ui.toolkit.widgets import DragKind

if TYPE_CHECKING:
    from claude_tray.presentation.receipt import ReceiptView
    from claude_tray.ui.popup.compose import PopupView


POPUP_WIDTH: Final = 400.0
PADDING: Final = 18.0
_ACCOUNTS_TOP: Final = 14.0
_ACCOUNTS_HEIGHT: Final = 41.0
# Vertical space below each block.
_HEADER_GAP: Final = 3.5
_PROBLEM_GAP: Final = 6.0
_CHART_GAP: Final = 10.0
_NOW_GAP: Final = 6.0
_CHOICES_GAP: Final = 8.0
_LIST_GAP: Final = 8.0
# Rows of the list that are visible until the user changes the height.
VISIBLE_ROWS: Final = 5
# The menu overlaps the padding at the right and the footer at the bottom.
_MENU_OFFSET_X: Final = 6.0
_MENU_OFFSET_Y: Final = 7.0


class _PopupLayout(NamedTuple):
    """Bounds of the blocks from top to bottom."""

    header: Rect
    fit: Rect
    problem: Rect
    chart: Rect
    limits: Rect
    sessions: Rect
    periods: Rect
    total: Rect
    chips: Rect
    groupings: Rect
    usage: Rect
    banner: Rect
    footer: Rect

    @property
    def height(self) -> float:
        return self.footer.bottom


def draw_popup(view: PopupView, view_state: ViewState) -> Frame:
    """Draw a view; its height follows from its content."""
    if view.help or view.welcome is not None:
        return _draw_sheet(view, view_state)
    layout = _compute_layout(view, view_state)
    if view.receipt is not None:
        return _draw_receipt(view, view.receipt, view_state, layout)
    surface = DrawSurface(
        (POPUP_WIDTH, layout.height),
        view_state,
        is_rtl=view.is_rtl,
        language=view.language,
    )
    surface.add_drag_region(Rect(0, 0, POPUP_WIDTH, layout.header.bottom))
    if view.accounts:
        accounts.draw_accounts(surface, view.accounts, _place_accounts())
    if view.headline_tooltip:
        surface.add_region(
            "headline",
            layout.header,
            view.sentence,
            is_button=False,
            tooltip=view.headline_tooltip,
            drag=DragKind.WINDOW,
        )
    header.draw_header(
        surface, view.headline, layout.header, view.controls.pin
    )
    header.draw_fit(surface, view.fit, layout.fit)
    messages.draw_buttons(surface, view.controls.problem, layout.problem)
    if view.chart is not None:
        chart.draw_chart(
            surface,
            view.chart,
            layout.chart,
            view.controls.charts,
            view.selection.time_range,
        )
    limits.draw_limits(surface, view.limits, layout.limits)
    usage.draw_sessions(surface, view.sessions, layout.sessions)
    _draw_usage(surface, view, layout)
    if view.banner is not None:
        messages.draw_banner(
            surface, view.banner, layout.banner, view.controls.close
        )
    return _finish(surface, view, layout.footer)


def get_max_extra_height(view: PopupView) -> float:
    """Return the points by which the list can grow until all rows are seen."""
    rows = len(view.usage.rows) - VISIBLE_ROWS
    return max(0.0, rows * usage.ROW_HEIGHT)


def compute_chart_fraction(view: PopupView, x: float) -> float:
    """Convert a position in points from the left to one in the chart."""
    if view.is_rtl:
        x = POPUP_WIDTH - x
    card = Rect(PADDING, 0, header.CONTENT_WIDTH, chart.CHART_HEIGHT)
    return plot.place_plot(card).to_fraction(x)


def _draw_usage(
    surface: DrawSurface, view: PopupView, layout: _PopupLayout
) -> None:
    """Draw the chosen period: its sum and its list."""
    selection = view.selection
    chosen = "" if selection.time_range else f"period:{selection.period}"
    choices.draw_choices(
        surface, layout.periods, view.controls.periods, chosen
    )
    usage.draw_sum(surface, view, layout.total)
    usage.draw_chips(surface, view, layout.chips)
    if view.controls.groupings:
        usage.draw_groupings(surface, view, layout.groupings)
    usage.draw_list(surface, view, layout.usage)


def _finish(surface: DrawSurface, view: PopupView, bounds: Rect) -> Frame:
    footer.draw_footer(surface, view, bounds)
    if surface.view_state.is_menu_open:
        footer.draw_menu(
            surface,
            view,
            bounds.right + _MENU_OFFSET_X,
            bounds.y - _MENU_OFFSET_Y,
        )
    elif not view.help and view.welcome is None:
        surface.add_height_handle()
    return surface.finish(CORNER_RADIUS)


def _draw_sheet(view: PopupView, view_state: ViewState) -> Frame:
    """Draw the keys, or the welcome state, in place of all numbers."""
    width = header.CONTENT_WIDTH
    top = Rect(PADDING, 6, width, 0)
    if view.help:
        height = messages.compute_help_height(view.help)
    else:
        measuring = DrawSurface(
            (1, 1), view_state, is_rtl=view.is_rtl, language=view.language
        )
        height = _draw_welcome(measuring, view, top)
    bounds = Rect(PADDING, top.y + height, width, footer.FOOTER_HEIGHT)
    size = (POPUP_WIDTH, bounds.bottom)
    surface = DrawSurface(
        size, view_state, is_rtl=view.is_rtl, language=view.language
    )
    surface.add_drag_region(Rect(0, 0, POPUP_WIDTH, 40))
    if view.help:
        messages.draw_help(surface, view.help, top)
    else:
        _draw_welcome(surface, view, top)
    return _finish(surface, view, bounds)


def _draw_welcome(
    surface: DrawSurface, view: PopupView, bounds: Rect
) -> float:
    if view.welcome is None:
        return 0.0
    return messages.WelcomePainter(surface, bounds).draw(view.welcome)


def _draw_receipt(
    view: PopupView,
    receipt: ReceiptView,
    view_state: ViewState,
    layout: _PopupLayout,
) -> Frame:
    """Draw a receipt in a window of the same size."""
    # Late: the popup opens without it.
    from claude_tray.ui.popup.render import receipt_sheet

    size = (POPUP_WIDTH, layout.height)
    surface = DrawSurface(
        size, view_state, is_rtl=view.is_rtl, language=view.language
    )
    surface.add_drag_region(Rect(0, 0, POPUP_WIDTH, 40))
    height = layout.footer.y - _LIST_GAP
    bounds = Rect(PADDING, 0, header.CONTENT_WIDTH, height)
    label = f"{view.controls.back} (Esc)"
    receipt_sheet.draw_receipt(surface, receipt, bounds, label)
    return _finish(surface, view, layout.footer)


def _place_accounts() -> Rect:
    return Rect(
        PADDING, _ACCOUNTS_TOP, header.CONTENT_WIDTH, choices.CHOICES_HEIGHT
    )


def _compute_layout(view: PopupView, view_state: ViewState) -> _PopupLayout:
    # Text can only be measured on a surface.
    surface = DrawSurface(
        (1, 1), view_state, is_rtl=view.is_rtl, language=view.language
    )
    width = header.CONTENT_WIDTH
    lines = header.wrap_sentence(surface, view.headline, width)
    has_chips = (
        view.range_text or view.project_text or view.controls.receipt
    ) and not usage.has_link_in_sum(surface, view)
    extra = min(view_state.extra_height, get_max_extra_height(view))
    blocks = (
        (
            header.compute_header_height(surface, lines, view.headline),
            _HEADER_GAP,
        ),
        (header.FIT_HEIGHT if view.fit else 0.0, 0.0),
        (messages.BUTTONS_HEIGHT, _PROBLEM_GAP)
        if view.controls.problem
        else (0.0, 0.0),
        (chart.CHART_HEIGHT, _CHART_GAP) if view.chart else (0.0, 0.0),
        (limits.compute_limits_height(view.limits), 0.0),
        (usage.NOW_HEIGHT * len(view.sessions), _NOW_GAP)
        if view.sessions
        else (0.0, 0.0),
        (choices.CHOICES_HEIGHT, _CHOICES_GAP),
        (usage.compute_sum_height(surface, view.total), 4.0),
        (usage.CHIPS_HEIGHT if has_chips else 0.0, 0.0),
        (choices.CHOICES_HEIGHT, _CHOICES_GAP - 1)
        if view.controls.groupings
        else (0.0, 0.0),
        (VISIBLE_ROWS * usage.ROW_HEIGHT + extra, _LIST_GAP),
        (messages.compute_banner_height(surface, view.banner, width), 0.0),
        (footer.FOOTER_HEIGHT, 0.0),
    )
    y = _ACCOUNTS_HEIGHT if view.accounts else 0.0
    bounds = []
    for height, gap in blocks:
        bounds.append(Rect(PADDING, y, width, height))
        y += height + gap
    return _PopupLayout(*bounds)
