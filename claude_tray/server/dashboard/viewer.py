"""Who looks at a page: when, by which clock, in which colours."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from claude_tray.words.tongue import ENGLISH, Tongue, tongue_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

THEMES: Final = ("system", "light", "dark")
# Cookies of one machine's ports are all one's.
_PREFIX: Final = "claude_tray_"
_TOLD: Final = ("zone", "clock", "theme")
_UTC: Final = ZoneInfo("UTC")
# Nobody takes it for a time of another day.
_NEAR: Final = timedelta(hours=12)
_WEEK: Final = timedelta(days=7)
_JUST_NOW: Final = timedelta(minutes=1)
_ABOUT_DAYS: Final = timedelta(hours=48)


class Viewer(NamedTuple):
    """
    A person at a browser.

    Attributes:
        now: The moment the page is made.
        zone: Of the browser, as its cookie tells; UTC until it did.
        tongue: How times and numbers are written.
        theme: One of THEMES.
    """

    now: datetime
    zone: ZoneInfo = _UTC
    tongue: Tongue = ENGLISH
    theme: str = "system"

    @property
    def clock_name(self) -> str:
        return "24h" if self.tongue.facts.is_24h else "12h"

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def clock(self, moment: datetime) -> str:
        """Return a time of day, with the weekday if that is not plain."""
        is_near = abs(moment - self.now) < _NEAR
        if is_near or moment.astimezone(self.zone).date() == self.today:
            return self.tongue.clock(moment, self.zone)
        return self.tongue.weekday_and_clock(moment, self.zone)

    def when(self, moment: datetime) -> str:
        """Return a past moment as briefly as it can be told from others."""
        day = moment.astimezone(self.zone).date()
        if day == self.today:
            return self.tongue.clock(moment, self.zone)
        if self.today - day < _WEEK:
            return self.tongue.weekday_and_clock(moment, self.zone)
        return self.day(moment)

    def day(self, moment: datetime) -> str:
        """Return a day, with its year if that is another one."""
        local = moment.astimezone(self.zone)
        text = self.tongue.day(moment, self.zone)
        return (
            text if local.year == self.today.year else f"{text} {local.year}"
        )

    def exact(self, moment: datetime) -> str:
        """Return a moment to the second, with its day."""
        local = moment.astimezone(self.zone)
        clock = f"{local:%H:%M:%S}"
        if not self.tongue.facts.is_24h:
            clock = f"{local:%I:%M:%S %p}".removeprefix("0")
        return f"{self.day(moment)}, {clock}"

    def ago(self, moment: datetime) -> str:
        """Return how long ago a moment was."""
        span = self.now - moment
        if span < _JUST_NOW:
            return "just now"
        if span < _ABOUT_DAYS:
            whole = timedelta(minutes=span // timedelta(minutes=1))
            return f"{self.tongue.duration(whole)} ago"
        return f"{span.days} days ago"


def viewer_of(cookies: Mapping[str, str], now: datetime) -> Viewer:
    """Return who looks, as the cookies that the page itself set tell."""
    told = {name: cookies.get(f"{_PREFIX}{name}", "") for name in _TOLD}
    return Viewer(
        now,
        _zone(unquote(told["zone"])),
        tongue_of("en", is_24h=told["clock"] != "12h"),
        told["theme"] if told["theme"] in THEMES else THEMES[0],
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name) if name else _UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return _UTC
