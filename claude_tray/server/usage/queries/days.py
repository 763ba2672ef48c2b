"""
Sum usage by local day, from the sums of whole days where they exist.

All functions are cheap at any length of the history: they read a row for each
day, machine, account and model, and 15-minute buckets only for parts of days
and for days on which the zone changes its offset. Each runs three statements,
in SQL because compiling ORM queries takes longer than running these.
"""

from __future__ import annotations

from datetime import UTC, date, timedelta
from operator import add
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db import connection

from claude_tray.core.calendar import (
    BUCKET_MS,
    compute_bucket_start,
    compute_first_bucket,
)
from claude_tray.core.cost import ZERO_TOTALS, Totals
from claude_tray.server.usage.day_sums import (
    BUCKETS_PER_DAY,
    extend_coverage,
    load_coverage,
)
from claude_tray.server.usage.models import (
    HOUR_FIELDS,
    SUM_FIELDS,
    TOKEN_FIELDS,
    Model,
)
from claude_tray.server.usage.queries.totals import build_totals

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import tzinfo

    from claude_tray.server.usage.queries.filters import Filters


_EPOCH: Final = date(1970, 1, 1)
_ONE_DAY: Final = timedelta(days=1)
_DAYS_PER_WEEK: Final = 7
_HOURS_PER_DAY: Final = 24
# 1970 began on a Thursday.
_EPOCH_WEEKDAY: Final = 3
_BOUNDS_SQL: Final = """
    SELECT (SELECT min(cell) FROM usage_usagecell WHERE user_id = %s),
        (SELECT max(cell) FROM usage_usagecell WHERE user_id = %s)
"""


class SourceKey(NamedTuple):
    """Primary keys of what usage comes from."""

    machine_id: int
    account_id: int
    model_id: int


SOURCE_COLUMNS: Final = SourceKey._fields


def _sum_columns(names: Sequence[str]) -> str:
    # PostgreSQL adds 64-bit integers up to numbers of any length.
    return ", ".join(f"CAST(sum({name}) AS bigint)" for name in names)


_BY_DAY_SQL: Final = (
    f"SELECT day, {_sum_columns(SUM_FIELDS)} FROM ({{rows}}) AS part"
    " GROUP BY day ORDER BY day"
)
_BY_DAY_AND_MODEL_SQL: Final = (
    f"SELECT day, model_id, {_sum_columns(SUM_FIELDS)}"
    " FROM ({rows}) AS part GROUP BY day, model_id ORDER BY day"
)
_BY_SOURCE_SQL: Final = (
    f"SELECT {', '.join(SOURCE_COLUMNS)}, {_sum_columns(SUM_FIELDS)}"
    f" FROM ({{rows}}) AS part GROUP BY {', '.join(SOURCE_COLUMNS)}"
)
_BY_WEEKDAY_SQL: Final = (
    f"SELECT (day + {_EPOCH_WEEKDAY}) %% {_DAYS_PER_WEEK} AS weekday,"
    f" {_sum_columns(HOUR_FIELDS)} FROM ({{rows}}) AS part GROUP BY weekday"
)
_BY_BUCKET_SQL: Final = (
    f"SELECT cell, CAST(sum({' + '.join(TOKEN_FIELDS)}) AS bigint)"
    " FROM ({rows}) AS part GROUP BY cell"
)


class _DayRun(NamedTuple):
    """Days from `first` to before `end` since 1970, with one UTC offset."""

    utc_offset: int
    first: int
    end: int

    def build_select(self, columns: str) -> tuple[str, list[int]]:
        """Return a SELECT of columns and `day`, and its parameters."""
        select = (
            f"SELECT {columns.format(day='day')} FROM usage_usageday"
            " WHERE user_id = %s AND utc_offset = %s"
            " AND day >= %s AND day < %s"
        )
        return select, [self.utc_offset, self.first, self.end]


class _BucketRun(NamedTuple):
    """
    Buckets from `first` to before `end`.

    They are of one `day`, or of whole days at `utc_offset`.
    """

    first: int
    end: int
    day: int | None = None
    utc_offset: int = 0

    def build_select(self, columns: str) -> tuple[str, list[int]]:
        day = (
            f"(cell + {self.utc_offset}) / {BUCKETS_PER_DAY}"
            if self.day is None
            else str(self.day)
        )
        select = (
            f"SELECT {columns.format(day=f'{day} AS day')}"
            " FROM usage_usagecell"
            " WHERE user_id = %s AND cell >= %s AND cell < %s"
        )
        return select, [self.first, self.end]


_Run = _DayRun | _BucketRun


def load_daily_totals(filters: Filters, zone: tzinfo) -> dict[date, Totals]:
    """
    Sum usage by day of a time zone, oldest first.

    Both ends of the time range are rounded down to a bucket.
    """
    columns = ", ".join(("{day}", *SUM_FIELDS))
    rows = _select(_BY_DAY_SQL, columns, _plan_runs(filters, zone), filters)
    return {
        _EPOCH + timedelta(days=day): build_totals(sums) for day, *sums in rows
    }


