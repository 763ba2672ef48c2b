"""Split usage over time by model, project, account, machine or token kind."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db.models import F

from claude_tray.core.calendar import BUCKET_MS
from claude_tray.core.cost import (
    ZERO_TOTALS,
    NanoUsd,
    Totals,
    rank_by_cost,
    sum_totals,
)
from claude_tray.core.cost_breakdown import (
    CATEGORIES,
    break_down_cost,
    select_category,
)
from claude_tray.core.usage import PricingTerms
from claude_tray.server.pricing import get_price_table
from claude_tray.server.usage.models import UsageCell, UsageSnapshot
from claude_tray.server.usage.queries.aggregates import (
    RECORD_AGGREGATES,
    SUM_AGGREGATES,
    build_totals,
)
from claude_tray.server.usage.queries.machines import list_machines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.models import QuerySet

    from claude_tray.server.usage.queries.filters import Filters


class SeriesDimension(StrEnum):
    """What usage over time is split by."""

    MODEL = "model"
    PROJECT = "project"
    ACCOUNT = "account"
    MACHINE = "machine"
    KIND = "kind"


class StepSeries(NamedTuple):
    """
    One part of the usage over time.

    Attributes:
        key: Model, project, account key, machine ID or token kind.
        name: Display name; the key if there is no other.
        steps: First bucket and totals of each step with usage, oldest first.
        is_rest: The sum of all parts that are not listed; its key is "".
    """

    key: str
    name: str
    steps: dict[int, Totals]
    is_rest: bool = False

    @property
    def totals(self) -> Totals:
        return sum_totals(self.steps.values())


# Nobody can distinguish more lines, and a response stays small.
MAX_SERIES: Final = 20
_CELL_COLUMNS: Final = {
    SeriesDimension.MODEL: "model__name",
    SeriesDimension.ACCOUNT: "account__key",
    SeriesDimension.MACHINE: "machine__machine_id",
}
_TERM_COLUMNS: Final = (
    "model__name",
    "model__speed",
    "model__inference_geo",
    "model__service_tier",
)
_MAX_BUCKET: Final = 2**31 - 1


def load_series(
    filters: Filters, width: int, dimension: SeriesDimension
) -> list[StepSeries]:
    """
    Load usage over time by a dimension, the most expensive part first.

    Args:
        filters: Records to sum.
        width: Number of 15-minute buckets in a step.
        dimension: PROJECT reads single records, the others sums of buckets.

    Returns:
        At most MAX_SERIES parts, and the rest as one more.
    """
    if dimension is SeriesDimension.KIND:
        return _load_kinds(filters, width)
    if dimension is SeriesDimension.PROJECT:
        rows = _sum_records(filters, width)
    else:
        rows = _sum_cells(filters, width, (_CELL_COLUMNS[dimension],))
    parts: dict[str, dict[int, Totals]] = {}
    for step, key, *sums in rows:
        parts.setdefault(key, {})[step] = build_totals(sums)
    names: Mapping[str, str] = {}
    if dimension is SeriesDimension.MACHINE:
        names = {m.machine_id: m.name for m in list_machines(filters.user)}
    ranked = rank_by_cost(
        (key, sum_totals(steps.values())) for key, steps in parts.items()
    )
    series = [
        StepSeries(key, names.get(key) or key, parts[key])
        for key, _ in ranked[:MAX_SERIES]
    ]
    rest = [parts[key] for key, _ in ranked[MAX_SERIES:]]
    return series + ([_merge(rest)] if rest else [])


def _merge(parts: Iterable[Mapping[int, Totals]]) -> StepSeries:
    merged: dict[int, Totals] = {}
    for steps in parts:
        for step, totals in steps.items():
            merged[step] = merged.get(step, ZERO_TOTALS).plus(totals)
    return StepSeries("", "", dict(sorted(merged.items())), is_rest=True)


def _sum_cells(
    filters: Filters, width: int, columns: tuple[str, ...]
) -> QuerySet[Any, Any]:
    since, until = filters.time_range
    cells = UsageCell.objects.filter(
        filters.build_source_condition(),
        user=filters.user,
        cell__gte=since // BUCKET_MS,
        cell__lt=min(until // BUCKET_MS, _MAX_BUCKET),
    )
    return (
        cells.annotate(step=F("cell") / width * width)
        .values_list("step", *columns)
        .annotate(**SUM_AGGREGATES)
        .order_by("step")
    )


def _sum_records(filters: Filters, width: int) -> QuerySet[Any, Any]:
    """Sum by project, which buckets do not know."""
    since, until = filters.time_range
    records = UsageSnapshot.objects.filter(
        filters.build_source_condition(),
        user=filters.user,
        # Says where to look for the sessions: in one partition.
        session__user=filters.user,
        at_ms__gte=since // BUCKET_MS * BUCKET_MS,
        at_ms__lt=until // BUCKET_MS * BUCKET_MS,
    )
    return (
        records.annotate(step=F("at_ms") / (width * BUCKET_MS) * width)
        .values_list("step", "session__project__name")
        .annotate(**RECORD_AGGREGATES)
        .order_by("step")
    )


class _TermsUsage(NamedTuple):
    model: str
    terms: PricingTerms
    totals: Totals


def _load_kinds(filters: Filters, width: int) -> list[StepSeries]:
    """Split tokens and cost by kind; responses have several, so none."""
    usages_by_step: dict[int, list[_TermsUsage]] = {}
    for step, model, speed, geo, tier, *sums in _sum_cells(
        filters, width, _TERM_COLUMNS
    ):
        terms = PricingTerms(speed, geo, tier)
        usages_by_step.setdefault(step, []).append(
            _TermsUsage(model, terms, build_totals(sums))
        )
    parts: dict[str, dict[int, Totals]] = {kind: {} for kind in CATEGORIES}
    for step, usages in usages_by_step.items():
        for kind, totals in _split_kinds(step, usages).items():
            parts[kind][step] = totals
    return [StepSeries(kind, kind, steps) for kind, steps in parts.items()]


def _split_kinds(
    step: int, usages: Iterable[_TermsUsage]
) -> dict[str, Totals]:
    usages = tuple(usages)
    costs = break_down_cost(usages, get_price_table(), step * BUCKET_MS)
    combined = sum_totals(usage.totals for usage in usages)
    unpriced = 0 if costs.is_complete else max(combined.unpriced, 1)
    return {
        kind: Totals(
            0, select_category(combined.tokens, kind), NanoUsd(cost), unpriced
        )
        for kind, (_, cost) in zip(CATEGORIES, costs.parts, strict=True)
    }
