"""Load the window, limits and pace of Claude accounts at one time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.cache import cache

from claude_tray.core.calendar import BUCKET_MS, compute_first_bucket
from claude_tray.core.cost import ZERO_TOTALS
from claude_tray.core.forecasts import UsageMinute
from claude_tray.core.limit_merge import (
    find_newest_reports,
    is_reported_absent,
    select_current,
)
from claude_tray.core.limits import FIVE_HOUR
from claude_tray.core.pace import WindowProgress, compute_pace
from claude_tray.core.snapshot import AccountSnapshot, Pace, build_limit_usage
from claude_tray.core.time import from_epoch_ms, to_epoch_ms
from claude_tray.core.windows import (
    WINDOW_MS,
    ValueSource,
    Window,
    WindowBounds,
)
from claude_tray.server.usage.bulk_sql import fetch_rows
from claude_tray.server.usage.limits import load_limit_samples
from claude_tray.server.usage.lookup_ids import MAX_ACCOUNTS
from claude_tray.server.usage.queries.account_use import (
    UsedAccount,
    list_by_last_use,
)
from claude_tray.server.usage.queries.machines import (
    has_lagging_machine,
    list_machines,
)
from claude_tray.server.usage.queries.totals import (
    RECORD_COLUMNS,
    build_totals,
)
from claude_tray.server.usage.queries.windows import (
    CLOCK_TOLERANCE_MS,
    AccountWindows,
    load_window_rules,
)
from claude_tray.server.usage.window_chains import load_chain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, tzinfo

    from claude_tray.core.cost import NanoUsd, Totals
    from claude_tray.core.limits import LimitSample
    from claude_tray.server.usage.queries.machines import MachineInfo


_TYPICAL_USAGE_PERIOD: Final = timedelta(days=30)
# Earlier windows take many queries and rarely change.
_TYPICAL_USAGE_CACHE_SECONDS: Final = 3600
_MINUTE_MS: Final = 60_000
# Longer than any limit's window.
_RECENT_PERIOD: Final = timedelta(days=32)
# Older samples say only which limits an account has.
_SAMPLES_MS: Final = 30 * 86_400_000
# Loading one takes some queries.
_MAX_FULL_STATES: Final = 20
# Of the reported windows: those that decide the rule, and some more.
_LAST_WINDOWS: Final = 64
_OF_ACCOUNT_SQL: Final = (
    " FROM usage_usagesnapshot WHERE user_id = %s AND account_id = %s"
    " AND at_ms >= %s AND at_ms < %s"
)
_BETWEEN_SQL: Final = f"SELECT {RECORD_COLUMNS}{_OF_ACCOUNT_SQL}"
_MINUTES_SQL: Final = (
    f"SELECT (at_ms - %s) / %s, {RECORD_COLUMNS}{_OF_ACCOUNT_SQL}"
    " GROUP BY 1 ORDER BY 1"
)


@dataclass(frozen=True, slots=True)
class StoredAccountState:
    """
    State of a Claude account at one time.

    Attributes:
        user: Primary key of the user.
        account_pk: Primary key.
        key: Hash of the account; "" is the unknown one.
        snapshot: Window and limits; name, path and pace are not set.
    """

    user: int
    account_pk: int
    key: str
    snapshot: AccountSnapshot


def list_account_states(
    user: int, now: datetime, infos: Sequence[MachineInfo] | None = None
) -> tuple[StoredAccountState, ...]:
    """
    List the states of a user's accounts, the one used last first.

    Accounts without use or a reported limit in the last weeks have no window
    and limits, so the cost does not grow with their number.

    Args:
        user: Primary key of the user.
        now: Current time.
        infos: The user's machines; None loads them.
    """
    accounts = list_by_last_use(user, now)[:MAX_ACCOUNTS]
    samples = _load_samples(user, accounts, now)
    recent_ms = to_epoch_ms(now - _RECENT_PERIOD)
    used = [
        account
        for account in accounts
        if account.last_ms >= recent_ms
        or any(
            sample.observed_at_ms >= recent_ms
            for sample in samples.get(account.pk, ())
        )
    ][:_MAX_FULL_STATES]
    states = _build_account_states(user, used, samples, now, infos)
    return tuple(
        states.get(account.pk) or _build_resting_state(user, account)
        for account in accounts
    )


def get_account_state(
    user: int,
    now: datetime,
    key: str | None,
    infos: Sequence[MachineInfo] | None = None,
) -> StoredAccountState | None:
    """Return the state of an account; without a key the one used last."""
    accounts = list_by_last_use(user, now, key)[:1]
    samples = _load_samples(user, accounts, now)
    states = _build_account_states(user, accounts, samples, now, infos)
    return next(iter(states.values()), None)


def _load_samples(
    user: int, accounts: Sequence[UsedAccount], now: datetime
) -> dict[int, list[LimitSample]]:
    return load_limit_samples(
        user,
        {account.pk: account.key for account in accounts},
        to_epoch_ms(now - _RECENT_PERIOD) - _SAMPLES_MS,
        to_epoch_ms(now),
    )


def _build_resting_state(
    user: int, account: UsedAccount
) -> StoredAccountState:
    last_ms = account.last_ms
    return StoredAccountState(
        user,
        account.pk,
        account.key,
        AccountSnapshot(
            "", "", last_record_at=from_epoch_ms(last_ms) if last_ms else None
        ),
    )


def list_windows(
    user: int, account_pk: int, now: datetime, since: datetime
) -> list[Window]:
    """List the windows of an account that end after a time, oldest first."""
    since_ms, now_ms = to_epoch_ms(since), to_epoch_ms(now)
    rules = load_window_rules(
        user, [account_pk], settings.ENVIRONMENT.window_rule, now_ms
    )
    windows = AccountWindows(
        user, account_pk, rules[account_pk], load_chain(user, account_pk)
    )
    return [
        _build_window(user, account_pk, bounds)
        for bounds in windows.iter_bounds(now_ms, since_ms)
        if bounds.end_ms > since_ms
    ]


def load_assessed_account(
    account: StoredAccountState,
    now: datetime,
    minutes: Sequence[tuple[int, Totals]] | None = None,
    zone: tzinfo = UTC,
    *,
    has_typical_usage: bool = False,
) -> AccountSnapshot:
    """
    Return all that the assessment of an account needs.

    Args:
        account: State of the account.
        now: Current time.
        minutes: Usage of its window, as list_window_minutes returns; None to
            load it.
        zone: Time zone of its usage of today.
        has_typical_usage: Load the usage of earlier windows too.
    """
    window = account.snapshot.window
    if minutes is None and window is not None:
        minutes = list_window_minutes(account.user, account.account_pk, window)
    return replace(
        account.snapshot,
        name=account.key,
        pace=_compute_pace(
            account,
            minutes or (),
            _load_cached_typical_usage(account) if has_typical_usage else (),
            now,
        ),
        today=_sum_today(account, now, zone),
    )


def _sum_today(
    account: StoredAccountState, now: datetime, zone: tzinfo
) -> Totals:
    first_bucket = compute_first_bucket(now.astimezone(zone).date(), zone)
    from_ms = first_bucket * BUCKET_MS
    last_at = account.snapshot.last_record_at
    if last_at is None or to_epoch_ms(last_at) < from_ms:
        return ZERO_TOTALS
    return _sum_between(
        account.user,
        account.account_pk,
        from_ms,
        to_epoch_ms(now) + CLOCK_TOLERANCE_MS,
    )


def _compute_pace(
    account: StoredAccountState,
    minutes: Sequence[tuple[int, Totals]],
    typical_usage: Sequence[tuple[int, NanoUsd | None]],
    now: datetime,
) -> Pace | None:
    window = account.snapshot.window
    if window is None:
        return None
    first = to_epoch_ms(window.start) // _MINUTE_MS
    return compute_pace(
        WindowProgress(window, account.snapshot.used),
        [
            UsageMinute(
                first + minute,
                totals.tokens.input + totals.tokens.output,
                totals.priced_cost,
                totals.unpriced,
            )
            for minute, totals in minutes
        ],
        typical_usage,
        now,
    )


def _load_cached_typical_usage(
    account: StoredAccountState,
) -> Sequence[tuple[int, NanoUsd | None]]:
    window = account.snapshot.window
    if window is None:
        return ()
    typical_usage = cache.get_or_set(
        f"usual.{account.account_pk}.{to_epoch_ms(window.start)}",
        lambda: _load_typical_usage(
            account.user, account.account_pk, window.start
        ),
        _TYPICAL_USAGE_CACHE_SECONDS,
    )
    return typical_usage or ()


def _load_typical_usage(
    user: int, account_pk: int, until: datetime
) -> list[tuple[int, NanoUsd | None]]:
    """Return input plus output tokens and cost of earlier windows."""
    return [
        (
            past_window.totals.tokens.input + past_window.totals.tokens.output,
            past_window.totals.cost,
        )
        for past_window in list_windows(
            user, account_pk, until, until - _TYPICAL_USAGE_PERIOD
        )
        if past_window.end <= until
    ]


def list_window_minutes(
    user: int, account_pk: int, window: Window
) -> list[tuple[int, Totals]]:
    """Sum a window's usage by minute; minutes are counted from its start."""
    start_ms, end_ms = to_epoch_ms(window.start), to_epoch_ms(window.end)
    rows = fetch_rows(
        _MINUTES_SQL,
        [start_ms, _MINUTE_MS, user, account_pk, start_ms, end_ms],
    )
    return [(int(minute), build_totals(sums)) for minute, *sums in rows]


