"""The 5-hour windows of a Claude account, over all its machines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.models import F, Max

from claude_tray.core.limits import (
    FIVE_HOUR,
    SAME_RESET_TOLERANCE_MS,
    LimitSample,
    merge_limit_samples,
)
from claude_tray.core.pace import RECENT_PERIOD, WindowProgress, compute_pace
from claude_tray.core.snapshot import AccountSnapshot, LimitUsage
from claude_tray.core.windows import (
    MAX_INFERENCE_SAMPLES,
    RULE_STEP_MS,
    WINDOW_MS,
    OfficialWindow,
    ValueSource,
    Window,
    WindowBounds,
    WindowRules,
    build_official_windows,
    compute_window_bounds,
    infer_rule,
)
from claude_tray.server.usage.bulk_sql import is_postgres
from claude_tray.server.usage.limits import load_limit_samples
from claude_tray.server.usage.models import (
    ClaudeAccount,
    LimitTold,
    UsageSnapshot,
)
from claude_tray.server.usage.queries import machines
from claude_tray.server.usage.queries.aggregates import (
    RECORD_AGGREGATES,
    build_totals,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claude_tray.core.pricing import NanoUsd
    from claude_tray.core.snapshot import Pace
    from claude_tray.core.totals import Totals
    from claude_tray.core.windows import WindowRule


# Clocks disagree: a reply later than this opens no window.
CLOCK_TOLERANCE_MS: Final = 300_000
# A first reply later than this did not begin the window that was told of.
_MAX_START_DELAY_MS: Final = 3_600_000
_FIRST_RECORD_SQL: Final = """
    SELECT at_ms FROM usage_usagesnapshot
    WHERE account_id = %s AND at_ms >= %s AND at_ms <= %s
    ORDER BY at_ms LIMIT 1
"""
# One index seek for each window: a row is its first reply and the end of the
# window before it.
_CHAIN_SQL: Final = """
    WITH RECURSIVE chain(first_ms, last_end) AS (
        SELECT CAST(%(first)s AS bigint), CAST(%(end)s AS bigint)
        UNION ALL
        SELECT (
            SELECT at_ms FROM usage_usagesnapshot
            WHERE account_id = %(account)s AND at_ms <= %(until)s
                AND at_ms >= {end}
            ORDER BY at_ms LIMIT 1
        ), {end}
        FROM chain WHERE first_ms IS NOT NULL
    )
    SELECT first_ms, last_end FROM chain WHERE first_ms IS NOT NULL
