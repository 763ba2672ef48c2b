"""Break the cost of usage down by category of tokens."""

from __future__ import annotations

from itertools import pairwise
from operator import mul
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from claude_tray.core.cost import Totals, compute_request_cost
from claude_tray.core.usage import TOKEN_KINDS, PricingTerms, TokenCounts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from claude_tray.core.price_table import PriceTable


class BillableUsage(Protocol):
    """Usage of one model on the same pricing terms."""

    @property
    def model(self) -> str: ...

    @property
    def terms(self) -> PricingTerms: ...

    @property
    def totals(self) -> Totals: ...


class TokenCost(NamedTuple):
    """Tokens of one category and their cost in nano-dollars."""

    tokens: int = 0
    cost: int = 0

    def plus(self, tokens: int, cost: int) -> TokenCost:
        return TokenCost(self.tokens + tokens, self.cost + cost)


class CostBreakdown(NamedTuple):
    """
    Tokens and cost by category.

    Attributes:
        is_complete: Every token has a known price.
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
_FIVE_MINUTES_MS: Final = 300_000
_HOUR_MS: Final = 3_600_000
# TokenKind.category, in the order of CostBreakdown.
CATEGORIES: Final = ("cache_read", "cache_write", "output", "input")


def break_down_cost(
    usages: Iterable[BillableUsage],
    prices: PriceTable,
    at_ms: int,
) -> CostBreakdown:
    """
    Return tokens and cost by category.

    Each usage's stored cost is split in the ratio of the list prices, so the
    parts add up to the cost shown everywhere, surcharges included.

    Args:
        usages: Usage by model and terms.
        prices: Price table.
        at_ms: Time of the usage, in milliseconds since 1970.
    """
    costs = [TokenCost() for _ in CATEGORIES]
    is_complete = True
    for usage in usages:
        split = [
            select_category(usage.totals.tokens, category)
            for category in CATEGORIES
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


class CacheUse(NamedTuple):
    """
    How a request used the prompt cache.

    Attributes:
        read: Tokens that were read.
        written: Tokens that were written.
        lifetime_ms: How long a cache that it wrote is kept.
    """

    read: int
    written: int
    lifetime_ms: int


def measure_cache(tokens: TokenCounts) -> CacheUse:
    """Return what a request read from the cache and wrote to it."""
    is_long = tokens.cache_write_1h > 0
    return CacheUse(
        tokens.cache_read,
        tokens.cache_write,
        _HOUR_MS if is_long else _FIVE_MINUTES_MS,
    )


# By category: 1 for its kinds of tokens.
_MASKS: Final = {
    category: tuple(int(kind.category == category) for kind in TOKEN_KINDS)
    for category in CATEGORIES
}


def select_category(tokens: TokenCounts, category: str) -> TokenCounts:
    """Return the counts of one of CATEGORIES, the others as 0."""
    return TokenCounts(*map(mul, tokens, _MASKS[category]))


def _apportion(cost: int, weights: Sequence[int]) -> list[int]:
    """Split a cost in the ratio of the weights, exact to the nano-dollar."""
    total = sum(weights)
    if not total:
        return [0, 0, 0, cost]
    ends, running_total = [0], 0
    for weight in weights:
        running_total += weight
        ends.append(cost * running_total // total)
    return [end - start for start, end in pairwise(ends)]


def is_long_lived(tokens: TokenCounts) -> bool:
    """Return whether a request wrote to the cache for an hour."""
    return tokens.cache_write_1h > 0


def build_cache_write(count: int, *, is_long_lived: bool) -> TokenCounts:
    """Return so many tokens as a cache write."""
    if is_long_lived:
        return TokenCounts(cache_write_1h=count)
    return TokenCounts(cache_write_5m=count)
