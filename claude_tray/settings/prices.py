"""The price tables that come with the program."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from claude_tray.domain.price_list import table_from
from claude_tray.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from claude_tray.domain.price_list import PriceTable

_FOLDER: Final = Path(__file__).parent / "price_tables"
TABLES: Final = ("anthropic", "agent-sync")


def load_table(
    name: str = "anthropic",
    own: Mapping[str, Mapping[str, float]] | None = None,
) -> PriceTable:
    """
    Return a price table by name, with a person's own prices in it.

    Raises:
        SettingsError: There is no such table.
    """
    # Late: most commands start without it.
    import msgspec  # noqa: PLC0415

    if name not in TABLES:
        summary = f"There is no price table {name!r}."
        hint = f"Set cost.table to one of: {', '.join(TABLES)}."
        raise SettingsError(summary, hint=hint)
    data = (_FOLDER / f"{name}.json").read_bytes()
    return table_from(msgspec.json.decode(data), own)
