"""
Which price holds for a request.

A table is data: a model's prices by the day from which they hold, with what
they depend on. Nothing is guessed: a model that a table does not name has no
price.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.domain.price import NanoUsd, Rate
from claude_tray.domain.usage import STANDARD_TERMS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from claude_tray.domain.usage import Millis, Terms, TokenCounts

# $10 for 1,000 searches.
_SEARCH: Final = 10_000_000
# Names as other providers write them; facts: docs/prices.md.
_CONTEXT: Final = re.compile(r"\[1m\]$")
_PROVIDER: Final = re.compile(
    r"^(?:anthropic/|(?:(?:us|eu|apac|jp|au|global)\.)?anthropic\.)",
)
_REVISION: Final = re.compile(r"-v\d+(?::\d+)?$")
_DAY: Final = re.compile(r"-(?:\d{8}|latest)$")


class Prices(NamedTuple):
    """
    A model's prices from a day on.

    Attributes:
        since_ms: The first moment they hold.
        rate: The usual price.
        fast: With `speed: fast`; None where there is no such thing.
        tier: A request with a longer prompt is at `above` as a whole.
        above: That price; None without a tier.
        us_percent: The surcharge for `inference_geo: us`.
    """

    since_ms: int
    rate: Rate
    fast: Rate | None = None
    tier: int = 0
    above: Rate | None = None
    us_percent: int = 0


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
        models: Mapping[str, tuple[Prices, ...]],
    ) -> None:
        self.version = version
        self.models = models
        self.found: dict[str, tuple[Prices, ...]] = {}

    def prices_of(self, model: str) -> tuple[Prices, ...]:
        """Return a model's prices, the latest first; none if unknown."""
        found = self.found.get(model)
        if found is None:
            name = normalised(model)
            found = self.models.get(name)
            if found is None:
                found = self.models.get(_DAY.sub("", name), ())
            self.found[model] = found
        return found


def price_of(
    tokens: TokenCounts,
    model: str,
    terms: Terms,
    at_ms: Millis | int,
    table: PriceTable,
) -> NanoUsd | None:
    """Return what a request costs, None where its price is not known."""
    found = table.found.get(model)
    for prices in table.prices_of(model) if found is None else found:
        if at_ms >= prices.since_ms:
            if terms == STANDARD_TERMS and not prices.tier:
                return NanoUsd(prices.rate.cost_of(tokens))
            return _cost(tokens, terms, prices)
    return None


def price_of_sum(
    tokens: TokenCounts,
    model: str,
    at_ms: int,
    table: PriceTable,
) -> NanoUsd | None:
    """
    Return what many requests cost, None where their price is not known.

    At the usual rate: how long each prompt was is not known.
    """
    for prices in table.prices_of(model):
        if at_ms >= prices.since_ms:
            return NanoUsd(prices.rate.cost_of(tokens))
    return None


def normalised(model: str) -> str:
    """Return a model's name as Anthropic's own API has it."""
    name = _CONTEXT.sub("", model.strip().lower())
    name = _REVISION.sub("", _PROVIDER.sub("", name))
    return name.replace("@", "-")


def table_from(
    data: Mapping[str, Any],
    own: Mapping[str, Mapping[str, float]] | None = None,
) -> PriceTable:
    """
    Return the table that a data file describes.

    Args:
        data: `version` and `models`: for each a list of rows with `since_ms`
            and five prices in nano-dollars for a token; `fast`, `tier`,
            `above` and `us_percent` where they apply.
        own: A person's own prices in dollars for a million tokens, by model:
            `input`, `output`, `cache_write_5m`, `cache_write_1h`,
            `cache_read`. They hold at all times.
    """
    models = {
        name: tuple(_prices(row) for row in rows)
        for name, rows in data["models"].items()
    }
    version = str(data["version"])
    for name, price in sorted((own or {}).items()):
        rate = _own_rate(price)
        models[normalised(name)] = (Prices(0, rate),)
        version += f";{name}={','.join(map(str, rate))}"
    return PriceTable(version, models)


def _cost(tokens: TokenCounts, terms: Terms, prices: Prices) -> NanoUsd | None:
    rate = prices.rate
    if prices.above and tokens.prompt > prices.tier:
        rate = prices.above
    if not any(terms):
        return NanoUsd(rate.cost_of(tokens))
    if terms.speed == "fast":
        if prices.fast is None:
            return None
        rate = prices.fast
    elif terms.speed:
        return None
    cost = rate.cost_of(tokens)
    if terms.inference_geo == "us":
        # Half a nano-dollar at the most is rounded, once for a request.
        cost = (cost * (100 + prices.us_percent) + 50) // 100
    if terms.service_tier == "batch":
        cost = (cost + 1) // 2
    return NanoUsd(cost + terms.web_searches * _SEARCH)


def _prices(row: Mapping[str, Any]) -> Prices:
    fast, above = row.get("fast"), row.get("above")
    return Prices(
        row["since_ms"],
        Rate(*row["rate"]),
        Rate(*fast) if fast else None,
        row.get("tier", 0),
        Rate(*above) if above else None,
        row.get("us_percent", 0),
    )


def _own_rate(price: Mapping[str, float]) -> Rate:
    """Return a person's own price; cache prices follow from the input's."""
    given = price["input"]
    dollars = (
        given,
        price["output"],
        price.get("cache_write_5m", given * 1.25),
        price.get("cache_write_1h", given * 2),
        price.get("cache_read", given * 0.1),
    )
    return Rate(*(round(value * 1000) for value in dollars))