def load_model_totals(
    filters: Filters, zone: tzinfo
) -> dict[date, dict[str, Totals]]:
    """Sum usage by day of a time zone and name of the model."""
    columns = ", ".join(("{day}", "model_id", *SUM_FIELDS))
    runs = _plan_runs(filters, zone)
    rows = _select(_BY_DAY_AND_MODEL_SQL, columns, runs, filters)
    models = Model.objects.filter(pk__in={model for _, model, *_ in rows})
    names = dict(models.values_list("pk", "name"))
    totals_by_day: dict[date, dict[str, Totals]] = {}
    for number, model, *sums in rows:
        day = _EPOCH + timedelta(days=number)
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
    columns = ", ".join((*SOURCE_COLUMNS, *SUM_FIELDS))
    rows = _select(_BY_SOURCE_SQL, columns, _plan_runs(filters, zone), filters)
    return {
        SourceKey(machine, account, model): build_totals(sums)
        for machine, account, model, *sums in rows
    }


def load_hourly_tokens(filters: Filters, zone: tzinfo) -> list[list[int]]:
    """Sum tokens by weekday, from Monday, and by hour of a time zone."""
    tokens = [[0] * _HOURS_PER_DAY for _ in range(_DAYS_PER_WEEK)]
    runs = _plan_runs(filters, zone)
    full_days = [run for run in runs if isinstance(run, _DayRun)]
    columns = ", ".join(("{day}", *HOUR_FIELDS))
    for weekday, *sums in _select(
        _BY_WEEKDAY_SQL, columns, full_days, filters
    ):
        tokens[weekday] = list(map(add, tokens[weekday], sums))
    parts = [run for run in runs if isinstance(run, _BucketRun)]
    columns = ", ".join(("cell", *TOKEN_FIELDS))
    for bucket, amount in _select(_BY_BUCKET_SQL, columns, parts, filters):
        local = compute_bucket_start(bucket).astimezone(zone)
        tokens[local.weekday()][local.hour] += amount
    return tokens


def _select(
    sql: str, columns: str, runs: Sequence[_Run], filters: Filters
) -> list[Any]:
    """Run a statement over the rows of all runs."""
    if not runs:
        return []
    condition, values = filters.build_source_sql()
    selects, parameters = [], []
    for run in runs:
        select, bounds = run.build_select(columns)
        selects.append(select + condition)
        parameters += [filters.user, *bounds, *values]
    with connection.cursor() as cursor:
        cursor.execute(
            sql.format(rows=" UNION ALL ".join(selects)), parameters
        )
        return list(cursor.fetchall())


def _plan_runs(filters: Filters, zone: tzinfo) -> list[_Run]:
    """Split a time range into whole days and parts of days, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_BOUNDS_SQL, [filters.user, filters.user])
        used = cursor.fetchone()
    if used[0] is None:
        return []
    since, until = filters.time_range
    bounds = since // BUCKET_MS, until // BUCKET_MS
    coverage = load_coverage(filters.user)
    runs: list[_Run] = []
    for run in _split_days(bounds, used, zone):
        if isinstance(run, _BucketRun):
            runs.append(run)
        else:
            runs += _use_sums(filters.user, run, coverage)
    return runs


def _use_sums(
    user: int, run: _DayRun, coverage: dict[int, int]
) -> Iterator[_Run]:
    """Yield the days with sums, after those that are read from buckets."""
    offset = run.utc_offset
    covered = coverage.get(offset, run.end)
    if covered > run.first:
        covered = extend_coverage(user, offset, run.first)
    if covered > run.first:
        yield _BucketRun(
            run.first * BUCKETS_PER_DAY - offset,
            min(covered, run.end) * BUCKETS_PER_DAY - offset,
            utc_offset=offset,
        )
    if covered < run.end:
        yield run._replace(first=max(run.first, covered))


def _split_days(
    bounds: tuple[int, int], used: tuple[int, int], zone: tzinfo
) -> Iterator[_Run]:
    """
    Split buckets at local midnights; join whole days of one offset.

    Args:
        bounds: First bucket, and the one after the end.
        used: First and last bucket with usage.
        zone: Time zone.
    """
    first, end = bounds
    pending: _DayRun | None = None
    for day, midnight, next_midnight in _iter_midnights(
        max(first, used[0]), min(end, used[1] + 1), zone
    ):
        offset = day * BUCKETS_PER_DAY - midnight
        is_full = first <= midnight and next_midnight <= end
        if is_full and next_midnight - midnight == BUCKETS_PER_DAY:
            if pending and pending.utc_offset == offset:
                pending = pending._replace(end=day + 1)
                continue
            run: _Run = _DayRun(offset, day, day + 1)
        else:
            run = _BucketRun(
                max(first, midnight), min(end, next_midnight), day
            )
        if pending:
            yield pending
        pending = run if isinstance(run, _DayRun) else None
        if isinstance(run, _BucketRun):
            yield run
    if pending:
        yield pending


def _iter_midnights(
    first: int, end: int, zone: tzinfo
) -> Iterator[tuple[int, int, int]]:
    """Yield the days with buckets in a range, and their first buckets."""
    date_ = compute_bucket_start(first).astimezone(zone).date()
    midnight = compute_first_bucket(date_, zone)
    while midnight < end:
        day = (date_ - _EPOCH).days
        date_ += _ONE_DAY
        next_midnight = compute_first_bucket(date_, zone)
        yield day, midnight, next_midnight
        midnight = next_midnight
