"""The price tables that come with the program."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from claude_tray.core.pricing import parse_price_table
from claude_tray.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from claude_tray.core.pricing import PriceTable


_TABLE_DIR: Final = Path(__file__).parent / "prices"
PRICE_TABLES: Final = ("anthropic", "agent-sync")


def load_price_table(
    name: str = "anthropic",
    custom_prices: Mapping[str, Mapping[str, float]] | None = None,
) -> PriceTable:
    """
    Return a price table by name, with a person's own prices in it.

    Raises:
        SettingsError: There is no such table.
    """
    # Late: most commands start without it.
    import msgspec

    if name not in PRICE_TABLES:
        summary = f"There is no price table {name!r}."
        hint = f"Set cost.table to one of: {', '.join(PRICE_TABLES)}."
        raise SettingsError(summary, hint=hint)
    data = (_TABLE_DIR / f"{name}.json").read_bytes()
    return parse_price_table(msgspec.json.decode(data), custom_prices)
