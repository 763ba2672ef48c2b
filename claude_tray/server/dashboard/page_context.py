"""Who looks at a page: when, by which clock, in which colours."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from claude_tray.core.time import to_epoch_ms
from claude_tray.i18n.translator import ENGLISH, Translator, load_translator
from claude_tray.server.usage.queries import machines

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


THEMES: Final = ("system", "light", "dark")
# Cookies of one machine's ports are all one's.
_COOKIE_PREFIX: Final = "claude_tray_"
_COOKIE_NAMES: Final = ("zone", "clock", "theme")
_UTC: Final = ZoneInfo("UTC")
# Nobody takes it for a time of another day.
_CLOCK_ONLY_WITHIN: Final = timedelta(hours=12)
_WEEK: Final = timedelta(days=7)
_JUST_NOW: Final = timedelta(minutes=1)
_DAYS_ONLY_AFTER: Final = timedelta(hours=48)


class PageContext(NamedTuple):
    """
    A person at a browser.

    Attributes:
        now: The moment the page is made.
        zone: Of the browser, as its cookie tells; UTC until it did.
        translator: How times and numbers are written.
        theme: One of THEMES.
    """

    now: datetime
    zone: ZoneInfo = _UTC
    translator: Translator = ENGLISH
    theme: str = "system"

    @property
    def clock_name(self) -> str:
        return "24h" if self.translator.locale.is_24h else "12h"

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def format_clock(self, at: datetime) -> str:
        """Return a time of day, with the weekday if that is not plain."""
        is_near = abs(at - self.now) < _CLOCK_ONLY_WITHIN
        if is_near or at.astimezone(self.zone).date() == self.today:
            return self.translator.format_clock(at, self.zone)
        return self.translator.format_weekday_and_clock(at, self.zone)

    def format_when(self, at: datetime) -> str:
        """Return a past moment as briefly as it can be told from others."""
        day = at.astimezone(self.zone).date()
        if day == self.today:
            return self.translator.format_clock(at, self.zone)
        if self.today - day < _WEEK:
            return self.translator.format_weekday_and_clock(at, self.zone)
        return self.format_day(at)

    def format_day(self, at: datetime) -> str:
        """Return a day, with its year if that is another one."""
        local = at.astimezone(self.zone)
        text = self.translator.format_day(at, self.zone)
        return (
            text if local.year == self.today.year else f"{text} {local.year}"
        )

    def format_exact(self, at: datetime) -> str:
        """Return a moment to the second, with its day."""
        local = at.astimezone(self.zone)
        clock = f"{local:%H:%M:%S}"
        if not self.translator.locale.is_24h:
            clock = f"{local:%I:%M:%S %p}".removeprefix("0")
        return f"{self.format_day(at)}, {clock}"

    def format_ago(self, at: datetime) -> str:
        """Return how long ago a moment was."""
        elapsed = self.now - at
        if elapsed < _JUST_NOW:
            return "just now"
        if elapsed < _DAYS_ONLY_AFTER:
            whole_minutes = timedelta(minutes=elapsed // timedelta(minutes=1))
            return f"{self.translator.format_duration(whole_minutes)} ago"
        return f"{elapsed.days} days ago"


def build_page_context(
    cookies: Mapping[str, str], now: datetime
) -> PageContext:
    """Return who looks, as the cookies that the page itself set tell."""
    cookie_values = {
        name: cookies.get(f"{_COOKIE_PREFIX}{name}", "")
        for name in _COOKIE_NAMES
    }
    return PageContext(
        now,
        _parse_zone(unquote(cookie_values["zone"])),
        load_translator("en", is_24h=cookie_values["clock"] != "12h"),
        cookie_values["theme"]
        if cookie_values["theme"] in THEMES
        else THEMES[0],
    )


def _parse_zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name) if name else _UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return _UTC


# The pace changes while nothing is sent, too.
_MAX_AGE: Final = timedelta(minutes=5)


class PageEtag(NamedTuple):
    """
    When a page was made, and what had been sent by then.

    Attributes:
        last_sync_at: When anything was sent last.
        now: The moment.
    """

    last_sync_at: datetime | None
    now: datetime

    def to_text(self, until: datetime | None) -> str:
        """
        Return the mark for a page's address.

        Args:
            until: When what the page shows ends by itself.
        """
        end = self.now + _MAX_AGE
        if until is not None and until > self.now:
            end = min(end, until)
        return f"{_to_epoch_ms(self.last_sync_at)}.{_to_epoch_ms(end)}"

    def matches(self, text: str) -> bool:
        """Tell whether a page with that mark would be made the same."""
        sync_part, _, end_part = text.partition(".")
        if (
            sync_part != str(_to_epoch_ms(self.last_sync_at))
            or not end_part.isdecimal()
        ):
            return False
        return len(end_part) < len(f"{10**15}") and _to_epoch_ms(
            self.now
        ) < int(end_part)


def load_page_etag(user: int, now: datetime) -> PageEtag:
    """Return the mark of what a person has sent by now."""
    sync_times = [
        machine.last_sync_at
        for machine in machines.list_machines(user)
        if machine.last_sync_at
    ]
    return PageEtag(max(sync_times, default=None), now)


def _to_epoch_ms(at: datetime | None) -> int:
    return 0 if at is None else to_epoch_ms(at)
