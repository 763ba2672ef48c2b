"""Build the context of a page: time, time zone, language and theme."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation.trans_real import parse_accept_lang_header

from claude_tray.core.time import to_epoch_ms
from claude_tray.i18n.translator import ENGLISH, Translator, load_translator
from claude_tray.presentation.context import ViewContext
from claude_tray.server.usage.queries import machines

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from claude_tray.core.cost import Totals
    from claude_tray.core.snapshot import AccountSnapshot


THEMES: Final = ("system", "light", "dark")
# Cookies are shared by all ports of a host, so ours have a prefix.
_COOKIE_PREFIX: Final = "claude_tray_"
_COOKIE_NAMES: Final = ("zone", "clock", "theme")
_UTC: Final = ZoneInfo("UTC")
_WEEK: Final = timedelta(days=7)
_JUST_NOW: Final = timedelta(minutes=1)
_DAYS_ONLY_AFTER: Final = timedelta(hours=48)


class TotalsText(NamedTuple):
    """Formatted totals, for tables with many rows."""

    messages: str
    input: str
    output: str
    tokens: str
    cost: str


class PageContext(NamedTuple):
    """
    Everything that shapes a page besides its data.

    Attributes:
        now: Time of the request.
        zone: Time zone of the browser, from its cookie; UTC until it is set.
        translator: Language, number and time formats.
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

    def build_view(
        self, account: AccountSnapshot | None = None
    ) -> ViewContext:
        """Return the view context of an account at this page's time."""
        return ViewContext(self.now, account, self.zone, self.translator)

    def format_totals(self, totals: Totals) -> TotalsText:
        translator, tokens = self.translator, totals.tokens
        return TotalsText(
            translator.format_integer(totals.messages),
            translator.format_tokens(tokens.input),
            translator.format_tokens(tokens.output),
            translator.format_tokens(tokens.total),
            translator.format_cost(totals),
        )

    def format_time(self, at: datetime) -> str:
        """Format a time of day; add the weekday if it is ambiguous."""
        return self.build_view().format_time(at)

    def format_when(self, at: datetime) -> str:
        """Format a past time as briefly as it stays unambiguous."""
        day = at.astimezone(self.zone).date()
        if day == self.today:
            return self.translator.format_clock(at, self.zone)
        if self.today - day < _WEEK:
            return self.translator.format_weekday_and_clock(at, self.zone)
        return self.format_day(at)

    def format_day(self, at: datetime) -> str:
        """Format a day; add the year if it is not the current one."""
        local = at.astimezone(self.zone)
        text = self.translator.format_day(at, self.zone)
        return (
            text if local.year == self.today.year else f"{text} {local.year}"
        )

    def format_exact(self, at: datetime) -> str:
        """Format a day and a time with seconds."""
        local = at.astimezone(self.zone)
        clock = f"{local:%H:%M:%S}"
        if not self.translator.locale.is_24h:
            clock = f"{local:%I:%M:%S %p}".removeprefix("0")
        return f"{self.format_day(at)}, {clock}"

    def format_ago(self, at: datetime) -> str:
        """Format the time since then, as "7m ago"."""
        elapsed, translator = self.now - at, self.translator
        if elapsed < _JUST_NOW:
            return translator.gettext("just now")
        if elapsed < _DAYS_ONLY_AFTER:
            full_minutes = timedelta(minutes=elapsed // timedelta(minutes=1))
            return translator.gettext(
                "{span} ago", span=translator.format_duration(full_minutes)
            )
        return translator.ngettext("{n} day ago", "{n} days ago", elapsed.days)


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
