"""Build the heatmap of the week and cost shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.cost_breakdown import BillableUsage, break_down_cost
from claude_tray.presentation.rows import TokenCostRow, build_token_costs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from claude_tray.core.cost import Totals
    from claude_tray.core.price_table import PriceTable
    from claude_tray.core.usage import PricingTerms
    from claude_tray.web.page_context import PageContext


_HOURS_PER_DAY: Final = 24
_MAX_LEVEL: Final = 4
_LABEL_INTERVAL: Final = 3


class HeatmapCell(NamedTuple):
    """
    Usage in one hour of a weekday.

    Attributes:
        level: 0 (none) to 4 (most).
        title: Time and tokens in words.
        query: End of a query that selects the hour.
    """

    level: int
    title: str
    query: str


class HeatmapHour(NamedTuple):
    """Label of an hour of the day; only marked ones are visible."""

    name: str
    is_marked: bool


class Heatmap(NamedTuple):
    """Column labels, and a row of 24 cells for each day from Monday."""

    hours: tuple[HeatmapHour, ...]
    rows: tuple[tuple[str, tuple[HeatmapCell, ...]], ...]


def build_heatmap(
    tokens_by_hour: Sequence[int], context: PageContext
) -> Heatmap:
    """
    Build the heatmap of tokens by weekday and hour.

    Args:
        tokens_by_hour: Tokens of 168 hours, from Monday at midnight.
        context: Time zone and formats.
    """
    max_tokens = max(tokens_by_hour)
    names = [context.format_hour(hour) for hour in range(_HOURS_PER_DAY)]
    return Heatmap(
        tuple(
            HeatmapHour(n, h % _LABEL_INTERVAL == 0)
            for h, n in enumerate(names)
        ),
        tuple(
            (
                day,
                tuple(
                    _build_heatmap_cell(
                        f"{day} {names[hour]}",
                        f"weekday={weekday}&hour={hour}",
                        tokens_by_hour[weekday * _HOURS_PER_DAY + hour],
                        max_tokens,
                        context,
                    )
                    for hour in range(_HOURS_PER_DAY)
                ),
            )
            for weekday, day in enumerate(context.translator.locale.days)
        ),
    )


def _build_heatmap_cell(
    time: str, query: str, tokens: int, max_tokens: int, context: PageContext
) -> HeatmapCell:
    # Round up, so that any usage is visible.
    level = -(-tokens * _MAX_LEVEL // max_tokens) if tokens else 0
    number = context.translator.format_tokens(tokens)
    text = context.translator.gettext("{n} tokens", n=number)
    return HeatmapCell(
        level,
        f"{time} \N{MIDDLE DOT} {text}",
        query,
    )


class PricedUsage(NamedTuple):
    """Usage of a model under the same pricing terms."""

    model: str
    terms: PricingTerms
    totals: Totals


class TokenCostShare(NamedTuple):
    """Cost of one kind of token, and the CSS class of its color."""

    css_class: str
    row: TokenCostRow


# In the order of CostBreakdown.parts.
_CSS_CLASSES: Final = ("read", "write", "output", "input")


def build_cost_shares(
    usages: Iterable[BillableUsage],
    prices: PriceTable,
    at_ms: int,
    context: PageContext,
) -> tuple[TokenCostShare, ...]:
    """
    Break down a cost by kind of token; empty if a price is unknown.

    Args:
        usages: Usage by model and pricing terms.
        prices: Price table.
        at_ms: Time whose prices apply.
        context: Formats.
    """
    breakdown = break_down_cost(usages, prices, at_ms)
    has_cost = any(token_cost.cost for token_cost in breakdown.parts)
    if not breakdown.is_complete or not has_cost:
        return ()
    rows = build_token_costs(breakdown, context.build_view())
    return tuple(map(TokenCostShare, _CSS_CLASSES, rows))