def _build_account_states(
    user: int,
    accounts: Sequence[UsedAccount],
    samples: Mapping[int, list[LimitSample]],
    now: datetime,
    infos: Sequence[MachineInfo] | None,
) -> dict[int, StoredAccountState]:
    """Build the states of accounts by primary key."""
    if not accounts:
        return {}
    if infos is None:
        infos = list_machines(user)
    now_ms = to_epoch_ms(now)
    rules = load_window_rules(
        user,
        [account.pk for account in accounts],
        settings.ENVIRONMENT.window_rule,
        now_ms,
        _LAST_WINDOWS,
    )
    states = {}
    for account in accounts:
        reports = find_newest_reports(samples.get(account.pk, []), now_ms)
        has_window = not is_reported_absent(
            reports, account.key, FIVE_HOUR, now_ms
        )
        windows = AccountWindows(
            user, account.pk, rules[account.pk], account.chain
        )
        window = None
        if has_window:
            window = _find_open_window(windows, account, now_ms)
        resting = _build_resting_state(user, account)
        snapshot = replace(
            resting.snapshot,
            window=window,
            limits=tuple(
                map(build_limit_usage, select_current(reports, now_ms))
            ),
            inferred_rule=windows.rules.inferred_rule,
            has_window=has_window,
            is_provisional=has_lagging_machine(
                infos, None if window is None else window.start, now
            ),
        )
        states[account.pk] = replace(resting, snapshot=snapshot)
    return states


