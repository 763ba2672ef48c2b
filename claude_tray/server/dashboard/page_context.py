"""Build the context of a request, and the ETag of a page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote

from claude_tray.core.time import to_epoch_ms
from claude_tray.server.reader_locale import (
    UTC_ZONE,
    load_preferred_translator,
    parse_zone,
)
from claude_tray.web.page_context import THEMES, PageContext

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from claude_tray.server.usage.queries.machines import MachineInfo


# Cookies are shared by all ports of a host, so ours have a prefix.
_COOKIE_PREFIX: Final = "claude_tray_"
_COOKIE_NAMES: Final = ("zone", "clock", "theme")


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
        parse_zone(unquote(cookie_values["zone"])) or UTC_ZONE,
        load_preferred_translator(
            accept_language, is_24h=cookie_values["clock"] != "12h"
        ),
        cookie_values["theme"]
        if cookie_values["theme"] in THEMES
        else THEMES[0],
    )


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


def build_page_etag(infos: Iterable[MachineInfo], now: datetime) -> PageEtag:
    """Return the ETag of what a user's machines have synced so far."""
    sync_times = [info.last_sync_at for info in infos if info.last_sync_at]
    return PageEtag(max(sync_times, default=None), now)


def _to_epoch_ms(at: datetime | None) -> int:
    return 0 if at is None else to_epoch_ms(at)
