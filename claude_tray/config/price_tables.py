"""Load the bundled price tables."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from claude_tray.core.model_ids import list_open_names
from claude_tray.core.price_table import (
    ModelPrices,
    PriceTable,
    match_glob,
    parse_model_prices,
    parse_price_table,
)
from claude_tray.errors import SettingsError, gettext_noop

if TYPE_CHECKING:
    from collections.abc import Mapping


_TABLE_DIR: Final = Path(__file__).parent / "prices"
PRICE_TABLES: Final = ("anthropic", "agent-sync")
# Prices of other vendors; only read when such a model appears.
OPEN_PRICE_LIST: Final = "open/models"


def load_price_table(
    name: str = "anthropic",
    custom_prices: Mapping[str, Mapping[str, float]] | None = None,
) -> PriceTable:
    """
    Load a price table by name and merge the user's own prices.

    Args:
        name: One of `PRICE_TABLES`.
        custom_prices: Dollars per million tokens, by model and kind of token.

    Raises:
        SettingsError: There is no such table.
    """
    if name not in PRICE_TABLES:
        raise SettingsError(
            gettext_noop("There is no price table “{name}”."),
            hint=gettext_noop("Set cost.table to one of: {values}."),
            name=name,
            values=", ".join(PRICE_TABLES),
        )
    return (
        _parse_table(name, custom_prices)
        if custom_prices
        else _load_list_prices(name)
    )


@cache
def _load_list_prices(name: str) -> PriceTable:
    """Return a table without own prices; parsing it takes 0.5 ms."""
    return _parse_table(name, None)


def _parse_table(
    name: str, custom_prices: Mapping[str, Mapping[str, float]] | None
) -> PriceTable:
    # The other table is a contract about two models.
    find_open = find_open_prices if name == PRICE_TABLES[0] else None
    return parse_price_table(_decode_file(name), custom_prices, find_open)


def find_open_prices(model: str) -> tuple[ModelPrices, ...]:
    """Return the list price of another vendor's model; empty if unknown."""
    data = _load_open_list()
    models = data["models"]
    for name in list_open_names(model):
        rows = models.get(name)
        if rows is None:
            prefixes = [p for p in data["prefixes"] if match_glob(p, name)]
            rows = models.get(max(prefixes, key=len, default=""))
        if isinstance(rows, str):
            rows = models[rows]
        if rows:
            return parse_model_prices(rows, data["units_per_nano"])
    return ()


@cache
def _load_open_list() -> dict[str, Any]:
    data = _decode_file(OPEN_PRICE_LIST)
    data["prefixes"] = [name for name in data["models"] if "*" in name]
    return data


def _decode_file(name: str) -> dict[str, Any]:
    # Late: --no-refresh commands work without it.
    import msgspec

    data: dict[str, Any] = msgspec.json.decode(
        (_TABLE_DIR / f"{name}.json").read_bytes()
    )
    return data
