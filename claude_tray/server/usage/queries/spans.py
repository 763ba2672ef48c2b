"""Where an account's windows begin and end, without reading every reply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import connection

from claude_tray.domain.limit import FIVE_HOUR, SAME_MS
from claude_tray.domain.span import (
    LATEST,
    STEP_MS,
    WINDOW_MS,
    Official,
    Reckoning,
    Span,
    learn,
    officials,
    span_begun_by,
)
from claude_tray.server.usage.bulk import is_postgres
from claude_tray.server.usage.models import LimitTold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claude_tray.domain.window import Rule

# Clocks disagree: a reply later than this opens no window.
FUTURE_MS: Final = 300_000
# A first reply later than this did not begin the window that was told of.
_BEGUN_WITHIN_MS: Final = 3_600_000
_FIRST: Final = """
    SELECT at_ms FROM usage_usagesnapshot
    WHERE account_id = %s AND at_ms >= %s AND at_ms <= %s
    ORDER BY at_ms LIMIT 1
"""
# One index seek for each window: a row is its first reply and the end of the
# window before it.
_CHAIN: Final = """
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
_END: Final = "{greatest}(first_ms - first_ms %% %(step)s, last_end) + %(w)s"


def spans(
    account: int,
    how: Reckoning,
    now_ms: int,
    since_ms: int = 0,
) -> Iterator[Span]:
    """
    Give out an account's windows, oldest first.

    Args:
        account: Its number.
        how: The rule and the known windows.
        now_ms: The moment.
        since_ms: Windows that end before it may be left out.
    """
    over = [o.end_ms for o in how.official if o.end_ms <= since_ms]
    last_end = max(over, default=0)
    latest = now_ms + FUTURE_MS
    while (first := _first(account, last_end, latest)) is not None:
        known = next((o for o in how.official if o.end_ms > first), None)
        if known is not None and known.start_ms <= first:
            chain = [(first, last_end)]
        else:
            until = latest if known is None else known.start_ms - 1
            chain = _chain(account, first, last_end, until, how)
        for each, end in chain:
            span = span_begun_by(each, end, how)
            yield span
            last_end = span.end_ms


def reckoning(account: int, rule: Rule | None, now_ms: int) -> Reckoning:
    """
    Return how an account's windows are found.

    Args:
        account: Its number.
        rule: What was chosen: it holds for all windows but an open one that
            was told. None is the rule that agreed best with those told.
        now_ms: The moment.
    """
    told = official(account)
    if rule is not None:
        is_open = tuple(window for window in told if window.end_ms > now_ms)
        return Reckoning(rule, is_open)
    pairs = []
    for window in told[-LATEST:]:
        earliest = window.start_ms - SAME_MS
        latest = window.start_ms + _BEGUN_WITHIN_MS
        first = _first(account, earliest, latest)
        if first is not None:
            pairs.append((window.start_ms, first))
    return learn(pairs)._replace(official=told)


def official(account: int) -> tuple[Official, ...]:
    """Return the 5-hour windows that Claude Code told of, oldest first."""
    resets = LimitTold.objects.filter(account=account, name=FIVE_HOUR)
    return officials(resets.values_list("resets_ms", flat=True))


def _first(account: int, from_ms: int, until_ms: int) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(_FIRST, [account, from_ms, until_ms])
        row = cursor.fetchone()
    return None if row is None else int(row[0])


def _chain(
    account: int,
    first_ms: int,
    last_end: int,
    until_ms: int,
    how: Reckoning,
) -> list[tuple[int, int]]:
    greatest = "greatest" if is_postgres() else "max"
    sql = _CHAIN.format(end=_END.format(greatest=greatest))
    given = {
        "first": first_ms,
        "end": last_end,
        "account": account,
        "until": until_ms,
        "step": STEP_MS[how.rule],
        "w": WINDOW_MS,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())
