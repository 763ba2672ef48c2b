"""Build the costs of token kinds, and format parts of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from claude_tray.i18n.formats import DASH

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

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
    return context.translator.format_weekday_and_day(day)


def compute_fractions(rows: Sequence[Totals]) -> list[float]:
    """Return each row's size relative to the largest, 0 to 1."""
    has_cost = any(totals.priced_cost for totals in rows)
    sizes = [t.priced_cost if has_cost else t.tokens.total for t in rows]
    largest = max(sizes, default=0) or 1
    return [size / largest for size in sizes]
