"""
Which price holds for a request.

A table is data: a model's prices by the day from which they hold, with what
they depend on. Nothing is guessed: a model that a table does not name has no
price.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NewType

from claude_tray.core.tokens import TOKEN_KINDS, Rate
from claude_tray.core.usage import STANDARD_TERMS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from claude_tray.core.time import Millis
    from claude_tray.core.tokens import TokenCounts, TokenKind
    from claude_tray.core.usage import PricingTerms


# Prices are quoted in dollars for a million tokens with at most three
# decimals, so a whole number of nano-dollars for a token is always exact.
NanoUsd = NewType("NanoUsd", int)

NANO_USD_PER_USD: Final = 1_000_000_000
ZERO_COST: Final = NanoUsd(0)


def format_usd(cost: NanoUsd | None) -> str | None:
    """
    Return a cost as decimal dollars without loss, None for an unknown one.

    As "0.105" or "12.00": two decimals at least, nine at most.
    """
    if cost is None:
        return None
    sign = "-" if cost < 0 else ""
    integer_part, fraction = divmod(abs(cost), NANO_USD_PER_USD)
    decimals = f"{fraction:09d}".rstrip("0").ljust(2, "0")
    return f"{sign}{integer_part}.{decimals}"


# $10 for 1,000 searches.
_WEB_SEARCH_COST: Final = 10_000_000
# Names as other providers write them; facts: docs/prices.md.
_CONTEXT_SUFFIX: Final = re.compile(r"\[1m\]$")
_PROVIDER_PREFIX: Final = re.compile(
    r"^(?:anthropic/|(?:(?:us|eu|apac|jp|au|global)\.)?anthropic\.)",
)
_REVISION_SUFFIX: Final = re.compile(r"-v\d+(?::\d+)?$")
_DATE_SUFFIX: Final = re.compile(r"-(?:\d{8}|latest)$")


class ModelPrices(NamedTuple):
    """
    A model's prices from a day on.

    Attributes:
        since_ms: The first moment they hold.
        rate: The usual price.
        fast_rate: With `speed: fast`; None where there is no such thing.
        tier_threshold: A request with a longer prompt is at `above` as a whole.
        rate_above_tier: That price; None without a tier.
        us_surcharge_percent: The surcharge for `inference_geo: us`.
    """

    since_ms: int
    rate: Rate
    fast_rate: Rate | None = None
    tier_threshold: int = 0
    rate_above_tier: Rate | None = None
    us_surcharge_percent: int = 0


class PriceTable:
    """
    The prices of all models that are known.

    Args:
        version: Changes whenever any price does.
        models: Each model's prices, the latest first.
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
        """Return a model's prices, the latest first; none if unknown."""
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
    """Return what a request costs, None where its price is not known."""
    resolved = table.resolved.get(model)
    for model_prices in (
        table.get_model_prices(model) if resolved is None else resolved
    ):
        if at_ms >= model_prices.since_ms:
            if terms == STANDARD_TERMS and not model_prices.tier_threshold:
                return NanoUsd(model_prices.rate.compute_cost(tokens))
            return _apply_terms(tokens, terms, model_prices)
    return None


def compute_aggregate_cost(
    tokens: TokenCounts,
    model: str,
    at_ms: int,
    table: PriceTable,
) -> NanoUsd | None:
    """
    Return what many requests cost, None where their price is not known.

    At the usual rate: how long each prompt was is not known.
    """
    for model_prices in table.get_model_prices(model):
        if at_ms >= model_prices.since_ms:
            return NanoUsd(model_prices.rate.compute_cost(tokens))
    return None


def normalize_model_id(model: str) -> str:
    """Return a model's name as Anthropic's own API has it."""
    name = _CONTEXT_SUFFIX.sub("", model.strip().lower())
    name = _REVISION_SUFFIX.sub("", _PROVIDER_PREFIX.sub("", name))
    return name.replace("@", "-")


def parse_price_table(
    data: Mapping[str, Any],
    custom_prices: Mapping[str, Mapping[str, float]] | None = None,
) -> PriceTable:
    """
    Return the table that a data file describes.

    Args:
        data: `version` and `models`: for each a list of rows with `since_ms`
            and `rate`, the prices of TOKEN_KINDS in nano-dollars per token;
            `fast`, `tier`, `above` and `us_percent` where they apply.
        custom_prices: The user's own prices by model, in dollars per million
            tokens, by the names of TOKEN_KINDS. They hold at all times.
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
        # Half a nano-dollar at the most is rounded, once for a request.
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
    """Return a price set by the user; prices of the cache may be left out."""
    return Rate(
        *(round(_get_custom_price(price, kind) * 1000) for kind in TOKEN_KINDS)
    )


def _get_custom_price(price: Mapping[str, float], kind: TokenKind) -> float:
    if kind.input_price_factor is None:
        return price[kind.name]
    return price.get(kind.name, price["input"] * kind.input_price_factor)
