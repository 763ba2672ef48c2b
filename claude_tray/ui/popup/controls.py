"""Build everything in the popup that can be pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.periods import Period
from claude_tray.core.snapshot import SyncPhase
from claude_tray.presentation import (
    help_sheet,
    usage_chart,
    usage_list,
    week_chart,
)
from claude_tray.ui.toolkit.widgets import SHORTCUTS, Button

if TYPE_CHECKING:
    from claude_tray.i18n.translator import Translator
    from claude_tray.presentation.context import ViewContext
    from claude_tray.ui.popup.data import PopupData
    from claude_tray.ui.popup.selection import PopupSelection


# Longer ranges are days.
_MAX_CLOCK_RANGE_MS: Final = 6 * 3_600_000


class PopupControls(NamedTuple):
    """
    Everything that can be pressed.

    Attributes:
        charts: Window and week; empty if there is no choice.
        periods: The periods that there are.
        groupings: What the list can be grouped by.
        list_title: Before the groupings, as "By".
        receipt: Opens the receipt of the chart's part; None if the period is
            another one.
        problem: What can be done about a problem; empty without one.
        back: Leaves sessions of a project, a range or the search.
        close: Dismisses the banner.
        search: Placeholder of the search field.
        buttons: In the footer.
        dashboard: Opens the local page, with a label; None on a card.
        pin: Keeps the window open; None on a card.
        menu: Entries of the "More" menu; None is a separator.
        period_name: Name of the selected period.
        updated: Before the time of the view, while no limit is known.
    """

    charts: tuple[Button, ...]
    periods: tuple[Button, ...]
    groupings: tuple[Button, ...]
    list_title: str
    receipt: Button | None
    problem: tuple[Button, ...]
    back: str
    close: str
    search: str
    buttons: tuple[Button, ...]
    dashboard: Button | None
    pin: Button | None
    menu: tuple[Button | None, ...]
    period_name: str
    updated: str


def build_controls(data: PopupData, context: ViewContext) -> PopupControls:
    """Build the buttons and menu entries."""
    gettext = context.translator.gettext
    selection = data.selection
    names = list_period_names(context.translator)
    periods = [
        period
        for period in Period
        if period is not Period.WINDOW or data.has_window_chart
    ]
    return PopupControls(
        charts=_build_charts(data, context),
        periods=tuple(
            Button(
                f"period:{period}",
                names[period],
                help_sheet.PERIOD_KEYS[list(Period).index(period)],
            )
            for period in periods
        ),
        groupings=_build_groupings(context),
        list_title=gettext("By"),
        receipt=_build_receipt_button(data, context),
        problem=_build_problem_buttons(data, context),
        back=gettext("Back"),
        close=gettext("Dismiss"),
        search=gettext("Type to search"),
        buttons=(
            _make_button("refresh", gettext("Refresh now")),
            _make_button("settings", gettext("Settings")),
            _make_button("more", gettext("More")),
        ),
        dashboard=_make_button("dashboard", gettext("Open dashboard")),
        pin=Button("pin", gettext("Keep open")),
        menu=_build_menu(data, context),
        period_name=names[selection.period],
        updated=gettext(
            "Updated {time}", time=context.format_clock(context.now)
        ),
    )


def list_period_names(translator: Translator) -> dict[Period, str]:
    """Return the name of each period."""
    gettext = translator.gettext
    return {
        Period.WINDOW: gettext("Window"),
        Period.TODAY: gettext("Today"),
        Period.LAST_7_DAYS: gettext("7 days"),
        Period.LAST_30_DAYS: gettext("30 days"),
        Period.MONTH: gettext("Month"),
        Period.ALL: gettext("All"),
    }


def format_time_range(selection: PopupSelection, context: ViewContext) -> str:
    """Format the selected part of a chart, or day; empty without one."""
    selected = selection.time_range
    if selected is None:
        return ""
    if selected.end_ms - selected.start_ms > _MAX_CLOCK_RANGE_MS:
        return week_chart.format_week_range(selected, context)
    return usage_chart.format_clock_range(selected, context)


def _build_charts(data: PopupData, context: ViewContext) -> tuple[Button, ...]:
    if not data.has_window_chart:
        return ()
    gettext = context.translator.gettext
    return (
        Button(
            f"chart:{usage_chart.ChartKind.WINDOW}", gettext("Window"), "W"
        ),
        Button(f"chart:{usage_chart.ChartKind.WEEK}", gettext("Week"), "W"),
    )


def _build_receipt_button(
    data: PopupData, context: ViewContext
) -> Button | None:
    selection = data.selection
    is_of_chart = (
        selection.time_range is not None or selection.period is Period.WINDOW
    )
    if not (data.has_receipt and is_of_chart and data.total.messages):
        return None
    label = context.translator.gettext("What used it?")
    return Button("receipt", label, help_sheet.RECEIPT_KEY)


def _build_groupings(context: ViewContext) -> tuple[Button, ...]:
    gettext = context.translator.gettext
    names = {
        usage_list.Grouping.PROJECT: gettext("Project"),
        usage_list.Grouping.MODEL: gettext("Model"),
        usage_list.Grouping.SESSION: gettext("Session"),
        usage_list.Grouping.KIND: gettext("Token type"),
        usage_list.Grouping.DAY: gettext("Day"),
    }
    return tuple(
        Button(f"by:{grouping}", name, key)
        for (grouping, name), key in zip(
            names.items(), help_sheet.GROUPING_KEYS, strict=True
        )
    )


def _build_problem_buttons(
    data: PopupData, context: ViewContext
) -> tuple[Button, ...]:
    if not data.snapshot.problem:
        return ()
    gettext = context.translator.gettext
    buttons = [
        Button("choose-folder", gettext("Choose folder")),
        Button("diagnostics", gettext("Copy details")),
    ]
    if data.account is not None:
        buttons.insert(0, Button("open-folder", gettext("Open folder")))
    return tuple(buttons)


def _build_menu(
    data: PopupData, context: ViewContext
) -> tuple[Button | None, ...]:
    gettext = context.translator.gettext
    is_syncing = data.snapshot.sync.phase is not SyncPhase.OFF
    sync = (
        (_make_button("sync-now", gettext("Sync now")),) if is_syncing else ()
    )
    return (
        *sync,
        _make_button("planning", gettext("Planning and reached limits")),
        _make_button("copy", gettext("Copy summary")),
        _make_button("picture", gettext("Save card to share")),
        _make_button("diagnostics", gettext("Copy diagnostics")),
        Button("help", gettext("Keys"), "?"),
        None,
        _make_button("about", gettext("About claude-tray")),
        _make_button("quit", gettext("Quit claude-tray")),
    )


def _make_button(action: str, label: str) -> Button:
    return Button(action, label, SHORTCUTS.get(action, ""))
