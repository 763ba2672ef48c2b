"""
Compute the list price of requests.

A price table is data: prices by model and by the date from which they apply.
A model that is not in the table has no price; nothing is guessed.
"""

from __future__ import annotations

import re
from functools import reduce
from operator import add, mul
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NewType

from claude_tray.core.usage import (
    STANDARD_TERMS,
    TOKEN_KINDS,
    ZERO_TOKENS,
    PricingTerms,
    Rate,
    TokenCounts,
    TokenKind,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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
# Model names of Bedrock and Vertex AI; see docs/prices.md.
_CONTEXT_SUFFIX: Final = re.compile(r"\[1m\]$")
_PROVIDER_PREFIX: Final = re.compile(
    r"^(?:anthropic/|(?:(?:us|eu|apac|jp|au|global)\.)?anthropic\.)",
)
_REVISION_SUFFIX: Final = re.compile(r"-v\d+(?::\d+)?$")
_DATE_SUFFIX: Final = re.compile(r"-(?:\d{8}|latest)$")


class ModelPrices(NamedTuple):
    """
    Prices of one model from a date on.

    Attributes:
        since_ms: First millisecond they apply.
        rate: Standard price.
        fast_rate: Price with `speed: fast`; None if not offered.
        tier_threshold: Requests with a longer prompt are billed at
            `rate_above_tier` as a whole; 0 without tiers.
        rate_above_tier: Price of long prompts; None without tiers.
        us_surcharge_percent: Surcharge for `inference_geo: us`.
    """

    since_ms: int
    rate: Rate
    fast_rate: Rate | None = None
    tier_threshold: int = 0
    rate_above_tier: Rate | None = None
    us_surcharge_percent: int = 0


class PriceTable:
    """
    Prices of all known models.

    Args:
        version: Changes whenever any price does.
        models: Prices of each model, newest first.
    """

    def __init__(
        self,
        version: str,
        models: Mapping[str, tuple[ModelPrices, ...]],
    ) -> None:
        self.version = version
        self.models = models
        self.resolved: dict[str, tuple[ModelPrices, ...]] = {}

    def get_model_prices(self, model: str) -> tuple[ModelPrices, ...]:
        """Return the prices of a model, newest first; empty if unknown."""
        model_prices = self.resolved.get(model)
        if model_prices is None:
            name = normalize_model_id(model)
            model_prices = self.models.get(name)
            if model_prices is None:
                model_prices = self.models.get(_DATE_SUFFIX.sub("", name), ())
            self.resolved[model] = model_prices
        return model_prices


def compute_request_cost(
    tokens: TokenCounts,
    model: str,
    terms: PricingTerms,
    at_ms: Millis | int,
    table: PriceTable,
) -> NanoUsd | None:
    """Return the cost of one request, None if its price is unknown."""
    resolved = table.resolved.get(model)
    for model_prices in (
        table.get_model_prices(model) if resolved is None else resolved
    ):
        if at_ms >= model_prices.since_ms:
            # Fast path: nearly all requests are on standard terms.
            if terms == STANDARD_TERMS and not model_prices.tier_threshold:
                # As Rate.compute_cost, without the call for each record.
                return NanoUsd(sum(map(mul, tokens, model_prices.rate)))
            return _apply_terms(tokens, terms, model_prices)
    return None


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
        if at_ms >= model_prices.since_ms:
            return NanoUsd(model_prices.rate.compute_cost(tokens))
    return None


def normalize_model_id(model: str) -> str:
    """Return a model ID in the form of Anthropic's own API."""
    name = _CONTEXT_SUFFIX.sub("", model.strip().lower())
    name = _REVISION_SUFFIX.sub("", _PROVIDER_PREFIX.sub("", name))
    return name.replace("@", "-")


def parse_price_table(
    data: Mapping[str, Any],
    custom_prices: Mapping[str, Mapping[str, float]] | None = None,
) -> PriceTable:
    """
    Return the price table of a data file.

    Args:
        data: `version` and `models`: for each model a list of rows with
            `since_ms` and `rate`, the prices of TOKEN_KINDS in nano-dollars
            per token; `fast`, `tier`, `above` and `us_percent` if they apply.
        custom_prices: The user's own prices by model, in dollars per million
            tokens, by the names of TOKEN_KINDS. They apply at all times.
    """
    models = {
        name: tuple(_parse_model_prices(row) for row in rows)
        for name, rows in data["models"].items()
    }
    version = str(data["version"])
    for name, price in sorted((custom_prices or {}).items()):
        rate = _parse_custom_rate(price)
        models[normalize_model_id(name)] = (ModelPrices(0, rate),)
        version += f";{name}={','.join(map(str, rate))}"
    return PriceTable(version, models)


def _apply_terms(
    tokens: TokenCounts, terms: PricingTerms, model_prices: ModelPrices
) -> NanoUsd | None:
    rate = model_prices.rate
    if (
        model_prices.rate_above_tier
        and tokens.prompt > model_prices.tier_threshold
    ):
        rate = model_prices.rate_above_tier
    if not any(terms):
        return NanoUsd(rate.compute_cost(tokens))
    if terms.speed == "fast":
        if model_prices.fast_rate is None:
            return None
        rate = model_prices.fast_rate
    elif terms.speed:
        return None
    cost = rate.compute_cost(tokens)
    if terms.inference_geo == "us":
        # Rounds by at most half a nano-dollar, once per request.
        cost = (cost * (100 + model_prices.us_surcharge_percent) + 50) // 100
    if terms.service_tier == "batch":
        cost = (cost + 1) // 2
    return NanoUsd(cost + terms.web_searches * _WEB_SEARCH_COST)


def _parse_model_prices(row: Mapping[str, Any]) -> ModelPrices:
    fast, above = row.get("fast"), row.get("above")
    return ModelPrices(
        row["since_ms"],
        Rate(*row["rate"]),
        Rate(*fast) if fast else None,
        row.get("tier", 0),
        Rate(*above) if above else None,
        row.get("us_percent", 0),
    )


def _parse_custom_rate(price: Mapping[str, float]) -> Rate:
    """Return a custom price; cache prices default to a share of input."""
    return Rate(
        *(round(_get_custom_price(price, kind) * 1000) for kind in TOKEN_KINDS)
    )


def _get_custom_price(price: Mapping[str, float], kind: TokenKind) -> float:
    if kind.input_price_factor is None:
        return price[kind.name]
    return price.get(kind.name, price["input"] * kind.input_price_factor)


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
    """

    messages: int = 0
    tokens: TokenCounts = ZERO_TOKENS
    priced_cost: NanoUsd = ZERO_COST
    unpriced: int = 0
    incomplete: int = 0

    @property
    def cost(self) -> NanoUsd | None:
        """Total cost, or None if the price of any part is unknown."""
        return None if self.unpriced else self.priced_cost

    @property
    def is_lower_bound(self) -> bool:
        """Whether the actual usage or cost may be higher."""
        return self.unpriced > 0 or self.incomplete > 0

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
        )


ZERO_TOTALS = Totals()


def sum_totals(parts: Iterable[Totals]) -> Totals:
    """Return the sum of several totals."""
    return reduce(Totals.plus, parts, ZERO_TOTALS)


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


def _build_cost_key(item: tuple[str, Totals]) -> tuple[int, int, str]:
    name, totals = item
    return -totals.priced_cost, -sum(totals.tokens), name
