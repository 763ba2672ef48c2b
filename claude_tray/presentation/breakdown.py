"""Build the rows of a cost breakdown by kind of token."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from claude_tray.i18n.formats import DASH

if TYPE_CHECKING:
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
    breakdown: CostBreakdown, context: ViewContext
) -> tuple[TokenCostRow, ...]:
    """Build a row for each kind of token."""
    total = sum(part.cost for part in breakdown.parts)
    return tuple(
        _build_row(name, part, total, breakdown, context)
        for name, part in zip(
            list_token_kind_names(context), breakdown.parts, strict=True
        )
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
