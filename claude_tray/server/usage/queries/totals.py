"""Aggregates of sums and of records, and totals from their values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from claude_tray.core.cost import NanoUsd, Totals
from claude_tray.core.usage import TokenCounts
from claude_tray.server.usage.models import SUM_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


SUM_AGGREGATES: Final = {f"sum_{name}": Sum(name) for name in SUM_FIELDS}
RECORD_AGGREGATES: Final = SUM_AGGREGATES | {
    "sum_cost_nano": Coalesce(Sum("cost_nano"), 0),
    "sum_unpriced": Count("key", filter=Q(cost_nano=None)),
}


def sum_columns(names: Iterable[str]) -> str:
    """Return columns with sums; PostgreSQL's would have any length."""
    return ", ".join(f"CAST(sum({name}) AS bigint)" for name in names)


# The same in SQL, which takes no time to compile.
SUM_COLUMNS: Final = sum_columns(SUM_FIELDS)
RECORD_COLUMNS: Final = (
    f"{sum_columns(SUM_FIELDS[:-2])},"
    " CAST(coalesce(sum(cost_nano), 0) AS bigint),"
    " count(*) - count(cost_nano)"
)


def build_totals(values: Sequence[Any]) -> Totals:
    """Build totals from values in the order of models.SUM_FIELDS."""
    messages, *tokens, cost, unpriced = values
    return Totals(messages, TokenCounts(*tokens), NanoUsd(cost), unpriced)
