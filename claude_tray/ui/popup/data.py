"""Define what the popup shows, and load it from the store."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core import (
    account_choice,
    calendar,
    current_limits,
    periods,
    time,
)
from claude_tray.core.cost import UNKNOWN_TOTALS, Totals, sum_totals
from claude_tray.core.cost_breakdown import (
    ZERO_COST_BREAKDOWN,
    CostBreakdown,
    break_down_cost,
)
from claude_tray.core.sessions import LiveSession, SessionRanking
from claude_tray.presentation import usage_chart, usage_list, week_chart
from claude_tray.presentation.context import ViewContext
from claude_tray.store import (
    limit_curves,
    period_usage,
    usage_queries,
    windows,
)
from claude_tray.ui.popup.selection import ALL_ACCOUNTS, PopupSelection

if TYPE_CHECKING:
    from datetime import tzinfo

    from claude_tray.core.accounts import Account
    from claude_tray.core.fit import Fit
    from claude_tray.core.live_sessions import CutOffSession
    from claude_tray.core.price_table import PriceTable
    from claude_tray.core.receipt_parts import Receipt
    from claude_tray.core.setup import SetupState
    from claude_tray.core.snapshot import AccountSnapshot, Snapshot
    from claude_tray.core.windows import Window
    from claude_tray.presentation.receipt import ReceiptView
    from claude_tray.store.connection import Reader, Writer


# All of the time is listed by day for so many days.
MAX_LISTED_DAYS: Final = 60


class PopupData(NamedTuple):
    """
    Stored data of a view.

    Attributes:
        snapshot: The snapshot that the tray shows too.
        selection: As the user chose; what is not available is replaced.
        account: Account on display; the worst one in the view of all, None
            without any.
        is_all: All sums are those of all accounts.
        groups: Usage of the period by project and model.
        cost_breakdown: Its cost by kind of token.
        sessions: Its sessions, if they are listed.
        days: Its days with usage, oldest first, if they are listed.
        window: What the chart of the window is made of.
        week: What the chart of the week is made of; None if not shown.
        live: Session that was used in the last minutes.
        branch: Git branch of its folder; empty if unknown.
        cut_off: Sessions that a limit has cut off.
        fit: What fits into the window; None if unknown.
        setup: State of the setup switches; None if unknown.
        change_percent: Change of the period's cost from the usual; None if
            unknown.
        receipt: What the chart's limit was used for, and the paths of all
            projects; None if it is not shown.
    """

    snapshot: Snapshot
    selection: PopupSelection = PopupSelection()
    account: AccountSnapshot | None = None
    is_all: bool = False
    groups: tuple[usage_queries.UsageGroup, ...] = ()
    cost_breakdown: CostBreakdown = ZERO_COST_BREAKDOWN
    sessions: SessionRanking = SessionRanking()
    days: tuple[tuple[date, Totals], ...] = ()
    window: usage_chart.WindowChartData = usage_chart.WindowChartData(
        (), usage_queries.TIME_BUCKET_MS
    )
    week: week_chart.WeekChartData | None = None
    live: LiveSession | None = None
    branch: str = ""
    cut_off: tuple[CutOffSession, ...] = ()
    fit: Fit | None = None
    setup: SetupState | None = None
    change_percent: float | None = None
    receipt: tuple[Receipt, tuple[str, ...]] | None = None

    @property
    def total(self) -> Totals:
        """Usage of the period."""
        if not self.snapshot.today.is_known:
            return UNKNOWN_TOTALS
        return sum_totals(group.totals for group in self.groups)

    @property
    def has_receipt(self) -> bool:
        """Whether the chart has usage, to say what it was used for."""
        return not self.is_all and self.account is not None

    def build_receipt(self, context: ViewContext) -> ReceiptView | None:
        """Build the view of the receipt; None if it is not shown."""
        if self.receipt is None:
            return None
        # Late: the popup opens without it.
        from claude_tray.presentation.receipt import build_receipt_view

        loaded, paths = self.receipt
        return build_receipt_view(
            loaded, paths, context.translator, context.zone
        )

    @property
    def has_window_chart(self) -> bool:
        """Whether there is a window to show, or may be one."""
        if self.is_all:
            return False
        return self.account is None or self.account.has_window


def select_account(
    snapshot: Snapshot, name: str, now: datetime
) -> AccountSnapshot | None:
    """Return the account with a name, else the one to show first."""
    if name == ALL_ACCOUNTS:
        return account_choice.find_worst_account(snapshot, now)
    return next(
        (account for account in snapshot.accounts if account.name == name),
        account_choice.choose_account(snapshot, now),
    )


def load_window_usage(
    reader: Reader | Writer, account: str, window: Window
) -> usage_chart.WindowChartData:
    """Load what the chart of a window is made of."""
    period = get_window_range(window)
    previous = windows.find_previous(reader, account, period.start_ms)
    return usage_chart.WindowChartData(
        usage_queries.list_time_buckets(reader, account, *period),
        usage_queries.TIME_BUCKET_MS,
        period_usage.list_project_steps(
            reader,
            period_usage.UsageFilter(period, account),
            usage_queries.TIME_BUCKET_MS,
        ),
        limit_curves.load_curve(reader, account, *period),
        previous,
        usage_queries.list_time_buckets(
            reader, account, *get_window_range(previous)
        )
        if previous
        else (),
    )


def get_window_range(window: Window) -> periods.TimeRange:
    """Return the range of a window."""
    return periods.TimeRange(
        time.to_epoch_ms(window.start), time.to_epoch_ms(window.end)
    )


def load_days(
    reader: Reader | Writer,
    usage_filter: period_usage.UsageFilter,
    now: datetime,
    zone: tzinfo | None,
) -> tuple[tuple[date, Totals], ...]:
    """Load the days with usage; of all of the time only the last ones."""
    if usage_filter.period is None:
        today = now.astimezone(zone).date()
        first = today - timedelta(days=MAX_LISTED_DAYS - 1)
        usage_filter = usage_filter._replace(
            period=periods.compute_days_range(first, today, zone)
        )
    buckets = period_usage.load_period_buckets(reader, usage_filter)
    return tuple(calendar.sum_by_day(buckets, zone).items())


def load_chart(
    reader: Reader | Writer,
    account: Account,
    data: PopupData,
    now: datetime,
    zone: tzinfo | None,
) -> PopupData:
    """Add what the chart on display is made of."""
    if data.is_all:
        return data
    if data.selection.chart is usage_chart.ChartKind.WEEK:
        period = week_chart.find_week(ViewContext(now, data.account, zone))
        usage_filter = period_usage.UsageFilter(period, account.key)
        steps = period_usage.list_project_steps(
            reader, usage_filter, calendar.BUCKET_MS
        )
        return data._replace(
            week=week_chart.WeekChartData(period, calendar.BUCKET_MS, steps)
        )
    window = current_limits.get_open_window(data.account, now)
    if window is None:
        return data
    usage = load_window_usage(reader, account.key, window)
    return data._replace(window=usage)


class ListQuery(NamedTuple):
    """
    What lists are loaded for.

    Attributes:
        usage_filter: Selects the usage.
        prices: Price table.
        now: Current time.
        zone: Time zone of days; None is the machine's own.
    """

    usage_filter: period_usage.UsageFilter
    prices: PriceTable
    now: datetime
    zone: tzinfo | None


def load_lists(
    reader: Reader | Writer, data: PopupData, query: ListQuery
) -> PopupData:
    """Add the sum and the list of the selected period."""
    usage_filter, grouping = query.usage_filter, data.selection.grouping
    groups = period_usage.load_period_groups(reader, usage_filter)
    # Only the shares of the kinds depend on the time of the prices.
    breakdown = break_down_cost(
        groups, query.prices, time.to_epoch_ms(query.now)
    )
    data = data._replace(groups=tuple(groups), cost_breakdown=breakdown)
    if grouping is usage_list.Grouping.SESSION:
        sessions = period_usage.rank_sessions(
            reader, usage_filter, usage_list.MAX_ROWS
        )
        return data._replace(sessions=sessions)
    if grouping is usage_list.Grouping.DAY:
        days = load_days(reader, usage_filter, query.now, query.zone)
        return data._replace(days=days)
    return data


def find_selected_range(
    reader: Reader | Writer,
    account: Account,
    data: PopupData,
    now: datetime,
    zone: tzinfo | None,
    billing_day: int,
) -> periods.TimeRange | None:
    """Return the range of the sum and the list; None for all of the time."""
    selection = data.selection
    if selection.time_range is not None:
        return selection.time_range
    window = current_limits.get_open_window(data.account, now)
    if selection.period is periods.Period.WINDOW and window is None:
        window = windows.find_latest(reader, account, time.to_epoch_ms(now))
    window_range = get_window_range(window) if window else None
    return periods.compute_period_range(
        selection.period, now, zone, window_range, billing_day
    )


def limit_selection(
    selection: PopupSelection, data: PopupData
) -> PopupSelection:
    """Replace what an account without a 5-hour limit has not."""
    if data.has_window_chart:
        return selection
    if selection.period is periods.Period.WINDOW:
        selection = selection._replace(period=periods.Period.TODAY)
    return selection._replace(chart=usage_chart.ChartKind.WEEK)
