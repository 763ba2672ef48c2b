"""Sum usage by machine, account and model within exact times."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db.models import Max, OuterRef, Subquery

from claude_tray.core.calendar import BUCKET_MS
from claude_tray.core.cost import ZERO_TOTALS, Totals
from claude_tray.server.usage.models import (
    SUM_FIELDS,
    ClaudeAccount,
    Machine,
    Model,
    SessionShare,
    UsageSnapshot,
    UsageTotal,
)
from claude_tray.server.usage.queries.days import (
    SOURCE_COLUMNS,
    SourceKey,
    load_source_totals,
)
from claude_tray.server.usage.queries.filters import END_OF_TIME_MS
from claude_tray.server.usage.queries.totals import (
    RECORD_AGGREGATES,
    build_totals,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from claude_tray.server.usage.queries.filters import Filters


def load_exact_totals(filters: Filters) -> dict[SourceKey, Totals]:
    """
    Sum usage by machine, account and model, given by primary keys.

    Cheap at any length of history: reads the totals of all time, or whole
    days, and records only at the ends of the time range.
    """
    if not filters.has_time_range:
        rows = UsageTotal.objects.filter(
            filters.build_source_condition(), user=filters.user
        )
        return {
            SourceKey(*row[: len(SOURCE_COLUMNS)]): build_totals(
                row[len(SOURCE_COLUMNS) :]
            )
            for row in rows.values_list(*SOURCE_COLUMNS, *SUM_FIELDS)
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
    accounts = ClaudeAccount.objects.filter(user=filters.user)
    rows = (
        UsageSnapshot.objects.filter(
            filters.build_source_condition(),
            user=filters.user,
            account__in=accounts.values("pk"),
            at_ms__gte=from_ms,
            at_ms__lt=until_ms,
        )
        .values_list(*SOURCE_COLUMNS)
        .annotate(**RECORD_AGGREGATES)
    )
    return {
        SourceKey(machine, account, model): build_totals(sums)
        for machine, account, model, *sums in rows.order_by()
    }


def load_model_names(pks: Iterable[int]) -> dict[int, str]:
    """Return the names of models by primary key."""
    models = Model.objects.filter(pk__in=set(pks))
    return dict(models.values_list("pk", "name"))


def load_source_names(user: int) -> tuple[dict[int, str], dict[int, str]]:
    """Return the IDs of machines and the keys of accounts by primary key."""
    machines = Machine.objects.filter(user=user)
    accounts = ClaudeAccount.objects.filter(user=user)
    return (
        dict(machines.values_list("pk", "machine_id")),
        dict(accounts.values_list("pk", "key")),
    )


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
    since, until = filters.time_range
    records = UsageSnapshot.objects.filter(
        user=filters.user,
        account=OuterRef("pk"),
        at_ms__gte=since,
        at_ms__lt=until,
    )
    accounts = ClaudeAccount.objects.filter(user=filters.user)
    last_ms = Subquery(records.order_by("-at_ms").values("at_ms")[:1])
    rows = accounts.annotate(last_ms=last_ms).values_list("pk", "last_ms")
    return {pk: at_ms for pk, at_ms in rows if at_ms is not None}
