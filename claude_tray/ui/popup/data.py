"""Read the store for the popup and detect changes to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.config.price_tables import load_price_table
from claude_tray.config.settings import load_settings_or_defaults
from claude_tray.core.account_choice import (
    choose_account,
    find_worst_account,
)
from claude_tray.core.calendar import (
    BUCKET_MS,
    compute_first_bucket,
    sum_by_day,
)
from claude_tray.core.cost import (
    ZERO_TOTALS,
    Totals,
    merge_totals,
    rank_by_cost,
    sum_totals,
)
from claude_tray.core.cost_breakdown import (
    ZERO_COST_BREAKDOWN,
    CostBreakdown,
    break_down_cost,
)
from claude_tray.core.snapshot import AccountSnapshot, Snapshot
from claude_tray.core.time import to_epoch_ms
from claude_tray.core.windows import Window, WindowRule
from claude_tray.errors import StoreError
from claude_tray.ingest.advisories import collect_advisories
from claude_tray.ingest.config import (
    EngineConfig,
    cached_accounts,
    list_accounts,
)
from claude_tray.providers.registry import AccountFolder
from claude_tray.store import windows
from claude_tray.store.connection import (
    Reader,
    Writer,
    open_reader,
    translate_sqlite_errors,
)
from claude_tray.store.limit_reports import load_curve
from claude_tray.store.metadata import get_data_version, get_file_identity
from claude_tray.store.snapshot import SnapshotBuilder
from claude_tray.store.usage_queries import (
    TimeBucket,
    list_time_buckets,
    list_usage_groups,
    load_totals_by_bucket,
)
from claude_tray.ui.toolkit.messages import ShowCommand, TransientState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import tzinfo

    from claude_tray.config.schema import Settings
    from claude_tray.core.accounts import Account
    from claude_tray.core.price_table import PriceTable


DAY_COUNT: Final = 30


# Selects the view of all accounts; no account has this name.
ALL_ACCOUNTS: Final = "\n"


class WindowBreakdown(NamedTuple):
    """
    Usage of one account's open or latest window, or of today.

    Attributes:
        window: The open window, or else the one that ended last; None if the
            usage is today's, of an account without windows or of all.
        buckets: Usage over time.
        cost_breakdown: Cost by kind of token.
        projects: Path and totals, most expensive first.
        models: Model ID and totals, most expensive first.
        reports: Time and percentage of reports about the window.
    """

    window: Window | None = None
    buckets: tuple[TimeBucket, ...] = ()
    cost_breakdown: CostBreakdown = ZERO_COST_BREAKDOWN
    projects: tuple[tuple[str, Totals], ...] = ()
    models: tuple[tuple[str, Totals], ...] = ()
    reports: tuple[tuple[int, float], ...] = ()


class PopupData(NamedTuple):
    """
    Stored data of a view.

    Attributes:
        snapshot: The snapshot that the tray shows too.
        breakdown: Of the account on display.
        daily_totals: Totals of the last 30 local days, oldest first.
        account: Account on display; the worst one in the view of all, None
            without any.
        is_all: All sums are those of all accounts.
    """

    snapshot: Snapshot
    breakdown: WindowBreakdown = WindowBreakdown()
    daily_totals: tuple[tuple[date, Totals], ...] = ()
    account: AccountSnapshot | None = None
    is_all: bool = False

    def sum_days(self, days: int) -> Totals:
        """Return the totals of the last local days, today included."""
        return sum_totals(totals for _, totals in self.daily_totals[-days:])


def select_account(
    snapshot: Snapshot, name: str, now: datetime
) -> AccountSnapshot | None:
    """Return the account with a name, else the one to show first."""
    if name == ALL_ACCOUNTS:
        return find_worst_account(snapshot, now)
    return next(
        (account for account in snapshot.accounts if account.name == name),
        choose_account(snapshot, now),
    )


def load_window_breakdown(
    reader: Reader | Writer,
    account: Account,
    prices: PriceTable,
    now: datetime,
) -> WindowBreakdown:
    """Load the usage of an account's open or latest window."""
    now_ms = to_epoch_ms(now)
    window = windows.find_latest(reader, account, now_ms)
    if window is None:
        return WindowBreakdown()
    start_ms = to_epoch_ms(window.start)
    end_ms = to_epoch_ms(window.end)
    bounds = (start_ms, end_ms)
    usage_groups = list_usage_groups(reader, account.key, *bounds)
    return WindowBreakdown(
        window,
        tuple(list_time_buckets(reader, account.key, *bounds)),
        break_down_cost(usage_groups, prices, start_ms),
        _rank((group.project, group.totals) for group in usage_groups),
        _rank((group.model, group.totals) for group in usage_groups),
        tuple(load_curve(reader, account.key, *bounds)),
    )


def load_today_breakdown(
    reader: Reader | Writer,
    account: str | None,
    prices: PriceTable,
    now: datetime,
    zone: tzinfo | None = None,
) -> WindowBreakdown:
    """Load today's usage of an account, or of all."""
    first_bucket = compute_first_bucket(now.astimezone(zone).date(), zone)
    start_ms = first_bucket * BUCKET_MS
    usage_groups = list_usage_groups(
        reader, account, start_ms, to_epoch_ms(now) + 1
    )
    return WindowBreakdown(
        None,
        (),
        break_down_cost(usage_groups, prices, start_ms),
        _rank((group.project, group.totals) for group in usage_groups),
        _rank((group.model, group.totals) for group in usage_groups),
    )


