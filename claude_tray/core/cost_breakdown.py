"""What each kind of token cost."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from claude_tray.core.pricing import compute_request_cost
from claude_tray.core.tokens import TOKEN_KINDS, TokenCounts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from claude_tray.core.pricing import PriceTable
    from claude_tray.core.totals import Totals
    from claude_tray.core.usage import PricingTerms


class BillableUsage(Protocol):
    """What was used of a model under the terms of its price."""

    @property
    def model(self) -> str: ...

    @property
    def terms(self) -> PricingTerms: ...

    @property
    def totals(self) -> Totals: ...


class TokenCost(NamedTuple):
    """Tokens of a kind, and the nano-dollars they cost."""

    tokens: int = 0
    cost: int = 0

    def plus(self, tokens: int, cost: int) -> TokenCost:
        return TokenCost(self.tokens + tokens, self.cost + cost)


class CostBreakdown(NamedTuple):
    """
    Tokens by kind.

    Attributes:
        is_complete: Each of them has a price.
    """

    cache_read: TokenCost = TokenCost()
    cache_write: TokenCost = TokenCost()
    output: TokenCost = TokenCost()
    input: TokenCost = TokenCost()
    is_complete: bool = True

    @property
    def parts(self) -> tuple[TokenCost, TokenCost, TokenCost, TokenCost]:
        return self.cache_read, self.cache_write, self.output, self.input


ZERO_COST_BREAKDOWN: Final = CostBreakdown()
# TokenKind.category, in the order of CostBreakdown.
_CATEGORIES: Final = ("cache_read", "cache_write", "output", "input")


def break_down_cost(
    usages: Iterable[BillableUsage],
    prices: PriceTable,
    at_ms: int,
) -> CostBreakdown:
    """
    Return what the tokens of some uses cost by kind.

    The kinds of a use share its stored cost in the ratio of their prices, so
    that their sum is the cost that is shown elsewhere, surcharges included.

    Args:
        usages: What was used.
        prices: What it costs.
        at_ms: When it was used.
    """
    costs = [TokenCost() for _ in _CATEGORIES]
    is_complete = True
    for usage in usages:
        split = [
            _select_category(usage.totals.tokens, category)
            for category in _CATEGORIES
        ]
        single_costs = [
            compute_request_cost(
                tokens, usage.model, usage.terms, at_ms, prices
            )
            for tokens in split
        ]
        known_costs = [cost for cost in single_costs if cost is not None]
        is_fully_priced = (
            len(known_costs) == len(split) and not usage.totals.unpriced
        )
        is_complete = is_complete and is_fully_priced
        parts = (
            _apportion(usage.totals.priced_cost, known_costs)
            if is_fully_priced
            else [0] * len(split)
        )
        for index, (tokens, cost) in enumerate(
            zip(split, parts, strict=True),
        ):
            costs[index] = costs[index].plus(tokens.total, cost)
    cache_read, cache_write, output, input_ = costs
    return CostBreakdown(cache_read, cache_write, output, input_, is_complete)


def _select_category(tokens: TokenCounts, category: str) -> TokenCounts:
    """Return the counts of one category, the others as 0."""
    return TokenCounts(
        *(
            count if kind.category == category else 0
            for kind, count in zip(TOKEN_KINDS, tokens, strict=True)
        )
    )


def _apportion(cost: int, weights: Sequence[int]) -> list[int]:
    """Share a cost in a ratio, to the last nano-dollar."""
    total = sum(weights)
    if not total:
        return [0, 0, 0, cost]
    ends, running_total = [0], 0
    for weight in weights:
        running_total += weight
        ends.append(cost * running_total // total)
    return [end - start for start, end in pairwise(ends)]
