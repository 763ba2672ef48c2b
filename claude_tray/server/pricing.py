"""Provide the price table of this server."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings

from claude_tray.config.price_tables import load_price_table

if TYPE_CHECKING:
    from claude_tray.core.price_table import PriceTable


@cache
def get_price_table() -> PriceTable:
    """
    Return the price table of `CLAUDE_TRAY_PRICE_TABLE`.

    Raises:
        SettingsError: There is no such table.
    """
    return load_price_table(settings.ENVIRONMENT.price_table)
