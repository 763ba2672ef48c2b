"""Build the rows of a cost breakdown by kind of token."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from claude_tray.i18n.formats import DASH

if TYPE_CHECKING:
    from claude_tray.core.cost_breakdown import CostBreakdown
    from claude_tray.presentation.context import ViewContext


class TokenCostRow(NamedTuple):
    """Cost of one kind of token; `fraction` is its share of the total."""

    name: str
    tokens: str
    cost: str
    fraction: float


def build_token_costs(
    breakdown: CostBreakdown, context: ViewContext
) -> tuple[TokenCostRow, ...]:
    """Build a row for each kind; costs are dashes if a price is missing."""
    translator = context.translator
    total = sum(part.cost for part in breakdown.parts)
    return tuple(
        TokenCostRow(
            name,
            translator.format_tokens(part.tokens),
            translator.format_money(part.cost)
            if breakdown.is_complete
            else DASH,
            part.cost / total if total else 0.0,
        )
        for name, part in zip(
            list_token_kind_names(context), breakdown.parts, strict=True
        )
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
