"""
Compute the list price of requests.

A model that is not in the price table has no price; nothing is guessed.
"""

from __future__ import annotations

from heapq import nsmallest
from operator import add, mul, sub
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NewType

from claude_tray.core.billing import is_free
from claude_tray.core.bounds import MAX_COST
from claude_tray.core.usage import (
    OTHER_REQUESTS,
    STANDARD_TERMS,
    ZERO_TOKENS,
    PricingTerms,
    Rate,
    TokenCounts,
    is_other_requests,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from claude_tray.core.price_table import ModelPrices, PriceTable
    from claude_tray.core.time import Millis


# Prices are quoted in dollars per million tokens with at most three decimals,
# so an integer number of nano-dollars per token is always exact.
NanoUsd = NewType("NanoUsd", int)

NANO_USD_PER_USD: Final = 1_000_000_000
ZERO_COST: Final = NanoUsd(0)


def format_usd(cost: NanoUsd | None) -> str | None:
    """
    Return a cost as decimal dollars without loss, None if it is unknown.

    Such as "0.105" or "12.00": two to nine decimals.
    """
    if cost is None:
        return None
    sign = "-" if cost < 0 else ""
    integer_part, fraction = divmod(abs(cost), NANO_USD_PER_USD)
    decimals = f"{fraction:09d}".rstrip("0").ljust(2, "0")
    return f"{sign}{integer_part}.{decimals}"


# $10 per 1,000 searches.
_WEB_SEARCH_COST: Final = 10_000_000
# "" is standard; the price of priority is that of a contract.
_KNOWN_TIERS: Final = ("", "priority", "batch", OTHER_REQUESTS)


def compute_request_cost(
    tokens: TokenCounts,
    model: str,
    terms: PricingTerms,
    at_ms: Millis | int,
    table: PriceTable,
) -> NanoUsd | None:
    """
    Return the cost of one request, None if it is unknown or absurd.

    A request without tokens and searches costs nothing at any price.
    """
    resolved = table.resolved.get(model)
    for model_prices in (
        table.get_model_prices(model) if resolved is None else resolved
    ):
        if at_ms >= model_prices.since_ms:
            # Fast path: nearly all requests are on standard terms.
            if model_prices.is_flat and terms == STANDARD_TERMS:
                # As Rate.compute_cost, without the call for each record.
                cost = NanoUsd(sum(map(mul, tokens, model_prices.rate)))
                return cost if cost <= MAX_COST else None
            if model_prices.is_valid_hour(at_ms):
                return _apply_terms(tokens, terms, model_prices)
    return _price_unknown(tokens, terms)


def _price_unknown(tokens: TokenCounts, terms: PricingTerms) -> NanoUsd | None:
    """Return the cost of a request whose price is unknown."""
    return ZERO_COST if is_free(tokens, terms.web_searches) else None


def compute_aggregate_cost(
    tokens: TokenCounts,
    model: str,
    at_ms: int,
    table: PriceTable,
) -> NanoUsd | None:
    """
    Return the cost of many requests, None if their price is unknown.

    Uses the standard rate because single prompt sizes are unknown.
    """
    for model_prices in table.get_model_prices(model):
        # The hours of single requests are unknown too.
        if at_ms >= model_prices.since_ms and not model_prices.hours:
            cost = _round_to_nano(
                model_prices.rate.compute_cost(tokens), model_prices
            )
            return cost if cost <= MAX_COST else None
    return None


def _apply_terms(
    tokens: TokenCounts, terms: PricingTerms, model_prices: ModelPrices
) -> NanoUsd | None:
    if terms.service_tier not in _KNOWN_TIERS:
        return _price_unknown(tokens, terms)
    rate: Rate | None = model_prices.rate
    # Of other requests, the size of a single one is unknown.
    tiers = () if is_other_requests(terms) else model_prices.tiers
    for size, tier_rate in tiers:
        if tokens.prompt > size:
            rate = tier_rate
    if terms.speed:
        rate = model_prices.fast_rate if terms.speed == "fast" else None
    if rate is None:
        return _price_unknown(tokens, terms)
    cost = rate.compute_cost(tokens)
    if terms.inference_geo == "us":
        # Rounds by at most half a unit, once per request.
        cost = (cost * (100 + model_prices.us_surcharge_percent) + 50) // 100
    if terms.service_tier == "batch":
        cost = (cost + 1) // 2
    cost = _round_to_nano(cost, model_prices)
    cost += terms.web_searches * _WEB_SEARCH_COST
    return NanoUsd(cost) if cost <= MAX_COST else None


def _round_to_nano(cost: int, model_prices: ModelPrices) -> NanoUsd:
    units = model_prices.units_per_nano
    return NanoUsd((cost + units // 2) // units)


# Path of a project and name of a model.
ProjectModelKey = tuple[str, str]


class Totals(NamedTuple):
    """
    Sum of any number of records.

    Attributes:
        messages: Number of responses, without advisor parts.
        tokens: Token counts.
        priced_cost: Cost of the records with a known price.
        unpriced: Number of records without a known price.
        incomplete: Number of responses without a final line.
        unconfirmed: Number of responses in sessions, or parts of sessions,
            for which Claude Code has not written its own sums: it may have
            sent other requests that are unknown.
        other_cost: Cost of other requests, which is part of the priced cost.
        other_tokens: Their tokens of all kinds, which are part of the tokens.
    """

    messages: int = 0
    tokens: TokenCounts = ZERO_TOKENS
    priced_cost: NanoUsd = ZERO_COST
    unpriced: int = 0
    incomplete: int = 0
    unconfirmed: int = 0
    other_cost: NanoUsd = ZERO_COST
    other_tokens: int = 0

    @property
    def cost(self) -> NanoUsd | None:
        """Total cost, or None if the price or usage of any part is unknown."""
        is_unknown = self.incomplete and not any(self.tokens)
        return None if self.unpriced or is_unknown else self.priced_cost

    @property
    def is_known(self) -> bool:
        """Whether these are sums of a store, not a placeholder."""
        return True

    @property
    def is_lower_bound(self) -> bool:
        """Whether the actual usage or cost may be higher."""
        return self.unpriced > 0 or self.incomplete > 0 or self.unconfirmed > 0

    @property
    def incomplete_percent(self) -> float:
        """Percentage of responses without a final line, 0 to 100."""
        if not self.messages:
            return 0.0
        return 100 * self.incomplete / self.messages

    def plus(self, other: Totals) -> Totals:
        return Totals(
            self.messages + other.messages,
            # As TokenCounts.plus, without the call: snapshots add many.
            TokenCounts(*map(add, self.tokens, other.tokens)),
            NanoUsd(self.priced_cost + other.priced_cost),
            self.unpriced + other.unpriced,
            self.incomplete + other.incomplete,
            self.unconfirmed + other.unconfirmed,
            NanoUsd(self.other_cost + other.other_cost),
            self.other_tokens + other.other_tokens,
        )

    def minus(self, part: Totals) -> Totals:
        """Return what is left without a part of these totals."""
        return Totals(
            self.messages - part.messages,
            TokenCounts(*map(sub, self.tokens, part.tokens)),
            NanoUsd(self.priced_cost - part.priced_cost),
            self.unpriced - part.unpriced,
            self.incomplete - part.incomplete,
            self.unconfirmed - part.unconfirmed,
            NanoUsd(self.other_cost - part.other_cost),
            self.other_tokens - part.other_tokens,
        )


class UnknownTotals(Totals):
    """Placeholder for the totals of a store that cannot be read."""

    __slots__ = ()

    @property
    def is_known(self) -> bool:
        return False

    def plus(self, other: Totals) -> Totals:
        del other
        return self


# So many make a median that one odd period does not move.
MIN_EARLIER_PERIODS: Final = 3
ZERO_TOTALS = Totals()
# Shown as dashes: a cost without a known price, and no number of tokens.
UNKNOWN_TOTALS: Final = UnknownTotals(unpriced=1)


def sum_totals(parts: Iterable[Totals]) -> Totals:
    """Return the sum of several totals."""
    listed: list[Any] = [ZERO_TOTALS, *parts]
    # Column by column, which takes a third of the time of adding each.
    messages, tokens, *columns = zip(*listed, strict=True)
    sums: list[Any] = list(map(sum, columns))
    return Totals(
        sum(messages), TokenCounts(*map(sum, zip(*tokens, strict=True))), *sums
    )


def compute_change_percent(
    now: float | None, before: float | None
) -> float | None:
    """Compare with an earlier value; None if one is unknown or it was 0."""
    if now is None or not before:
        return None
    return (now / before - 1) * 100


def compare_with_usual(costs: Sequence[int]) -> float | None:
    """
    Compare a cost with the median of earlier ones, in percent.

    Args:
        costs: The cost of a period, then those of the periods before it,
            newest first. Empty ones at the end are before the first use.

    Returns:
        As 18.0 for 18% more than usual; None with fewer than three earlier
        periods, or if nothing is used or usual.
    """
    now, *earlier = costs or (0,)
    while earlier and not earlier[-1]:
        earlier.pop()
    if not now or len(earlier) < MIN_EARLIER_PERIODS:
        return None
    # Importing `statistics` takes a megabyte, which every popup would need.
    ordered, middle = sorted(earlier), len(earlier) // 2
    median = (ordered[middle] + ordered[~middle]) / 2
    return compute_change_percent(now, median)


def merge_totals(
    base: Mapping[str, Totals],
    parts: Iterable[tuple[str, Totals]],
) -> dict[str, Totals]:
    """Return totals by name with more totals added to them."""
    merged = dict(base)
    for name, totals in parts:
        existing = merged.get(name)
        merged[name] = existing.plus(totals) if existing else totals
    return merged


def group_by_project(
    parts: Mapping[ProjectModelKey, Totals],
) -> dict[str, Totals]:
    """Return totals by path of the project."""
    return merge_totals(
        {}, ((path, totals) for (path, _), totals in parts.items())
    )


def group_by_model(
    parts: Mapping[ProjectModelKey, Totals],
) -> dict[str, Totals]:
    """Return totals by name of the model."""
    return merge_totals(
        {}, ((name, totals) for (_, name), totals in parts.items())
    )


def rank_by_cost(
    totals_by_name: Iterable[tuple[str, Totals]],
) -> list[tuple[str, Totals]]:
    """Return the most expensive first; without prices, the most used."""
    return sorted(totals_by_name, key=_build_cost_key)


def select_most_expensive(
    totals_by_name: Iterable[tuple[str, Totals]], count: int
) -> list[tuple[str, Totals]]:
    """Return the first ones of `rank_by_cost`, without sorting all."""
    return nsmallest(count, totals_by_name, key=_build_cost_key)


def _build_cost_key(item: tuple[str, Totals]) -> tuple[int, int, str]:
    name, totals = item
    return -totals.priced_cost, -sum(totals.tokens), name
