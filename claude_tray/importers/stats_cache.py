"""
Parse Claude Code's own `stats-cache.json`.

It has tokens by day and model since the first use, also of days whose
transcripts have been deleted: input and output together, without cache, and
without costs. They are imported as input, so that their cost is a minimum.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from claude_tray.core.billing import is_billed
from claude_tray.core.usage import (
    STATS_CACHE,
    ImportedDayTotal,
    ImportedHistory,
    TokenCounts,
)
from claude_tray.importers.common import (
    INVALID_DAY,
    SkippedEntries,
    UnusableValueError,
    parse_count,
    parse_day,
    parse_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date


_DAYS_KEY: Final = "dailyModelTokens"


def is_stats_cache(value: dict[str, Any]) -> bool:
    """Return whether a JSON object is Claude Code's statistics."""
    return isinstance(value.get(_DAYS_KEY), list)


def parse_stats_cache(value: dict[str, Any]) -> ImportedHistory:
    """Parse the tokens of each day and model."""
    skipped = SkippedEntries()
    day_totals = [
        ImportedDayTotal(STATS_CACHE, day, "", model, TokenCounts(tokens))
        for (day, model), tokens in _sum_days(value, skipped).items()
        if tokens
    ]
    return ImportedHistory(
        "stats-cache.json",
        day_totals=tuple(day_totals),
        skipped=skipped.count_by_reason(),
    )


def _sum_days(
    value: dict[str, Any], skipped: SkippedEntries
) -> dict[tuple[date, str], int]:
    sums: dict[tuple[date, str], int] = {}
    for entry in value[_DAYS_KEY]:
        try:
            for key, tokens in _iter_models(entry):
                sums[key] = max(tokens, sums.get(key, 0))
        except UnusableValueError as error:
            skipped.add(error)
    return sums


def _iter_models(entry: object) -> Iterator[tuple[tuple[date, str], int]]:
    """Yield day, model and tokens of an entry."""
    if not isinstance(entry, dict):
        raise UnusableValueError(INVALID_DAY)
    day, models = parse_day(entry.get("date")), entry.get("tokensByModel")
    if not isinstance(models, dict):
        raise UnusableValueError(INVALID_DAY)
    for name, tokens in models.items():
        model = parse_text(name)
        if is_billed(model):
            yield (day, model), parse_count(tokens)
