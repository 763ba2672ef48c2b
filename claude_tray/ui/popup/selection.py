"""Define what a user has selected in the popup, and how actions change it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.periods import Period, TimeRange, compute_days_range
from claude_tray.presentation import usage_chart, usage_list

if TYPE_CHECKING:
    from datetime import tzinfo


# Selects the view of all accounts; no account has this name.
ALL_ACCOUNTS: Final = "\n"


class PopupSelection(NamedTuple):
    """
    What the popup shows.

    Attributes:
        account: Name of an account, or ALL_ACCOUNTS; an unknown name selects
            the account that the icon shows.
        period: Drives the sum and the list.
        grouping: Rows of the list.
        chart: Chart on display.
        time_range: Selected part of the chart, or day, in place of the period.
        project: Path of the project whose sessions are listed; None for all.
        search: Text that names of rows contain; None while not searching.
        shows_help: Show the keys.
        shows_receipt: Show what the selected part of the chart was used for.
    """

    account: str = ""
    period: Period = Period.WINDOW
    grouping: usage_list.Grouping = usage_list.Grouping.PROJECT
    chart: usage_chart.ChartKind = usage_chart.ChartKind.WINDOW
    time_range: TimeRange | None = None
    project: str | None = None
    search: str | None = None
    shows_help: bool = False
    shows_receipt: bool = False

    def choose_period(self, period: Period) -> PopupSelection:
        return self._replace(period=period, time_range=None)

    def choose_grouping(self, grouping: usage_list.Grouping) -> PopupSelection:
        """Group the list; sessions of one project are left by it."""
        is_same = grouping is usage_list.Grouping.SESSION
        project = self.project if is_same else None
        return self._replace(grouping=grouping, project=project, search=None)

    def step_period(self, steps: int) -> PopupSelection:
        """Choose another period, in the order of the buttons."""
        periods = list(Period)
        number = (periods.index(self.period) + steps) % len(periods)
        return self.choose_period(periods[number])

    def open_row(
        self, row: usage_list.ListRow, zone: tzinfo | None
    ) -> PopupSelection:
        """Show the sessions of a project, or the projects of a day."""
        if row.key == usage_list.OTHERS_KEY:
            return self
        if self.grouping is usage_list.Grouping.PROJECT:
            return self._replace(
                grouping=usage_list.Grouping.SESSION,
                project=row.key,
                search=None,
            )
        if self.grouping is usage_list.Grouping.DAY:
            day = date.fromisoformat(row.key)
            return self._replace(
                grouping=usage_list.Grouping.PROJECT,
                time_range=compute_days_range(day, day, zone),
                search=None,
            )
        return self

    def clear(self, part: str) -> PopupSelection:
        """Leave the "range", the "project" or the "search"."""
        if part == "project":
            return self._replace(
                project=None, grouping=usage_list.Grouping.PROJECT
            )
        if part == "search":
            return self._replace(search=None)
        return self._replace(time_range=None)

    def go_back(self) -> PopupSelection:
        """Undo the last step into something; unchanged if there is none."""
        if self.shows_help:
            return self._replace(shows_help=False)
        if self.shows_receipt:
            return self._replace(shows_receipt=False)
        if self.search is not None:
            return self.clear("search")
        return self.clear("project" if self.project is not None else "range")
