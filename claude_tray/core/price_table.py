"""
Look up the prices of a model.

A price table is data: prices by model and by the date from which they apply,
the user's own prices, and a list of other vendors' prices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.core.model_ids import parse_model_id, strip_date
from claude_tray.core.usage import TOKEN_KINDS, Rate, TokenKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence


# Surcharges and cheap models need fractions of a nano-dollar.
_FINE_UNITS: Final = 1_000
_MILLION: Final = 1_000_000
_MINUTE_MS: Final = 60_000
_MINUTES_PER_DAY: Final = 1_440
# Transcripts may name any number of models.
_MAX_RESOLVED: Final = 4_096
# Changes with the rules by which costs are computed.
RULES_VERSION: Final = "+1"
MULTIPLIER_KEY: Final = "multiplier"


class ModelPrices(NamedTuple):
    """
    Prices of one model from a date on.

    Attributes:
        since_ms: First millisecond they apply.
        rate: Standard price.
        fast_rate: Price with `speed: fast`; None if not offered.
        tiers: Prompt sizes and the price of requests with a longer prompt,
            which are billed at it as a whole; ascending.
        us_surcharge_percent: Surcharge for `inference_geo: us`.
        regional_percent: Surcharge for regional endpoints of clouds.
        hours: Minutes of the UTC day from and to which they apply; empty:
            always.
        units_per_nano: Units of a rate in a nano-dollar.
        is_flat: Standard requests cost `rate`, whatever their size and hour.
    """

    since_ms: int
    rate: Rate
    fast_rate: Rate | None = None
    tiers: tuple[tuple[int, Rate], ...] = ()
    us_surcharge_percent: int = 0
    regional_percent: int = 0
    hours: tuple[tuple[int, int], ...] = ()
    units_per_nano: int = 1
    is_flat: bool = True

    def scale(self, factor: int, divisor: int) -> ModelPrices:
        """Return these prices times a factor, in smaller units."""

        def scale_rate(rate: Rate) -> Rate:
            # Exact for surcharges; a rounded custom price is a new price.
            units = _FINE_UNITS // self.units_per_nano
            return Rate(
                *((2 * n * units * factor // divisor + 1) // 2 for n in rate)
            )

        return self._replace(
            rate=scale_rate(self.rate),
            fast_rate=self.fast_rate and scale_rate(self.fast_rate),
            tiers=tuple((size, scale_rate(rate)) for size, rate in self.tiers),
            units_per_nano=_FINE_UNITS,
            is_flat=False,
        )

    def is_valid_hour(self, at_ms: int) -> bool:
        """Return whether they apply at this time of the day."""
        minute = at_ms // _MINUTE_MS % _MINUTES_PER_DAY
        return not self.hours or any(
            start <= minute < end for start, end in self.hours
        )


class PriceOverride(NamedTuple):
    """
    The user's price of a model, or of all models that match a pattern.

    Attributes:
        pattern: Model ID, in lower case; "*" matches any text.
        prices: The price; empty to use the one that applies otherwise.
        millionths: Factor of the price, in millionths.
    """

    pattern: str
    prices: tuple[ModelPrices, ...]
    millionths: int = _MILLION

    @property
    def specificity(self) -> tuple[bool, int, str]:
        """Sort key: exact IDs, then the patterns with the most letters."""
        literal_count = len(self.pattern.replace("*", ""))
        return "*" not in self.pattern, literal_count, self.pattern

    def matches(self, model: str) -> bool:
        """Return whether it applies to a model ID."""
        if "*" not in self.pattern:
            name = parse_model_id(self.pattern).name
            return name == parse_model_id(model).name
        text, name = model.strip().lower(), parse_model_id(model).name
        return match_glob(self.pattern, text) or (
            match_glob(self.pattern, name)
        )


class PriceTable:
    """
    Prices of all known models.

    Args:
        version: Changes whenever any price does.
        models: Prices of each model, newest first.
        overrides: The user's own prices, most specific first.
        find_open_prices: Looks another vendor's model up.
    """

    def __init__(
        self,
        version: str,
        models: Mapping[str, tuple[ModelPrices, ...]],
        overrides: Sequence[PriceOverride] = (),
        find_open_prices: Callable[[str], tuple[ModelPrices, ...]]
        | None = None,
    ) -> None:
        self.version = version
        self.models = models
        self.overrides = overrides
        self.find_open_prices = find_open_prices
        self.resolved: dict[str, tuple[ModelPrices, ...]] = {}

    def get_model_prices(self, model: str) -> tuple[ModelPrices, ...]:
        """Return the prices of a model, newest first; empty if unknown."""
        model_prices = self.resolved.get(model)
        if model_prices is None:
            if len(self.resolved) >= _MAX_RESOLVED:
                self.resolved.clear()
            model_prices = self.resolved[model] = self._resolve(model)
        return model_prices

    def _resolve(self, model: str) -> tuple[ModelPrices, ...]:
        millionths = _MILLION
        model_prices: tuple[ModelPrices, ...] | None = None
        for override in self.overrides:
            if override.matches(model):
                millionths = millionths * override.millionths // _MILLION
                if override.prices:
                    model_prices = override.prices
                    break
        if model_prices is None:
            model_prices = self._find_list_prices(model)
        if millionths == _MILLION:
            return model_prices
        return tuple(p.scale(millionths, _MILLION) for p in model_prices)

    def _find_list_prices(self, model: str) -> tuple[ModelPrices, ...]:
        name, is_regional = parse_model_id(model)
        model_prices = self.models.get(name)
        if model_prices is None:
            model_prices = self.models.get(strip_date(name), ())
        if is_regional:
            return tuple(map(_add_regional_surcharge, model_prices))
        if model_prices or name.startswith("claude-"):
            return model_prices
        return self.find_open_prices(model) if self.find_open_prices else ()


def match_glob(pattern: str, text: str) -> bool:
    """Return whether a text matches a pattern, in which "*" is any text."""
    first, *middle, last = pattern.split("*")
    if not text.startswith(first):
        return False
    position = len(first)
    for part in middle:
        position = text.find(part, position)
        if position < 0:
            return False
        position += len(part)
    return len(text) - len(last) >= position and text.endswith(last)


def _add_regional_surcharge(model_prices: ModelPrices) -> ModelPrices:
    """Return the price of a region; clouds have no `inference_geo`."""
    percent = model_prices.regional_percent
    if not percent:
        return model_prices
    return model_prices._replace(us_surcharge_percent=0).scale(
        100 + percent, 100
    )


def parse_price_table(
    data: Mapping[str, Any],
    custom_prices: Mapping[str, Mapping[str, float]] | None = None,
    find_open_prices: Callable[[str], tuple[ModelPrices, ...]] | None = None,
) -> PriceTable:
    """
    Return the price table of a data file.

    Args:
        data: `version` and `models`: for each model a list of rows, see
            `parse_model_prices`.
        custom_prices: The user's own prices by model or pattern, in dollars
            per million tokens, by the names of TOKEN_KINDS, or a
            `multiplier`. They apply at all times.
        find_open_prices: Looks another vendor's model up.
    """
    models = {
        name: parse_model_prices(rows) for name, rows in data["models"].items()
    }
    overrides = [
        _parse_override(name, price)
        for name, price in (custom_prices or {}).items()
    ]
    overrides.sort(key=lambda override: override.specificity, reverse=True)
    version = "".join(
        (str(data["version"]), RULES_VERSION, *map(_format_version, overrides))
    )
    return PriceTable(version, models, overrides, find_open_prices)


def parse_model_prices(
    rows: Iterable[Mapping[str, Any]], units_per_nano: int = 1
) -> tuple[ModelPrices, ...]:
    """
    Return the prices of one model.

    Args:
        rows: Newest first, with `since_ms` and `rate`, the prices of
            TOKEN_KINDS per token; `fast`, `tier` and `above`, `tiers`,
            `hours`, `us_percent` and `regional_percent` if they apply.
        units_per_nano: Units of the rates in a nano-dollar.
    """
    return tuple(_parse_row(row, units_per_nano) for row in rows)


def _parse_row(row: Mapping[str, Any], units_per_nano: int) -> ModelPrices:
    tiers = list(row.get("tiers", ()))
    if "tier" in row:
        tiers.append((row["tier"], row["above"]))
    hours = row.get("hours", ())
    return ModelPrices(
        row["since_ms"],
        Rate(*row["rate"]),
        Rate(*row["fast"]) if "fast" in row else None,
        tuple((size, Rate(*rate)) for size, rate in tiers),
        row.get("us_percent", 0),
        row.get("regional_percent", 0),
        tuple((start, end) for start, end in hours),
        units_per_nano,
        is_flat=units_per_nano == 1 and not tiers and not hours,
    )


def _parse_override(name: str, price: Mapping[str, float]) -> PriceOverride:
    prices: tuple[ModelPrices, ...] = ()
    if "input" in price:
        rate = Rate(*(_parse_custom_price(price, k) for k in TOKEN_KINDS))
        if any(n % _FINE_UNITS for n in rate):
            prices = (
                ModelPrices(
                    0, rate, units_per_nano=_FINE_UNITS, is_flat=False
                ),
            )
        else:
            prices = (ModelPrices(0, Rate(*(n // _FINE_UNITS for n in rate))),)
    millionths = round(price.get(MULTIPLIER_KEY, 1) * _MILLION)
    return PriceOverride(name.strip().lower(), prices, millionths)


def _parse_custom_price(price: Mapping[str, float], kind: TokenKind) -> int:
    """Return a price of a token; cache prices default to a share of input."""
    dollars = price.get(kind.name)
    if dollars is None:
        dollars = price["input"] * (kind.input_price_factor or 0)
    return round(dollars * 1000 * _FINE_UNITS)


def _format_version(override: PriceOverride) -> str:
    rates = ",".join(
        f"{n}/{prices.units_per_nano}"
        for prices in override.prices
        for n in prices.rate
    )
    return f";{override.pattern}={rates}*{override.millionths}"
