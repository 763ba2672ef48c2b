"""
Sum the usage of several members by user, model, account, project and month.

Each function takes the primary keys of the members, which `access.py`
selects, and runs one grouped query over their buckets, or two over their
sessions.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db.models import Case, F, IntegerField, Q, Value, When

from claude_tray.core.calendar import BUCKET_MS, compute_first_bucket
from claude_tray.core.cost import ZERO_TOTALS, Totals
from claude_tray.server.usage.models import (
    ClaudeAccount,
    Model,
    Project,
    Session,
    UsageCell,
    UsageSnapshot,
)
from claude_tray.server.usage.queries.aggregates import (
    RECORD_AGGREGATES,
    SUM_AGGREGATES,
    build_totals,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime, tzinfo


_MONTHS_OF_YEAR: Final = 12


class BucketRange(NamedTuple):
    """A range of buckets: the first one, and the one after the last."""

    first: int
    end: int

    @property
    def since_ms(self) -> int:
        return self.first * BUCKET_MS

    @property
    def until_ms(self) -> int:
        return self.end * BUCKET_MS


class Month(NamedTuple):
    """A calendar month."""

    year: int
    month: int

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    def shift(self, months: int) -> Month:
        """Return the month so many months later."""
        number = self.year * _MONTHS_OF_YEAR + self.month - 1 + months
        return Month(number // _MONTHS_OF_YEAR, number % _MONTHS_OF_YEAR + 1)

    def to_range(self, zone: tzinfo) -> BucketRange:
        return BucketRange(
            compute_first_bucket(self.first_day, zone),
            compute_first_bucket(self.shift(1).first_day, zone),
        )

    def to_text(self) -> str:
        """Return "2026-03"."""
        return f"{self.year:04}-{self.month:02}"


def list_months(
    now: datetime, zone: tzinfo, count: int = _MONTHS_OF_YEAR
) -> list[Month]:
    """List the current month and those before, newest first."""
    today = now.astimezone(zone).date()
    current = Month(today.year, today.month)
    return [current.shift(-back) for back in range(count)]


class MemberUsage(NamedTuple):
    """Usage of a member with one account and model."""

    user_id: int
    account: str
    model: str
    totals: Totals


class MemberProjectUsage(NamedTuple):
    """Usage of a member in one project."""

    user_id: int
    project: str
    totals: Totals


def load_usage(
    user_ids: Collection[int], buckets: BucketRange
) -> list[MemberUsage]:
    """Sum the usage of members by user, account and model."""
    rows = list(
        UsageCell.objects.filter(
            user__in=user_ids, cell__gte=buckets.first, cell__lt=buckets.end
        )
        .values_list("user_id", "account_id", "model_id")
        .annotate(**SUM_AGGREGATES)
        .order_by()
    )
    keys = _load_names(
        ClaudeAccount.objects.filter(
            user__in=user_ids, pk__in={row[1] for row in rows}
        ).values_list("pk", "key")
    )
    models = _load_names(
        Model.objects.filter(pk__in={row[2] for row in rows}).values_list(
            "pk", "name"
        )
    )
    return [
        MemberUsage(user, keys[account], models[model], build_totals(sums))
        for user, account, model, *sums in rows
    ]


def load_monthly_totals(
    user_ids: Collection[int], months: Sequence[Month], zone: tzinfo
) -> dict[Month, dict[int, Totals]]:
    """
    Sum the usage of each member by month.

    Args:
        user_ids: Members.
        months: Consecutive months, newest first.
        zone: Time zone of the months.

    Returns:
        Totals by user of each month; both may be missing.
    """
    ranges = [month.to_range(zone) for month in months]
    month_index = Case(
        *(
            When(cell__gte=buckets.first, then=Value(index))
            for index, buckets in enumerate(ranges)
        ),
        output_field=IntegerField(),
    )
    rows = (
        UsageCell.objects.filter(
            user__in=user_ids,
            cell__gte=ranges[-1].first,
            cell__lt=ranges[0].end,
        )
        .annotate(month_index=month_index)
        .values_list("month_index", "user_id")
        .annotate(**SUM_AGGREGATES)
        .order_by()
    )
    found: dict[Month, dict[int, Totals]] = {}
    for index, user, *sums in rows:
        found.setdefault(months[index], {})[user] = build_totals(sums)
    return found


def load_project_usage(
    user_ids: Collection[int], buckets: BucketRange
) -> list[MemberProjectUsage]:
    """
    Sum the usage of members by user and project.

    Sessions within the range are read from their sums; the records of those
    that extend beyond it are added up.
    """
    since, until = buckets.since_ms, buckets.until_ms
    inside = Q(first_ms__gte=since, last_ms__lt=until)
    touching = Session.objects.filter(
        user__in=user_ids, last_ms__gte=since, first_ms__lt=until
    )
    found: dict[tuple[int, int], Totals] = {}
    _add_groups(
        found,
        touching.filter(inside)
        .values_list("user_id", "project_id")
        .annotate(**SUM_AGGREGATES)
        .order_by(),
    )
    partial = touching.exclude(inside)
    _add_groups(
        found,
        UsageSnapshot.objects.filter(
            user__in=user_ids,
            session__in=partial.values("pk"),
            # For the join, so that partitions by user are used.
            session__user=F("user"),
            session__user__in=user_ids,
            at_ms__gte=since,
            at_ms__lt=until,
        )
        .values_list("user_id", "session__project_id")
        .annotate(**RECORD_AGGREGATES)
        .order_by(),
    )
    names = _load_names(
        Project.objects.filter(
            user__in=user_ids, pk__in={project for _, project in found}
        ).values_list("pk", "name")
    )
    return [
        MemberProjectUsage(user, names[project], totals)
        for (user, project), totals in found.items()
    ]


def sum_groups(
    rows: Iterable[tuple[Any, Totals]],
) -> dict[Any, Totals]:
    """Add up the totals of equal keys."""
    groups: dict[Any, Totals] = {}
    for key, totals in rows:
        groups[key] = groups.get(key, ZERO_TOTALS).plus(totals)
    return groups


def _add_groups(
    found: dict[tuple[int, int], Totals], rows: Iterable[Sequence[Any]]
) -> None:
    for user, project, *sums in rows:
        key = (user, project)
        found[key] = found.get(key, ZERO_TOTALS).plus(build_totals(sums))


def _load_names(rows: Iterable[tuple[int, str]]) -> Mapping[int, str]:
    return dict(rows)
