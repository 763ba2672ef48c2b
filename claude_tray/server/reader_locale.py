"""Choose the language and time zone of a response."""

from __future__ import annotations

from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation.trans_real import parse_accept_lang_header

from claude_tray.i18n.translator import Translator, load_translator

UTC_ZONE: Final = ZoneInfo("UTC")


# Cached because looking for catalogs reads a folder.
@lru_cache(maxsize=128)
def load_preferred_translator(
    accept_language: str, *, is_24h: bool = True
) -> Translator:
    """
    Return the preferred language that has a catalog, else English.

    Args:
        accept_language: The header of that name.
        is_24h: Write times of day with 24 hours.
    """
    codes = [
        code
        for code, quality in parse_accept_lang_header(accept_language.lower())
        if quality
    ]
    return load_translator(":".join(codes), is_24h=is_24h)


def parse_zone(name: str) -> ZoneInfo | None:
    """Return the time zone of a name; None if there is none."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
