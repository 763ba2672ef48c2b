"""
Sum usage by local day, from the sums of whole days where they exist.

All functions are cheap at any length of the history: they read a row for each
day, machine, account and model, and 15-minute buckets only for parts of days
and for days on which the zone changes its offset. Sums of days that are over
are remembered (`closed_days`). The statements are SQL because compiling ORM
queries takes longer than running these.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from operator import add
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from claude_tray.core.calendar import compute_bucket_start
from claude_tray.core.cost import ZERO_TOTALS, Totals
from claude_tray.server.usage.bulk_sql import fetch_rows
from claude_tray.server.usage.models import (
    HOUR_FIELDS,
    SUM_FIELDS,
    TOKEN_FIELDS,
)
from claude_tray.server.usage.queries.closed_days import remember_sums
from claude_tray.server.usage.queries.day_plans import (
    EPOCH,
    BucketRun,
    DayRun,
    Plan,
    Run,
    plan_days,
)
from claude_tray.server.usage.queries.names import load_model_names
from claude_tray.server.usage.queries.totals import (
    SUM_COLUMNS,
    build_totals,
    sum_columns,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, tzinfo

    from claude_tray.server.usage.queries.filters import Filters


_DAYS_PER_WEEK: Final = 7
_HOURS_PER_DAY: Final = 24
# 1970 began on a Thursday.
_EPOCH_WEEKDAY: Final = 3


class SourceKey(NamedTuple):
    """Primary keys of what usage comes from."""

    machine_id: int
    account_id: int
    model_id: int


SOURCE_COLUMNS: Final = SourceKey._fields


_BY_DAY_SQL: Final = (
    f"SELECT day, {SUM_COLUMNS} FROM ({{rows}}) AS part"
    " GROUP BY day ORDER BY day"
)
_BY_DAY_AND_MODEL_SQL: Final = (
    f"SELECT day, model_id, {SUM_COLUMNS}"
    " FROM ({rows}) AS part GROUP BY day, model_id ORDER BY day"
)
_BY_SOURCE_SQL: Final = (
    f"SELECT {', '.join(SOURCE_COLUMNS)}, {SUM_COLUMNS}"
    f" FROM ({{rows}}) AS part GROUP BY {', '.join(SOURCE_COLUMNS)}"
)
_BY_WEEKDAY_SQL: Final = (
    f"SELECT (day + {_EPOCH_WEEKDAY}) %% {_DAYS_PER_WEEK} AS weekday,"
    f" {sum_columns(HOUR_FIELDS)} FROM ({{rows}}) AS part GROUP BY weekday"
)
_BY_BUCKET_SQL: Final = (
    f"SELECT cell, CAST(sum({' + '.join(TOKEN_FIELDS)}) AS bigint)"
    " FROM ({rows}) AS part GROUP BY cell"
)


class _Statement(NamedTuple):
    """
    A statement over the rows of all runs.

    Attributes:
        sql: With a place for the rows.
        columns: Columns of the rows, with a place for the day.
    """

    sql: str
    columns: str

    def fetch(self, runs: Sequence[Run], filters: Filters) -> list[Any]:
        if not runs:
            return []
        condition, values = filters.build_source_sql()
        selects, parameters = [], list[Any]()
        for run in runs:
            select, bounds = run.build_select(self.columns)
            selects.append(select + condition)
            parameters += [filters.user, *bounds, *values]
        rows = selects[0] if len(selects) == 1 else " UNION ALL ".join(selects)
        return fetch_rows(self.sql.format(rows=rows), parameters)


_DAYS: Final = _Statement(_BY_DAY_SQL, ", ".join(("{day}", *SUM_FIELDS)))
_DAYS_AND_MODELS: Final = _Statement(
    _BY_DAY_AND_MODEL_SQL, ", ".join(("{day}", "model_id", *SUM_FIELDS))
)
_SOURCES: Final = _Statement(
    _BY_SOURCE_SQL, ", ".join((*SOURCE_COLUMNS, *SUM_FIELDS))
)
_WEEKDAYS: Final = _Statement(
    _BY_WEEKDAY_SQL, ", ".join(("{day}", *HOUR_FIELDS))
)
_BUCKETS: Final = _Statement(
    _BY_BUCKET_SQL, ", ".join(("cell", *TOKEN_FIELDS))
)


def load_daily_totals(filters: Filters, zone: tzinfo) -> dict[date, Totals]:
    """
    Sum usage by day of a time zone, oldest first.

    Both ends of the time range are rounded down to a bucket.
    """
    closed, rest = _read(_DAYS, filters, plan_days(filters, zone), _build_days)
    return _merge(closed, rest)


def _build_days(rows: Sequence[Any]) -> dict[date, Totals]:
    return {
        EPOCH + timedelta(days=day): build_totals(sums) for day, *sums in rows
    }


def load_model_totals(
    filters: Filters, zone: tzinfo
) -> dict[date, dict[str, Totals]]:
    """Sum usage by day of a time zone and name of the model."""
    closed, rest = _read(
        _DAYS_AND_MODELS, filters, plan_days(filters, zone), _build_model_days
    )
    combined = dict(closed)
    for day, totals in rest.items():
        combined[day] = _merge(combined.get(day, {}), totals)
    return combined


def _build_model_days(rows: Sequence[Any]) -> dict[date, dict[str, Totals]]:
    names = load_model_names(model for _, model, *_ in rows) if rows else {}
    totals_by_day: dict[date, dict[str, Totals]] = {}
    for number, model, *sums in rows:
        day = EPOCH + timedelta(days=number)
        by_model = totals_by_day.setdefault(day, {})
        name = names[model]
        by_model[name] = by_model.get(name, ZERO_TOTALS).plus(
            build_totals(sums)
        )
    return totals_by_day


def load_source_totals(
    filters: Filters, zone: tzinfo = UTC
) -> dict[SourceKey, Totals]:
    """
    Sum usage by machine, account and model, given by primary keys.

    Both ends of the time range are rounded down to a bucket. It is cheapest
    if they are midnights of the zone.
    """
    closed, rest = _read(
        _SOURCES, filters, plan_days(filters, zone), _build_sources
    )
    return _merge(closed, rest)


def _build_sources(rows: Sequence[Any]) -> dict[SourceKey, Totals]:
    return {
        SourceKey(machine, account, model): build_totals(sums)
        for machine, account, model, *sums in rows
    }


def load_hourly_tokens(filters: Filters, zone: tzinfo) -> list[list[int]]:
    """Sum tokens by weekday, from Monday, and by hour of a time zone."""
    tokens = [[0] * _HOURS_PER_DAY for _ in range(_DAYS_PER_WEEK)]
    plan = plan_days(filters, zone)
    for rows in _read(_WEEKDAYS, filters, plan.select(DayRun), tuple):
        for weekday, *sums in rows:
            tokens[weekday] = list(map(add, tokens[weekday], sums))
    for rows in _read(_BUCKETS, filters, plan.select(BucketRun), tuple):
        for bucket, amount in rows:
            local = compute_bucket_start(bucket).astimezone(zone)
            tokens[local.weekday()][local.hour] += amount
    return tokens


_T = TypeVar("_T")
_K = TypeVar("_K")


def _read(
    statement: _Statement,
    filters: Filters,
    plan: Plan,
    build: Callable[[Sequence[Any]], _T],
) -> tuple[_T, _T]:
    """Return values of the days that are over, and of the others."""
    # The plan stands for the time range.
    sources = replace(filters, since_ms=None, until_ms=None, used_days=None)
    closed = remember_sums(
        (statement, sources, plan.closed, plan.changes),
        lambda: build(statement.fetch(plan.closed, filters)),
    )
    return closed, build(statement.fetch(plan.open, filters))


def _merge(
    one: Mapping[_K, Totals], other: Mapping[_K, Totals]
) -> dict[_K, Totals]:
    merged = dict(one)
    for key, totals in other.items():
        existing = merged.get(key)
        merged[key] = existing.plus(totals) if existing else totals
    return merged
