"""Aggregates of sums and of records, and totals from their values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from claude_tray.core.cost import NanoUsd, Totals
from claude_tray.core.usage import TokenCounts
from claude_tray.server.usage.models import SUM_FIELDS

if TYPE_CHECKING:
    from collections.abc import Sequence


SUM_AGGREGATES: Final = {f"sum_{name}": Sum(name) for name in SUM_FIELDS}
RECORD_AGGREGATES: Final = SUM_AGGREGATES | {
    "sum_cost_nano": Coalesce(Sum("cost_nano"), 0),
    "sum_unpriced": Count("key", filter=Q(cost_nano=None)),
}


def build_totals(values: Sequence[Any]) -> Totals:
    """Build totals from values in the order of models.SUM_FIELDS."""
    messages, *tokens, cost, unpriced = values
    return Totals(messages, TokenCounts(*tokens), NanoUsd(cost), unpriced)
