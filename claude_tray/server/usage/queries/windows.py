"""Find the 5-hour windows of a Claude account over all its machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import connection

from claude_tray.core.limits import FIVE_HOUR, SAME_RESET_TOLERANCE_MS
from claude_tray.core.windows import (
    MAX_INFERENCE_SAMPLES,
    RULE_STEP_MS,
    WINDOW_MS,
    OfficialWindow,
    WindowBounds,
    WindowRule,
    WindowRules,
    build_official_windows,
    compute_window_bounds,
    infer_rule,
)
from claude_tray.server.usage.bulk_sql import is_postgres
from claude_tray.server.usage.models import LimitTold
from claude_tray.server.usage.window_chains import load_chain, save_chain

if TYPE_CHECKING:
    from collections.abc import Iterator


_DAY_MS: Final = 86_400_000
# Records of later windows may still arrive.
_MIN_FINISHED_MS: Final = 2 * _DAY_MS
# Clocks differ: records further in the future than this open no window.
CLOCK_TOLERANCE_MS: Final = 300_000
# A first record this long after the reported start did not open the window.
_MAX_START_DELAY_MS: Final = 3_600_000
_FIRST_RECORD_SQL: Final = """
    SELECT at_ms FROM usage_usagesnapshot
    WHERE user_id = %s AND account_id = %s AND at_ms >= %s AND at_ms <= %s AND messages > 0
    ORDER BY at_ms LIMIT 1
"""
# One index seek for each window: a row is the window's first record and the end
# of the window before it.
_CHAIN_SQL: Final = """
    WITH RECURSIVE chain(first_ms, last_end) AS (
        SELECT CAST(%(first)s AS bigint), CAST(%(end)s AS bigint)
        UNION ALL
        SELECT (
            SELECT at_ms FROM usage_usagesnapshot
            WHERE user_id = %(user)s AND account_id = %(account)s
                AND at_ms <= %(until)s AND at_ms >= {end} AND messages > 0
            ORDER BY at_ms LIMIT 1
        ), {end}
        FROM chain WHERE first_ms IS NOT NULL
    )
    SELECT first_ms, last_end FROM chain WHERE first_ms IS NOT NULL
"""
_END_SQL: Final = (
    "{greatest}(first_ms - first_ms %% %(step)s, last_end) + %(w)s"
)


def iter_window_bounds(
    user: int,
    account_pk: int,
    rules: WindowRules,
    now_ms: int,
    since_ms: int = 0,
) -> Iterator[WindowBounds]:
    """
    Yield the windows of an account, oldest first.

    Args:
        user: Primary key of the user.
        account_pk: Primary key of the account.
        rules: Window rule and reported windows.
        now_ms: Current time.
        since_ms: Windows that end before it may be left out.
    """
    last_end = _find_start(user, account_pk, rules, since_ms)
    latest = now_ms + CLOCK_TOLERANCE_MS
    while (
        first_record_ms := _find_first_record(
            user, account_pk, last_end, latest
        )
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
                (user, account_pk), first_record_ms, last_end, until, rules
            )
        for first_ms, previous_end in chain:
            bounds = compute_window_bounds(first_ms, previous_end, rules)
            yield bounds
            last_end = bounds.end_ms


def remember_finished_windows(
    user: int, account_pk: int, rules: WindowRules, now_ms: int
) -> None:
    """
    Remember the windows that finished days ago.

    It writes at most once a day for an account in use. Afterwards windows of
    the last days are cheap at any length of the history.
    """
    until_ms = now_ms - _MIN_FINISHED_MS
    start_ms = _find_start(user, account_pk, rules, until_ms)
    unknown_ms = _find_first_record(
        user, account_pk, start_ms, until_ms - _DAY_MS
    )
    if unknown_ms is None:
        return

    def find_end() -> int:
        ends = [
            bounds.end_ms
            for bounds in iter_window_bounds(
                user, account_pk, rules, until_ms, until_ms
            )
            if bounds.end_ms <= until_ms
        ]
        return max(ends, default=0)

    save_chain(user, account_pk, rules.rule, find_end)


def _find_start(
    user: int, account_pk: int, rules: WindowRules, since_ms: int
) -> int:
    """Return the last known end of a window that is not after a time."""
    ends = [o.end_ms for o in rules.official_windows if o.end_ms <= since_ms]
    chain_ms = load_chain(user, account_pk, rules.rule)
    return max([*ends, chain_ms if chain_ms <= since_ms else 0])


def load_window_rules(
    user: int, account_pk: int, rule: WindowRule | None, now_ms: int
) -> WindowRules:
    """
    Return the rules that determine an account's windows.

    Args:
        user: Primary key of the user.
        account_pk: Primary key of the account.
        rule: Configured rule, which applies to all windows except a reported
            open one. None infers the rule from reported windows.
        now_ms: Current time.
    """
    official_windows = list_official_windows(user, account_pk)
    if rule is not None:
        open_windows = tuple(
            window for window in official_windows if window.end_ms > now_ms
        )
        return WindowRules(rule, open_windows)
    pairs = []
    for window in official_windows[-MAX_INFERENCE_SAMPLES:]:
        earliest = window.start_ms - SAME_RESET_TOLERANCE_MS
        latest = window.start_ms + _MAX_START_DELAY_MS
        first_record_ms = _find_first_record(
            user, account_pk, earliest, latest
        )
        if first_record_ms is not None:
            pairs.append((window.start_ms, first_record_ms))
    return infer_rule(pairs)._replace(official_windows=official_windows)


def list_official_windows(
    user: int, account_pk: int
) -> tuple[OfficialWindow, ...]:
    """List the 5-hour windows reported by Claude Code, oldest first."""
    resets = LimitTold.objects.filter(
        user=user, account=account_pk, name=FIVE_HOUR, percent__isnull=False
    )
    return build_official_windows(resets.values_list("resets_ms", flat=True))


def _find_first_record(
    user: int, account_pk: int, from_ms: int, until_ms: int
) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(
            _FIRST_RECORD_SQL, [user, account_pk, from_ms, until_ms]
        )
        row = cursor.fetchone()
    return None if row is None else int(row[0])


def _load_chain(
    user_and_account: tuple[int, int],
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
        "user": user_and_account[0],
        "account": user_and_account[1],
        "until": until_ms,
        "step": RULE_STEP_MS[rules.rule],
        "w": WINDOW_MS,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