"""
_END_SQL: Final = (
    "{greatest}(first_ms - first_ms %% %(step)s, last_end) + %(w)s"
)


def iter_spans(
    account_pk: int,
    rules: WindowRules,
    now_ms: int,
    since_ms: int = 0,
) -> Iterator[WindowBounds]:
    """
    Give out an account's windows, oldest first.

    Args:
        account_pk: Its number.
        rules: The rule and the known windows.
        now_ms: The moment.
        since_ms: Windows that end before it may be left out.
    """
    past_ends = [
        o.end_ms for o in rules.official_windows if o.end_ms <= since_ms
    ]
    last_end = max(past_ends, default=0)
    latest = now_ms + CLOCK_TOLERANCE_MS
    while (
        first_record_ms := _find_first_record(account_pk, last_end, latest)
    ) is not None:
        official_window = next(
            (o for o in rules.official_windows if o.end_ms > first_record_ms),
            None,
        )
        if (
            official_window is not None
            and official_window.start_ms <= first_record_ms
        ):
            chain = [(first_record_ms, last_end)]
        else:
            until = (
                latest
                if official_window is None
                else official_window.start_ms - 1
            )
            chain = _load_chain(
                account_pk, first_record_ms, last_end, until, rules
            )
        for first_ms, previous_end in chain:
            bounds = compute_window_bounds(first_ms, previous_end, rules)
            yield bounds
            last_end = bounds.end_ms


def load_window_rules(
    account_pk: int, rule: WindowRule | None, now_ms: int
) -> WindowRules:
    """
    Return how an account's windows are found.

    Args:
        account_pk: Its number.
        rule: What was chosen: it holds for all windows but an open one that
            was told. None is the rule that agreed best with those told.
        now_ms: The moment.
    """
    official_windows = list_official_windows(account_pk)
    if rule is not None:
        open_windows = tuple(
            window for window in official_windows if window.end_ms > now_ms
        )
        return WindowRules(rule, open_windows)
    pairs = []
    for window in official_windows[-MAX_INFERENCE_SAMPLES:]:
        earliest = window.start_ms - SAME_RESET_TOLERANCE_MS
        latest = window.start_ms + _MAX_START_DELAY_MS
        first_record_ms = _find_first_record(account_pk, earliest, latest)
        if first_record_ms is not None:
            pairs.append((window.start_ms, first_record_ms))
    return infer_rule(pairs)._replace(official_windows=official_windows)


def list_official_windows(account_pk: int) -> tuple[OfficialWindow, ...]:
    """Return the 5-hour windows that Claude Code told of, oldest first."""
    resets = LimitTold.objects.filter(account=account_pk, name=FIVE_HOUR)
    return build_official_windows(resets.values_list("resets_ms", flat=True))


def _find_first_record(
    account_pk: int, from_ms: int, until_ms: int
) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_RECORD_SQL, [account_pk, from_ms, until_ms])
        row = cursor.fetchone()
    return None if row is None else int(row[0])


def _load_chain(
    account_pk: int,
    first_ms: int,
    last_end: int,
    until_ms: int,
    rules: WindowRules,
) -> list[tuple[int, int]]:
    greatest = "greatest" if is_postgres() else "max"
    sql = _CHAIN_SQL.format(end=_END_SQL.format(greatest=greatest))
    parameters = {
        "first": first_ms,
        "end": last_end,
        "account": account_pk,
        "until": until_ms,
        "step": RULE_STEP_MS[rules.rule],
        "w": WINDOW_MS,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


_TYPICAL_USAGE_PERIOD: Final = timedelta(days=30)
# Earlier windows are many queries, and seldom change.
_TYPICAL_USAGE_CACHE_SECONDS: Final = 3600
_MINUTE_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class StoredAccountState:
    """
    A Claude account at one moment.

    Attributes:
        account_pk: Its number here.
        key: Its hash; "" is the unknown one.
        snapshot: Its window and limits, as the tray has them; `name` and
            `path` are empty, and pace() tells the pace.
    """

    account_pk: int
    key: str
    snapshot: AccountSnapshot


def list_account_states(
    user: int, now: datetime
) -> tuple[StoredAccountState, ...]:
    """Return a person's accounts, the one used last first."""
    now_ms = datetime_to_ms(now)
    accounts = [
        (_find_last_record_ms(account_pk, now_ms), account_pk, key)
        for account_pk, key in ClaudeAccount.objects.filter(
            user=user,
        ).values_list("pk", "key")
    ]
    return tuple(
        _build_account_state(user, account_pk, key, last_ms, now)
        for last_ms, account_pk, key in sorted(
            accounts, key=lambda f: (-f[0], f[2])
        )
    )


def get_account_state(
    user: int, now: datetime, key: str | None
) -> StoredAccountState | None:
    """Return one account; without a key the one that was used last."""
    now_ms = datetime_to_ms(now)
    accounts = ClaudeAccount.objects.filter(user=user)
    if key is not None:
        accounts = accounts.filter(key=key)
    last_used = [
        (_find_last_record_ms(account_pk, now_ms), name, account_pk)
        for account_pk, name in accounts.values_list("pk", "key")
    ]
    if not last_used:
        return None
    last_ms, name, account_pk = min(last_used, key=lambda f: (-f[0], f[1]))
    return _build_account_state(user, account_pk, name, last_ms, now)


def list_windows(
    account_pk: int, now: datetime, since: datetime
) -> list[Window]:
    """Return an account's windows that end after a moment, oldest first."""
    since_ms = datetime_to_ms(since)
    now_ms = datetime_to_ms(now)
    rules = load_window_rules(
        account_pk, settings.ENVIRONMENT.window_rule, now_ms
    )
    return [
        _build_window(account_pk, bounds)
        for bounds in iter_spans(account_pk, rules, now_ms, since_ms)
        if bounds.end_ms > since_ms
    ]


def load_pace(account: StoredAccountState, now: datetime) -> Pace | None:
    """Return where an account's open window is heading."""
    window = account.snapshot.window
    if window is None:
        return None
    recent_totals = _sum_between(
        account.account_pk,
        datetime_to_ms(max(window.start, now - RECENT_PERIOD)),
        datetime_to_ms(now) + 1,
    )
    typical_usage = cache.get_or_set(
        f"usual.{account.account_pk}.{datetime_to_ms(window.start)}",
        lambda: _load_typical_usage(account.account_pk, window.start),
        _TYPICAL_USAGE_CACHE_SECONDS,
    )
    return compute_pace(
        WindowProgress(window, account.snapshot.used),
        recent_totals,
        typical_usage or (),
        now,
    )


