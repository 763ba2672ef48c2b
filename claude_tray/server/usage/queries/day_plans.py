"""Split a time range into local days that have sums, and other buckets."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.calendar import (
    BUCKET_MS,
    compute_bucket_start,
    compute_first_bucket,
)
from claude_tray.server.usage.day_sums import (
    BUCKETS_PER_DAY,
    extend_coverage,
    load_used_days,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from claude_tray.server.usage.queries.filters import Filters


EPOCH: Final = date(1970, 1, 1)
_ONE_DAY: Final = timedelta(days=1)


class DayRun(NamedTuple):
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

    def split(self, bucket: int) -> tuple[DayRun | None, DayRun | None]:
        """Return the days before a bucket, and the others."""
        day = (bucket + self.utc_offset) // BUCKETS_PER_DAY
        day = min(max(day, self.first), self.end)
        return (
            self._replace(end=day) if day > self.first else None,
            self._replace(first=day) if day < self.end else None,
        )


class BucketRun(NamedTuple):
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

    def split(self, bucket: int) -> tuple[BucketRun | None, BucketRun | None]:
        bucket = min(max(bucket, self.first), self.end)
        return (
            self._replace(end=bucket) if bucket > self.first else None,
            self._replace(first=bucket) if bucket < self.end else None,
        )


Run = DayRun | BucketRun


class Plan(NamedTuple):
    """
    What to read for a time range, oldest first.

    Attributes:
        closed: Days that are over.
        open: The others.
        changes: Number of changes to days that are over.
    """

    closed: tuple[Run, ...] = ()
    open: tuple[Run, ...] = ()
    changes: int = 0

    def select(self, kind: type[Run]) -> Plan:
        """Return the runs of days or of buckets only."""
        return self._replace(
            closed=tuple(run for run in self.closed if isinstance(run, kind)),
            open=tuple(run for run in self.open if isinstance(run, kind)),
        )


def plan_days(filters: Filters, zone: tzinfo) -> Plan:
    """Split a time range into whole days and parts of days, oldest first."""
    used = filters.used_days or load_used_days(filters.user)
    if used.bounds is None:
        return Plan()
    since, until = filters.time_range
    runs: list[Run] = []
    first = max(since // BUCKET_MS, _round_down(used.bounds[0]))
    end = min(until // BUCKET_MS, _round_up(used.bounds[1] + 1))
    for run in _split_days(first, end, zone):
        if isinstance(run, BucketRun):
            runs.append(run)
        else:
            runs += _use_sums(filters.user, run, used.first_days)
    parts = [run.split(used.closed_bucket) for run in runs]
    return Plan(
        tuple(closed for closed, _ in parts if closed is not None),
        tuple(rest for _, rest in parts if rest is not None),
        used.changes,
    )


# Whole days more than there are, so that plans rarely change.
def _round_down(bucket: int) -> int:
    return (bucket // BUCKETS_PER_DAY - 1) * BUCKETS_PER_DAY


def _round_up(bucket: int) -> int:
    return (bucket // BUCKETS_PER_DAY + 2) * BUCKETS_PER_DAY


def _use_sums(
    user: int, run: DayRun, first_days: dict[int, int]
) -> Iterator[Run]:
    """Yield the days with sums, after those that are read from buckets."""
    offset = run.utc_offset
    covered = first_days.get(offset, run.end)
    if covered > run.first:
        covered = extend_coverage(user, offset, run.first)
    if covered > run.first:
        yield BucketRun(
            run.first * BUCKETS_PER_DAY - offset,
            min(covered, run.end) * BUCKETS_PER_DAY - offset,
            utc_offset=offset,
        )
    if covered < run.end:
        yield run._replace(first=max(run.first, covered))


@lru_cache(maxsize=256)
def _split_days(first: int, end: int, zone: tzinfo) -> tuple[Run, ...]:
    """Split buckets at local midnights; join whole days of one offset."""
    runs: list[Run] = []
    for day, midnight, next_midnight in _iter_midnights(first, end, zone):
        offset = day * BUCKETS_PER_DAY - midnight
        is_full = first <= midnight and next_midnight <= end
        if is_full and next_midnight - midnight == BUCKETS_PER_DAY:
            previous = runs[-1] if runs else None
            if isinstance(previous, DayRun) and previous.utc_offset == offset:
                runs[-1] = previous._replace(end=day + 1)
            else:
                runs.append(DayRun(offset, day, day + 1))
        else:
            bounds = max(first, midnight), min(end, next_midnight)
            runs.append(BucketRun(*bounds, day))
    return tuple(runs)


def _iter_midnights(
    first: int, end: int, zone: tzinfo
) -> Iterator[tuple[int, int, int]]:
    """Yield the days with buckets in a range, and their first buckets."""
    date_ = compute_bucket_start(first).astimezone(zone).date()
    midnight = compute_first_bucket(date_, zone)
    while midnight < end:
        day = (date_ - EPOCH).days
        date_ += _ONE_DAY
        next_midnight = compute_first_bucket(date_, zone)
        yield day, midnight, next_midnight
        midnight = next_midnight
