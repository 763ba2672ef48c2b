"""Build tiles and ranked rows of usage."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.display_names import (
    build_unique_labels,
    format_model_name,
)
from claude_tray.i18n.formats import DASH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.core.cost import Totals
    from claude_tray.core.cost_breakdown import CostBreakdown, TokenCost
    from claude_tray.presentation.context import ViewContext


class TokenCostRow(NamedTuple):
    """
    Cost of one kind of token.

    Attributes:
        name: As "Cache read".
        tokens: As "19.7M".
        cost: As "$2.96"; a dash if a price is missing.
        fraction: Share of the total cost, 0 to 1.
        share: The same as "31%".
    """

    name: str
    tokens: str
    cost: str
    fraction: float
    share: str


def build_token_costs(
    breakdown: CostBreakdown, context: ViewContext, *, is_known: bool = True
) -> tuple[TokenCostRow, ...]:
    """Build a row for each kind of token; of dashes if nothing is known."""
    total = sum(part.cost for part in breakdown.parts)
    rows = tuple(
        _build_row(name, part, total, breakdown, context)
        for name, part in zip(
            list_token_kind_names(context), breakdown.parts, strict=True
        )
    )
    if is_known:
        return rows
    return tuple(
        row._replace(tokens=DASH, cost=DASH, share=DASH) for row in rows
    )


def _build_row(
    name: str,
    part: TokenCost,
    total: int,
    breakdown: CostBreakdown,
    context: ViewContext,
) -> TokenCostRow:
    translator = context.translator
    fraction = part.cost / total if total else 0.0
    cost = translator.format_money(part.cost)
    return TokenCostRow(
        name,
        translator.format_tokens(part.tokens),
        cost if breakdown.is_complete else DASH,
        fraction,
        translator.format_percent(fraction * 100),
    )


def list_token_kind_names(context: ViewContext) -> tuple[str, ...]:
    """Return the names of `CostBreakdown.parts`, in the same order."""
    gettext = context.translator.gettext
    return (
        gettext("Cache read"),
        gettext("Cache write"),
        gettext("Output"),
        gettext("Input"),
    )


_MONDAY: Final = 0
_SATURDAY: Final = 5


class DayBar(NamedTuple):
    """
    A day.

    Attributes:
        name: As "Sat Nov 14".
        cost: Formatted.
        fraction: Relative to the most expensive day, 0 to 1.
        mark: Label below the bar; empty except on Mondays.
        is_weekend: Drawn fainter.
    """

    name: str
    cost: str
    fraction: float
    mark: str
    is_weekend: bool


class DailyCosts(NamedTuple):
    """The last 30 days, oldest first, with total and average in words."""

    total: str
    average: str
    bars: tuple[DayBar, ...]


def build_daily_costs(
    days: Sequence[tuple[date, Totals]],
    total: Totals,
    context: ViewContext,
) -> DailyCosts:
    """
    Build one bar for each day.

    Args:
        days: Totals of consecutive local days, oldest first.
        total: Totals of all these days.
        context: Formats.
    """
    translator = context.translator
    largest = max((totals.priced_cost for _, totals in days), default=0) or 1
    average = total.priced_cost // max(1, len(days))
    return DailyCosts(
        format_period_cost(total, len(days), context),
        format_daily_cost(average, context) if total.is_known else DASH,
        tuple(
            DayBar(
                format_day_name(day, context),
                translator.format_cost(totals),
                totals.priced_cost / largest,
                _format_date(day, context) if day.weekday() == _MONDAY else "",
                is_weekend=day.weekday() >= _SATURDAY,
            )
            for day, totals in days
        ),
    )


def format_period_cost(
    total: Totals, day_count: int, context: ViewContext
) -> str:
    """Format the cost of the last days, as "$4.20 in 30 days"."""
    return context.translator.gettext(
        "{cost} in {n} days",
        cost=context.translator.format_cost(total),
        n=day_count,
    )


def format_daily_cost(cost: int, context: ViewContext) -> str:
    """Format an average in nano-dollars, as "$0.14 per day"."""
    return context.translator.gettext(
        "{cost} per day", cost=context.translator.format_money(cost)
    )


def format_day_name(day: date, context: ViewContext) -> str:
    """Format a day, as "Sat Nov 14"."""
    weekday = context.translator.locale.days[day.weekday()]
    return f"{weekday} {_format_date(day, context)}"


def _format_date(day: date, context: ViewContext) -> str:
    # Noon exists on every day of every zone; midnight does not.
    noon = datetime(day.year, day.month, day.day, 12).astimezone()
    return context.translator.format_day(noon)


class CostTile(NamedTuple):
    """Cost and tokens of a time range."""

    name: str
    cost: str
    tokens: str


class RankingRow(NamedTuple):
    """A project or a model; `fraction` is relative to the largest row."""

    name: str
    tokens: str
    cost: str
    fraction: float


def build_tile(name: str, totals: Totals, context: ViewContext) -> CostTile:
    translator = context.translator
    tokens = context.translator.format_total_tokens(totals)
    return CostTile(
        name,
        translator.format_cost(totals),
        translator.gettext("{n} tokens", n=tokens),
    )


def build_project_ranking(
    projects: Sequence[tuple[str, Totals]], context: ViewContext
) -> tuple[RankingRow, ...]:
    """
    Build a row for each project.

    Args:
        projects: Path and totals, in order of display.
        context: Formats.
    """
    labels = build_unique_labels(path for path, _ in projects)
    return build_ranking(
        [(labels[path], totals) for path, totals in projects], context
    )


def build_model_ranking(
    models: Sequence[tuple[str, Totals]], context: ViewContext
) -> tuple[RankingRow, ...]:
    """
    Build a row for each model.

    Args:
        models: Model ID and totals, in order of display.
        context: Formats.
    """
    return build_ranking(
        [(format_model_name(model), totals) for model, totals in models],
        context,
    )


def build_ranking(
    entries: Sequence[tuple[str, Totals]], context: ViewContext
) -> tuple[RankingRow, ...]:
    """Build rows sized by cost, or by tokens if nothing has a price."""
    translator = context.translator
    return tuple(
        RankingRow(
            name,
            translator.format_tokens(totals.tokens.total),
            translator.format_cost(totals),
            fraction,
        )
        for (name, totals), fraction in zip(
            entries,
            compute_fractions([totals for _, totals in entries]),
            strict=True,
        )
    )


def compute_fractions(rows: Sequence[Totals]) -> list[float]:
    """Return each row's size relative to the largest, 0 to 1."""
    has_cost = any(totals.priced_cost for totals in rows)
    sizes = [t.priced_cost if has_cost else t.tokens.total for t in rows]
    largest = max(sizes, default=0) or 1
    return [size / largest for size in sizes]