def _load_typical_usage(
    account_pk: int, until: datetime
) -> list[tuple[int, NanoUsd | None]]:
    """Return what windows before a moment used, in and out, and cost."""
    return [
        (
            past_window.totals.tokens.input + past_window.totals.tokens.output,
            past_window.totals.cost,
        )
        for past_window in list_windows(
            account_pk, until, until - _TYPICAL_USAGE_PERIOD
        )
        if past_window.end <= until
    ]


def list_window_minutes(
    account_pk: int, window: Window
) -> list[tuple[int, Totals]]:
    """Return the minutes of a window that were used, by their number."""
    start_ms = datetime_to_ms(window.start)
    rows = (
        UsageSnapshot.objects.filter(
            account=account_pk,
            at_ms__gte=start_ms,
            at_ms__lt=datetime_to_ms(window.end),
        )
        .annotate(minute=(F("at_ms") - start_ms) / _MINUTE_MS)
        .values_list("minute")
        .annotate(**RECORD_AGGREGATES)
        .order_by("minute")
    )
    return [(int(minute), build_totals(sums)) for minute, *sums in rows]


def _build_account_state(
    user: int,
    account_pk: int,
    key: str,
    last_ms: int,
    now: datetime,
) -> StoredAccountState:
    now_ms = datetime_to_ms(now)
    current_samples = merge_limit_samples(
        load_limit_samples([account_pk], key), now_ms
    )
    limit_usages = [
        _build_limit_usage(sample)
        for sample in current_samples
        if sample.name == FIVE_HOUR
    ]
    rules = load_window_rules(
        account_pk, settings.ENVIRONMENT.window_rule, now_ms
    )
    window = _find_open_window(account_pk, rules, now_ms)
    window_start = None if window is None else window.start
    snapshot = AccountSnapshot(
        name="",
        path="",
        window=window,
        used=limit_usages[0] if limit_usages else None,
        weekly=tuple(
            _build_limit_usage(weekly_sample)
            for weekly_sample in current_samples
            if weekly_sample.name != FIVE_HOUR
        ),
        last_record_at=datetime_from_ms(last_ms) if last_ms else None,
        inferred_rule=rules.inferred_rule,
        is_provisional=machines.has_lagging_machine(user, window_start, now),
    )
    return StoredAccountState(account_pk, key, snapshot)


def _find_open_window(
    account_pk: int, rules: WindowRules, now_ms: int
) -> Window | None:
    """Return what is open now: as Claude Code told, else by the rule."""
    official_window = rules.find_official_window(now_ms)
    if official_window is not None:
        return _build_window(
            account_pk,
            WindowBounds(*official_window, ValueSource.OFFICIAL, None),
        )
    last_span = None
    for bounds in iter_spans(account_pk, rules, now_ms, now_ms - WINDOW_MS):
        last_span = bounds
    if (
        last_span is None
        or not last_span.start_ms <= now_ms < last_span.end_ms
    ):
        return None
    return _build_window(account_pk, last_span)


def _build_window(account_pk: int, bounds: WindowBounds) -> Window:
    return Window(
        start=datetime_from_ms(bounds.start_ms),
        end=datetime_from_ms(bounds.end_ms),
        source=bounds.source,
        rule=bounds.rule,
        totals=_sum_between(account_pk, bounds.start_ms, bounds.end_ms),
    )


def _sum_between(account_pk: int, from_ms: int, until_ms: int) -> Totals:
    row = UsageSnapshot.objects.filter(
        account=account_pk,
        at_ms__gte=from_ms,
        at_ms__lt=until_ms,
    ).aggregate(**RECORD_AGGREGATES)
    return build_totals([row[name] or 0 for name in RECORD_AGGREGATES])


def _find_last_record_ms(account_pk: int, now_ms: int) -> int:
    row = UsageSnapshot.objects.filter(
        account=account_pk,
        at_ms__lte=now_ms + CLOCK_TOLERANCE_MS,
    ).aggregate(last=Max("at_ms"))
    return row["last"] or 0


def _build_limit_usage(sample: LimitSample) -> LimitUsage:
    return LimitUsage(
        sample.name,
        sample.percent,
        datetime_from_ms(sample.resets_ms),
        ValueSource.OFFICIAL,
        datetime_from_ms(sample.observed_at_ms),
    )


def datetime_to_ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def datetime_from_ms(at_ms: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=at_ms)
