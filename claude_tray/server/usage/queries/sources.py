"""Sum usage by machine, account and model within exact times."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from django.db.models import Max

from claude_tray.core.calendar import BUCKET_MS
from claude_tray.core.cost import ZERO_TOTALS, Totals
from claude_tray.server.usage.bulk_sql import fetch_rows
from claude_tray.server.usage.models import SUM_FIELDS, SessionShare
from claude_tray.server.usage.queries.days import (
    SOURCE_COLUMNS,
    SourceKey,
    load_source_totals,
)
from claude_tray.server.usage.queries.filters import END_OF_TIME_MS
from claude_tray.server.usage.queries.totals import (
    RECORD_COLUMNS,
    build_totals,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from claude_tray.server.usage.queries.filters import Filters


_ALL_TIME_SQL: Final = (
    f"SELECT {', '.join((*SOURCE_COLUMNS, *SUM_FIELDS))}"
    " FROM usage_usagetotal WHERE user_id = %s"
)
_RECORDS_SQL: Final = (
    f"SELECT {', '.join(SOURCE_COLUMNS)}, {RECORD_COLUMNS}"
    " FROM usage_usagesnapshot WHERE user_id = %s AND account_id IN"
    " (SELECT id FROM usage_claudeaccount WHERE user_id = %s)"
    " AND at_ms >= %s AND at_ms < %s{condition}"
    f" GROUP BY {', '.join(SOURCE_COLUMNS)}"
)
_LAST_RECORDS_SQL: Final = """
    SELECT id, (
        SELECT at_ms FROM usage_usagesnapshot
        WHERE user_id = %s AND account_id = account.id
            AND at_ms >= %s AND at_ms < %s
        ORDER BY at_ms DESC LIMIT 1
    ) FROM usage_claudeaccount AS account WHERE user_id = %s
"""


def load_exact_totals(filters: Filters) -> dict[SourceKey, Totals]:
    """
    Sum usage by machine, account and model, given by primary keys.

    Cheap at any length of history: reads the totals of all time, or whole
    days, and records only at the ends of the time range.
    """
    if not filters.has_time_range:
        condition, values = filters.build_source_sql()
        return {
            SourceKey(machine, account, model): build_totals(sums)
            for machine, account, model, *sums in fetch_rows(
                _ALL_TIME_SQL + condition, [filters.user, *values]
            )
        }
    since, until = filters.time_range
    first, end = -(-since // BUCKET_MS), until // BUCKET_MS
    if first > end:
        return _sum_records(filters, since, until)
    inner = replace(
        filters, since_ms=first * BUCKET_MS, until_ms=end * BUCKET_MS
    )
    groups = load_source_totals(inner)
    for from_ms, until_ms in (
        (since, first * BUCKET_MS),
        (end * BUCKET_MS, until),
    ):
        if from_ms < until_ms < END_OF_TIME_MS:
            for key, totals in _sum_records(
                filters, from_ms, until_ms
            ).items():
                groups[key] = groups.get(key, ZERO_TOTALS).plus(totals)
    return groups


def _sum_records(
    filters: Filters, from_ms: int, until_ms: int
) -> dict[SourceKey, Totals]:
    """Sum the records of a time range of less than two buckets."""
    condition, values = filters.build_source_sql()
    rows = fetch_rows(
        _RECORDS_SQL.format(condition=condition),
        [filters.user, filters.user, from_ms, until_ms, *values],
    )
    return {
        SourceKey(machine, account, model): build_totals(sums)
        for machine, account, model, *sums in rows
    }


def load_last_usage(
    filters: Filters, account_pks: Iterable[int]
) -> dict[int, int]:
    """Return the time of the last use of each account in milliseconds."""
    wanted = set(account_pks)
    last_use_times: dict[int, int] = {}
    if filters.machine is None and filters.model is None:
        last_use_times = load_last_records(filters)
    # Records are deleted, or no index has the filter: times of sessions.
    missing = [pk for pk in wanted if pk not in last_use_times]
    if missing:
        shares = SessionShare.objects.filter(
            filters.build_source_condition(),
            user=filters.user,
            account__in=missing,
            session__user=filters.user,
        )
        last_use_times |= dict(
            shares.values_list("account_id").annotate(
                last=Max("session__last_ms")
            )
        )
    return {pk: last_use_times[pk] for pk in wanted if pk in last_use_times}


def load_last_records(filters: Filters) -> dict[int, int]:
    """Return the last record's time of each account that has one."""
    rows = fetch_rows(
        _LAST_RECORDS_SQL, [filters.user, *filters.time_range, filters.user]
    )
    return {pk: at_ms for pk, at_ms in rows if at_ms is not None}
