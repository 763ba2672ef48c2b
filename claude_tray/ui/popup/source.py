"""Read the store for the popup and detect changes to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from claude_tray.config.price_tables import load_price_table
from claude_tray.config.settings import load_settings_or_defaults
from claude_tray.core import cost, current_limits, periods, time, windows
from claude_tray.core.snapshot import Snapshot
from claude_tray.errors import StoreError
from claude_tray.ingest import git_folders, live_sessions
from claude_tray.ingest.advisories import collect_advisories
from claude_tray.ingest.config import (
    EngineConfig,
    cached_accounts,
    list_accounts,
)
from claude_tray.providers.registry import AccountFolder
from claude_tray.store import fit_basis, live_session, metadata, period_usage
from claude_tray.store.connection import (
    Reader,
    open_reader,
    translate_sqlite_errors,
)
from claude_tray.store.snapshot import SnapshotBuilder
from claude_tray.ui.popup.card_data import CardQuery, load_card_data
from claude_tray.ui.popup.data import (
    ListQuery,
    PopupData,
    find_selected_range,
    limit_selection,
    load_chart,
    load_lists,
    select_account,
)
from claude_tray.ui.popup.selection import ALL_ACCOUNTS, PopupSelection
from claude_tray.ui.toolkit.messages import ShowCommand, TransientState

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, tzinfo

    from claude_tray.config.schema import Settings
    from claude_tray.core.accounts import Account
    from claude_tray.core.fit import Fit
    from claude_tray.presentation.share_card import CardData


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
        self._change: tuple[tuple[Any, ...], float | None] | None = None
        self._data_version = 0
        self._file_id: tuple[int, int] | None = None

    def close(self) -> None:
        """Close the database connection."""
        if self._connection is not None:
            self._connection[0].close()
            self._connection = self._change = None

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
        data_version = metadata.get_data_version(reader)
        previous, self._data_version = self._data_version, data_version
        if previous == data_version:
            return False
        # Any record may have changed, also those of closed windows.
        builder.invalidate_from(0)
        return True

    def load_data(
        self,
        selection: PopupSelection,
        now: datetime,
        translate: Callable[[str], str] = str,
    ) -> PopupData:
        """
        Load the data of a view; a read error becomes its problem.

        Args:
            selection: What to load.
            now: Time of the view.
            translate: Returns the translation of a msgid.
        """
        try:
            with translate_sqlite_errors(self._store_path):
                return self._load_data(selection, now)
        except StoreError as error:
            problem = error.describe(translate)
            snapshot = Snapshot.without_store(now, problem)
            return PopupData(self._with_transient_state(snapshot), selection)

    def load_card(self, data: PopupData, now: datetime) -> CardData | None:
        """
        Load the usage of a share card for the period on display.

        Args:
            data: What is shown; the card of a window has 30 days.
            now: Current time.

        Returns:
            None without usage in the period.

        Raises:
            StoreError: The store cannot be read.
        """
        with translate_sqlite_errors(self._store_path):
            connection = self._ensure_open()
            if connection is None:
                return None
            reader, _ = connection
            accounts = list_accounts(
                cached_accounts(reader, self._engine_config)
            )
            name = data.account.name if data.account else ""
            keys = [
                account.key for account in accounts if account.name == name
            ]
            is_all = data.is_all or len(accounts) == 1 or not keys
            period = data.selection.period
            if period is periods.Period.WINDOW:
                period = periods.Period.LAST_30_DAYS
            card = load_card_data(
                reader,
                CardQuery(
                    period,
                    None if is_all else keys[0],
                    now,
                    self._zone,
                    self.settings.cost_billing_day,
                ),
            )
            return None if card.is_empty else card

    def _load_data(
        self, selection: PopupSelection, now: datetime
    ) -> PopupData:
        connection = self._ensure_open()
        setup = self.transient_state.setup
        if connection is None:
            snapshot = self._with_transient_state(Snapshot.without_store(now))
            return PopupData(snapshot, selection, setup=setup)
        reader, builder = connection
        accounts = list_accounts(cached_accounts(reader, self._engine_config))
        advisories = collect_advisories(
            reader, self._engine_config, time.to_epoch_ms(now)
        )
        snapshot = replace(
            builder.build(accounts, now), **advisories._asdict()
        )
        is_single = len(accounts) == 1
        is_all = selection.account == ALL_ACCOUNTS and not is_single
        state = select_account(snapshot, selection.account, now)
        account = next(
            account
            for account in accounts
            if state is None or account.name == state.name
        )
        data = PopupData(
            self._with_transient_state(snapshot),
            account=state,
            is_all=is_all,
            setup=setup,
        )
        data = self._load_sessions(
            reader, data, None if is_all else account.key
        )
        if not is_all:
            data = data._replace(fit=self._load_fit(reader, account, data))
        data = data._replace(selection=limit_selection(selection, data))
        data = load_chart(reader, account, data, now, self._zone)
        data = self._load_receipt(reader, account, data)
        usage_filter = period_usage.UsageFilter(
            self._find_range(reader, account, data, now),
            None if is_all or is_single else account.key,
            data.selection.project,
        )
        return self._load_period(reader, data, usage_filter)

    def _load_period(
        self,
        reader: Reader,
        data: PopupData,
        usage_filter: period_usage.UsageFilter,
    ) -> PopupData:
        """Add the sum and the list of the period, and compare the sum."""
        now, prices = data.snapshot.taken_at, self._engine_config.prices
        query = ListQuery(usage_filter, prices, now, self._zone)
        data = load_lists(reader, data, query)
        if data.selection.time_range is not None:
            return data
        change = self._load_change(reader, data, usage_filter, now)
        return data._replace(change_percent=change)

    def _load_receipt(
        self, reader: Reader, account: Account, data: PopupData
    ) -> PopupData:
        """Add the receipt while it is shown."""
        if not (data.selection.shows_receipt and data.has_receipt):
            return data
        # Late: the popup opens without it.
        from claude_tray.ui.popup import receipt_data

        prices, now = self._engine_config.prices, data.snapshot.taken_at
        return receipt_data.load_receipt(reader, account, data, prices, now)

    def _load_fit(
        self, reader: Reader, account: Account, data: PopupData
    ) -> Fit | None:
        now = data.snapshot.taken_at
        today = now.astimezone(self._zone)
        midnight = today.replace(hour=0, minute=0, second=0, microsecond=0)
        return fit_basis.load_fit(
            reader,
            account,
            self._engine_config.prices,
            current_limits.get_open_window(data.account, now),
            (time.to_epoch_ms(midnight), time.to_epoch_ms(now)),
        )

    def _find_range(
        self, reader: Reader, account: Account, data: PopupData, now: datetime
    ) -> periods.TimeRange | None:
        billing_day = self.settings.cost_billing_day
        return find_selected_range(
            reader, account, data, now, self._zone, billing_day
        )

    def _load_sessions(
        self, reader: Reader, data: PopupData, account: str | None
    ) -> PopupData:
        """Add the session that is running, and those that were cut off."""
        now_ms = time.to_epoch_ms(data.snapshot.taken_at)
        live = live_session.find_live_session(reader, account, now_ms)
        path = live.path if live else ""
        return data._replace(
            live=live,
            branch=git_folders.read_branches([path]).get(path, ""),
            cut_off=live_sessions.load_cut_off(
                reader, self._engine_config, now_ms
            ),
        )

    def _load_change(
        self,
        reader: Reader,
        data: PopupData,
        usage_filter: period_usage.UsageFilter,
        now: datetime,
    ) -> float | None:
        """Compare the period with earlier ones, once in each bucket."""
        period = data.selection.period
        has_all = data.snapshot.scan_progress is None
        ranges = tuple(
            periods.list_comparable_ranges(
                period, now, self._zone, self.settings.cost_billing_day
            )
        )
        key = (usage_filter._replace(period=None), ranges, has_all)
        if self._change is None or self._change[0] != key:
            costs = period_usage.list_range_costs(reader, *key[:2])
            self._change = key, cost.compare_with_usual(costs)
        return self._change[1]

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
        file_id = metadata.get_file_identity(self._store_path)
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
        None if rule == "auto" else windows.WindowRule(rule),
        plan=settings.limits_plan,
    )