def _find_open_window(
    windows: AccountWindows, account: UsedAccount, now_ms: int
) -> Window | None:
    """Find the open window: as reported, else by the rule."""
    official_window = windows.rules.find_official_window(now_ms)
    if official_window is not None:
        return _build_window(
            windows.user,
            account.pk,
            WindowBounds(*official_window, ValueSource.OFFICIAL, None),
        )
    if account.last_ms < now_ms - WINDOW_MS:
        return None
    windows.remember_finished(now_ms)
    last_bounds = None
    for bounds in windows.iter_bounds(now_ms, now_ms - WINDOW_MS):
        last_bounds = bounds
    if (
        last_bounds is None
        or not last_bounds.start_ms <= now_ms < last_bounds.end_ms
    ):
        return None
    return _build_window(windows.user, account.pk, last_bounds)


def _build_window(user: int, account_pk: int, bounds: WindowBounds) -> Window:
    return Window(
        start=from_epoch_ms(bounds.start_ms),
        end=from_epoch_ms(bounds.end_ms),
        source=bounds.source,
        rule=bounds.rule,
        totals=_sum_between(user, account_pk, bounds.start_ms, bounds.end_ms),
    )


def _sum_between(
    user: int, account_pk: int, from_ms: int, until_ms: int
) -> Totals:
    row = fetch_rows(_BETWEEN_SQL, [user, account_pk, from_ms, until_ms])[0]
    return build_totals([value or 0 for value in row])
