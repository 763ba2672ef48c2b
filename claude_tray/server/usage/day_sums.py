"""
Keep sums of whole days, in each UTC offset that a user has looked at.

A local day whose zone does not change its offset is 96 consecutive buckets, so
it belongs to one offset. Sums of an offset are created from the buckets when
its days are first read, newest days first, and are then updated by differences
in the transaction of the records.
"""

from __future__ import annotations

from operator import add
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import DatabaseError, connection, transaction

from claude_tray.server.usage.bulk_sql import (
    fetch_rows,
    try_lock_user,
    upsert,
)
from claude_tray.server.usage.models import (
    HOUR_FIELDS,
    SUM_FIELDS,
    TOKEN_FIELDS,
    DayCoverage,
    UsageDay,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


BUCKETS_PER_DAY: Final = 96
_BUCKETS_PER_HOUR: Final = 4
_FIRST_DAY: Final = 0
# Later than any day, and its buckets have 64 bits.
_NEVER: Final = 2**31 - 1
# Each offset multiplies the rows. Days in further ones are read from buckets.
MAX_OFFSETS: Final = 16
_DAYS_PER_STEP: Final = 16
# Machines that are not in use for longer send late.
_OPEN_BUCKETS: Final = 2 * BUCKETS_PER_DAY
_KEY_COLUMNS: Final = (
    "utc_offset",
    "day",
    "machine_id",
    "account_id",
    "model_id",
)
_VALUE_COLUMNS: Final = (*SUM_FIELDS, *HOUR_FIELDS)
_TOKENS: Final = slice(1, 1 + len(TOKEN_FIELDS))
_ADD_CLAUSE: Final = ", ".join(
    f"{name} = stored.{name} + excluded.{name}" for name in _VALUE_COLUMNS
)
_COVERAGE_SQL: Final = (
    "SELECT utc_offset, first_day, closed_bucket, changes"
    " FROM usage_daycoverage WHERE user_id = %s"
)
_BOUNDS_SQL: Final = (
    f"{_COVERAGE_SQL} UNION ALL SELECT NULL,"
    " (SELECT min(cell) FROM usage_usagecell WHERE user_id = %s),"
    " (SELECT max(cell) FROM usage_usagecell WHERE user_id = %s), 0"
)
_CLOSE_SQL: Final = (
    "UPDATE usage_daycoverage SET closed_bucket = %s, changes = changes + %s"
    " WHERE user_id = %s"
)
_LAST_BUCKET_SQL: Final = (
    "SELECT max(cell) FROM usage_usagecell WHERE user_id = %s AND cell < %s"
)
_HOUR_SQL: Final = (
    "sum(CASE WHEN (cell + %(offset)s) %% 96 / 4 = {hour}"
    f" THEN {' + '.join(TOKEN_FIELDS)} ELSE 0 END)"
)
_FILL_SQL: Final = f"""
    INSERT INTO usage_usageday
        (user_id, {", ".join((*_KEY_COLUMNS, *_VALUE_COLUMNS))})
    SELECT user_id, %(offset)s, (cell + %(offset)s) / 96,
        machine_id, account_id, model_id,
        {", ".join(f"sum({name})" for name in SUM_FIELDS)},
        {", ".join(_HOUR_SQL.format(hour=hour) for hour in range(24))}
    FROM usage_usagecell
    WHERE user_id = %(user)s AND cell >= %(first)s AND cell < %(end)s
    GROUP BY 1, 2, 3, 4, 5, 6
"""


class UsedDays(NamedTuple):
    """
    Which days of a user have usage, and sums of whole days.

    Attributes:
        first_days: First day with complete sums of each offset.
        closed_bucket: Buckets before it are not expected to change.
        changes: Changes whenever one of them did.
        bounds: First and last bucket with usage; None without usage, or if
            not loaded.
    """

    first_days: dict[int, int]
    closed_bucket: int
    changes: int
    bounds: tuple[int, int] | None = None


def load_used_days(user_id: int) -> UsedDays:
    """Load the days of a user, with their bounds."""
    rows = fetch_rows(_BOUNDS_SQL, [user_id] * 3)
    ((first, last),) = (row[1:3] for row in rows if row[0] is None)
    return _build_used_days(
        [row for row in rows if row[0] is not None]
    )._replace(bounds=None if first is None else (first, last))


def load_coverage(user_id: int) -> dict[int, int]:
    """Return the first day with complete sums of each of a user's offsets."""
    return _load_stamps(user_id).first_days


def _load_stamps(user_id: int) -> UsedDays:
    return _build_used_days(fetch_rows(_COVERAGE_SQL, [user_id]))


def _build_used_days(rows: list[tuple[int, int, int, int]]) -> UsedDays:
    return UsedDays(
        {offset: first_day for offset, first_day, _, _ in rows},
        min((row[2] for row in rows), default=0),
        sum(row[3] for row in rows),
    )


def add_to_days(
    user_id: int, deltas: Mapping[tuple[int, ...], tuple[int, ...]]
) -> None:
    """
    Add changes of buckets to the days; the caller locks the user.

    Args:
        user_id: Primary key of the user.
        deltas: Changes of SUM_FIELDS by bucket, machine, account and model.
    """
    days: dict[tuple[int, ...], list[int]] = {}
    used = _load_stamps(user_id)
    for offset, first_day in used.first_days.items():
        for (bucket, *source), sums in deltas.items():
            day, part = divmod(bucket + offset, BUCKETS_PER_DAY)
            if day >= first_day:
                values = days.setdefault(
                    (offset, day, *source), [0] * len(_VALUE_COLUMNS)
                )
                values[: len(sums)] = map(add, values, sums)
                hour = len(SUM_FIELDS) + part // _BUCKETS_PER_HOUR
                values[hour] += sum(sums[_TOKENS])
    upsert(
        UsageDay,
        ("user_id", *_KEY_COLUMNS, *_VALUE_COLUMNS),
        [(user_id, *key, *values) for key, values in days.items()],
        ", ".join(("user_id", *_KEY_COLUMNS)),
        _ADD_CLAUSE,
    )
    if used.first_days:
        _close_days(user_id, used, {bucket for bucket, *_ in deltas})
    emptied = {key[1] for key, values in days.items() if min(values) < 0}
    if emptied:
        UsageDay.objects.filter(
            user=user_id, day__in=emptied, **dict.fromkeys(SUM_FIELDS, 0)
        ).delete()


def _close_days(user_id: int, used: UsedDays, buckets: set[int]) -> None:
    """Close days that are over; count a change of a closed one."""
    closed = max(buckets) - _OPEN_BUCKETS
    if closed < used.closed_bucket + BUCKETS_PER_DAY:
        closed = used.closed_bucket
    is_late = min(buckets) < used.closed_bucket
    if is_late or closed != used.closed_bucket:
        with connection.cursor() as cursor:
            cursor.execute(_CLOSE_SQL, [closed, int(is_late), user_id])


def extend_coverage(user_id: int, utc_offset: int, first_day: int) -> int:
    """
    Sum the days from `first_day` on, in short transactions.

    Returns:
        The first day with complete sums. Read the days before from buckets:
        the user has too many offsets, or another process is writing.
    """
    coverage = load_coverage(user_id)
    if utc_offset not in coverage and len(coverage) >= MAX_OFFSETS:
        return _NEVER
    covered = coverage.get(utc_offset, _NEVER)
    while covered > first_day:
        try:
            with transaction.atomic():
                if not try_lock_user(user_id):
                    return covered
                covered = _fill_step(user_id, utc_offset)
        except DatabaseError:
            # SQLite is being written by another process.
            return covered
    return covered


def _fill_step(user_id: int, utc_offset: int) -> int:
    """Sum the next days with usage; return the first day with complete sums."""
    covered = load_coverage(user_id).get(utc_offset, _NEVER)
    last = _find_last_day(user_id, utc_offset, covered)
    if last is None:
        return _save_coverage(user_id, utc_offset, _FIRST_DAY)
    first = last + 1 - _DAYS_PER_STEP
    with connection.cursor() as cursor:
        cursor.execute(
            _FILL_SQL,
            {
                "user": user_id,
                "offset": utc_offset,
                "first": first * BUCKETS_PER_DAY - utc_offset,
                "end": (last + 1) * BUCKETS_PER_DAY - utc_offset,
            },
        )
    return _save_coverage(user_id, utc_offset, first)


def _find_last_day(user_id: int, utc_offset: int, before: int) -> int | None:
    """Return the last day with usage before a day."""
    with connection.cursor() as cursor:
        end = before * BUCKETS_PER_DAY - utc_offset
        cursor.execute(_LAST_BUCKET_SQL, [user_id, end])
        (bucket,) = cursor.fetchone()
    return None if bucket is None else (bucket + utc_offset) // BUCKETS_PER_DAY


def _save_coverage(user_id: int, utc_offset: int, first_day: int) -> int:
    used = load_used_days(user_id)
    closed = used.closed_bucket
    if not used.first_days and used.bounds is not None:
        closed = max(used.bounds[1] - _OPEN_BUCKETS, 0)
    upsert(
        DayCoverage,
        ("user_id", "utc_offset", "first_day", "closed_bucket", "changes"),
        [(user_id, utc_offset, first_day, closed, 0)],
        "user_id, utc_offset",
        "first_day = excluded.first_day",
    )
    return first_day
