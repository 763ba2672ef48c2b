"""The price table that this server computes with."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings

from claude_tray.settings.prices import load_table

if TYPE_CHECKING:
    from claude_tray.domain.price_list import PriceTable


@cache
def price_table() -> PriceTable:
    """
    Return the table that the environment names.

    Raises:
        SettingsError: There is no such table.
    """
    return load_table(settings.ENVIRONMENT.price_table)
