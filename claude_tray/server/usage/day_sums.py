"""
Keep sums of whole days, in each UTC offset that a user has looked at.

A local day whose zone does not change its offset is 96 consecutive buckets, so
it belongs to one offset. Sums of an offset are created from the buckets when
its days are first read, newest days first, and are then updated by differences
in the transaction of the records.
"""

from __future__ import annotations

from operator import add
from typing import TYPE_CHECKING, Final

from django.db import DatabaseError, connection, transaction

from claude_tray.server.usage.bulk_sql import (
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


def load_coverage(user_id: int) -> dict[int, int]:
    """Return the first day with complete sums of each of a user's offsets."""
    return dict(
        DayCoverage.objects.filter(user=user_id).values_list(
            "utc_offset", "first_day"
        )
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
    for offset, first_day in load_coverage(user_id).items():
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
    emptied = {key[1] for key, values in days.items() if min(values) < 0}
    if emptied:
        UsageDay.objects.filter(
            user=user_id, day__in=emptied, **dict.fromkeys(SUM_FIELDS, 0)
        ).delete()


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
    upsert(
        DayCoverage,
        ("user_id", "utc_offset", "first_day"),
        [(user_id, utc_offset, first_day)],
        "user_id, utc_offset",
        "first_day = excluded.first_day",
    )
    return first_day
