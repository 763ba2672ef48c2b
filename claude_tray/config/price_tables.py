"""Load the bundled price tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from claude_tray.core.cost import PriceTable, parse_price_table
from claude_tray.errors import SettingsError, gettext_noop

if TYPE_CHECKING:
    from collections.abc import Mapping


_TABLE_DIR: Final = Path(__file__).parent / "prices"
PRICE_TABLES: Final = ("anthropic", "agent-sync")


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
    # Late: --no-refresh commands work without it.
    import msgspec

    if name not in PRICE_TABLES:
        raise SettingsError(
            gettext_noop("There is no price table “{name}”."),
            hint=gettext_noop("Set cost.table to one of: {values}."),
            name=name,
            values=", ".join(PRICE_TABLES),
        )
    data = (_TABLE_DIR / f"{name}.json").read_bytes()
    return parse_price_table(msgspec.json.decode(data), custom_prices)
