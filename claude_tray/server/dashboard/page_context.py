"""Build the context of a request, and the ETag of a page."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation.trans_real import parse_accept_lang_header

from claude_tray.core.time import to_epoch_ms
from claude_tray.i18n.translator import Translator, load_translator
from claude_tray.server.usage.queries import machines
from claude_tray.web.page_context import THEMES, PageContext

if TYPE_CHECKING:
    from collections.abc import Mapping


# Cookies are shared by all ports of a host, so ours have a prefix.
_COOKIE_PREFIX: Final = "claude_tray_"
_COOKIE_NAMES: Final = ("zone", "clock", "theme")
_UTC: Final = ZoneInfo("UTC")


def build_page_context(
    cookies: Mapping[str, str], now: datetime, accept_language: str = ""
) -> PageContext:
    """
    Build the context of a request.

    Args:
        cookies: The browser's cookies, of which page.js sets three.
        now: Time of the request.
        accept_language: The header of that name.
    """
    cookie_values = {
        name: cookies.get(f"{_COOKIE_PREFIX}{name}", "")
        for name in _COOKIE_NAMES
    }
    return PageContext(
        now,
        _parse_zone(unquote(cookie_values["zone"])),
        _load_translator(
            accept_language, is_24h=cookie_values["clock"] != "12h"
        ),
        cookie_values["theme"]
        if cookie_values["theme"] in THEMES
        else THEMES[0],
    )


# Cached because looking for catalogs reads a folder.
@lru_cache(maxsize=128)
def _load_translator(accept_language: str, *, is_24h: bool) -> Translator:
    """Return the preferred language that has a catalog, else English."""
    for code, _ in parse_accept_lang_header(accept_language.lower()):
        translator = load_translator(code, is_24h=is_24h)
        if translator.language != "en" or code.partition("-")[0] == "en":
            return translator
    return load_translator("en", is_24h=is_24h)


def _parse_zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name) if name else _UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return _UTC


# The pace changes over time even if nothing is synced.
_MAX_AGE: Final = timedelta(minutes=5)
# Longer numbers are no time; converting them would take long.
_MAX_TIME_DIGITS: Final = 15


class PageEtag(NamedTuple):
    """
    State of the data at the time of a page.

    Attributes:
        last_sync_at: Time of the last sync; None without one.
        now: Time of the page.
    """

    last_sync_at: datetime | None
    now: datetime

    def to_text(self, until: datetime | None) -> str:
        """
        Format the ETag, as "SYNC_MS.EXPIRY_MS".

        Args:
            until: When the page changes by itself; None if it does not.
        """
        end = self.now + _MAX_AGE
        if until is not None and until > self.now:
            end = min(end, until)
        return f"{_to_epoch_ms(self.last_sync_at)}.{_to_epoch_ms(end)}"

    def matches(self, text: str) -> bool:
        """Return whether a page with that ETag is still current."""
        sync_part, _, end_part = text.partition(".")
        if (
            sync_part != str(_to_epoch_ms(self.last_sync_at))
            or not end_part.isdecimal()
            or len(end_part) > _MAX_TIME_DIGITS
        ):
            return False
        return _to_epoch_ms(self.now) < int(end_part)


def load_page_etag(user: int, now: datetime) -> PageEtag:
    """Return the ETag of the data that a user has synced so far."""
    sync_times = [
        machine.last_sync_at
        for machine in machines.list_machines(user)
        if machine.last_sync_at
    ]
    return PageEtag(max(sync_times, default=None), now)


def _to_epoch_ms(at: datetime | None) -> int:
    return 0 if at is None else to_epoch_ms(at)