def load_daily_totals(
    reader: Reader | Writer,
    now: datetime,
    zone: tzinfo | None = None,
    account: str | None = None,
) -> tuple[tuple[date, Totals], ...]:
    """
    Load the totals of the last 30 local days, including empty ones.

    Args:
        reader: Open database.
        now: Current time.
        zone: Time zone of days; None is the machine's own.
        account: Account key; None for all.
    """
    today = now.astimezone(zone).date()
    first = today - timedelta(days=DAY_COUNT - 1)
    buckets = load_totals_by_bucket(
        reader, compute_first_bucket(first, zone), account
    )
    totals_by_day = sum_by_day(buckets, zone)
    days = [first + timedelta(days=number) for number in range(DAY_COUNT)]
    return tuple((day, totals_by_day.get(day, ZERO_TOTALS)) for day in days)


def _rank(
    parts: Iterable[tuple[str, Totals]],
) -> tuple[tuple[str, Totals], ...]:
    return tuple(rank_by_cost(merge_totals({}, parts).items()))


class StoreSource:
    """
    Read the popup's data from the store, for as long as the popup exists.

    Args:
        command: Paths and account folders.
        zone: Time zone of day boundaries; None is the machine's own.
    """

    def __init__(
        self, command: ShowCommand, zone: tzinfo | None = None
    ) -> None:
        self.transient_state = TransientState()
        self.settings = load_settings_or_defaults(Path(command.settings))
        self._store_path = Path(command.store)
        self._zone = zone
        self._engine_config = _build_engine_config(command, self.settings)
        self._connection: tuple[Reader, SnapshotBuilder] | None = None
        self._data_version = 0
        self._file_id: tuple[int, int] | None = None

    def close(self) -> None:
        """Close the database connection."""
        if self._connection is not None:
            self._connection[0].close()
            self._connection = None

    def has_changed(self) -> bool:
        """Return whether another process has written since the last call."""
        try:
            with translate_sqlite_errors(self._store_path):
                return self._detect_change()
        except StoreError:
            # `load_data` reports the error.
            return False

    def _detect_change(self) -> bool:
        connection = self._ensure_open()
        if connection is None:
            return False
        reader, builder = connection
        data_version = get_data_version(reader)
        previous, self._data_version = self._data_version, data_version
        if previous == data_version:
            return False
        # Any record may have changed, also those of closed windows.
        builder.invalidate_from(0)
        return True

    def load_data(
        self,
        account_name: str,
        now: datetime,
        translate: Callable[[str], str] = str,
    ) -> PopupData:
        """
        Load the data of a view; a read error becomes its problem.

        Args:
            account_name: Account to load, or ALL_ACCOUNTS; an unknown name
                selects the account that the icon shows.
            now: Time of the view.
            translate: Returns the translation of a msgid.
        """
        try:
            with translate_sqlite_errors(self._store_path):
                return self._load_data(account_name, now)
        except StoreError as error:
            problem = error.describe(translate)
            snapshot = Snapshot.without_store(now, problem)
            return PopupData(self._with_transient_state(snapshot))

    def _load_data(self, account_name: str, now: datetime) -> PopupData:
        connection = self._ensure_open()
        if connection is None:
            return PopupData(
                self._with_transient_state(Snapshot.without_store(now))
            )
        reader, builder = connection
        accounts = list_accounts(cached_accounts(reader, self._engine_config))
        advisories = collect_advisories(
            reader, self._engine_config, to_epoch_ms(now)
        )
        snapshot = replace(
            builder.build(accounts, now),
            **advisories._asdict(),
        )
        is_single = len(accounts) == 1
        is_all = account_name == ALL_ACCOUNTS and not is_single
        state = select_account(snapshot, account_name, now)
        account = next(
            account
            for account in accounts
            if state is None or account.name == state.name
        )
        key = None if is_all else account.key
        prices = self._engine_config.prices
        if is_all or (state and not state.has_window):
            breakdown = load_today_breakdown(
                reader, key, prices, now, self._zone
            )
        else:
            breakdown = load_window_breakdown(reader, account, prices, now)
        return PopupData(
            self._with_transient_state(snapshot),
            breakdown,
            load_daily_totals(
                reader, now, self._zone, None if is_single else key
            ),
            state,
            is_all,
        )

    def _with_transient_state(self, snapshot: Snapshot) -> Snapshot:
        return replace(
            snapshot,
            scan_progress=self.transient_state.scan_progress,
            problem=self.transient_state.problem or snapshot.problem,
            sync=self.transient_state.sync,
            is_demo=self.transient_state.is_demo,
        )

    def _ensure_open(self) -> tuple[Reader, SnapshotBuilder] | None:
        """Return the connection; None while there is no store."""
        file_id = get_file_identity(self._store_path)
        if file_id != self._file_id:
            # The tray replaces a corrupt database by a new file.
            self.close()
            self._file_id = file_id
        if self._connection is None and file_id is not None:
            reader = open_reader(self._store_path)
            self._connection = reader, SnapshotBuilder(reader, self._zone)
        return self._connection


def _build_engine_config(
    command: ShowCommand, settings: Settings
) -> EngineConfig:
    rule = settings.window_rule
    return EngineConfig(
        tuple(
            AccountFolder(Path(path), name=name)
            for path, name in command.folders
        ),
        load_price_table(settings.cost_table, settings.prices),
        None if rule == "auto" else WindowRule(rule),
        plan=settings.limits_plan,
    )
