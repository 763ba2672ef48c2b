"""Define the context of a page: time, time zone, language and theme."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple
from zoneinfo import ZoneInfo

from claude_tray.core.time import to_epoch_ms
from claude_tray.i18n.translator import ENGLISH, Translator
from claude_tray.presentation.context import ViewContext

if TYPE_CHECKING:
    from claude_tray.core.cost import Totals
    from claude_tray.core.snapshot import AccountSnapshot


THEMES: Final = ("system", "light", "dark")
_LAST_HOUR: Final = 23
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
        billing_day: Day on which "this month" starts, 1 to 31.
    """

    now: datetime
    zone: ZoneInfo = _UTC
    translator: Translator = ENGLISH
    theme: str = "system"
    billing_day: int = 1

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
        if local.year == self.today.year:
            return self.translator.format_day(at, self.zone)
        return self.translator.format_day_of_year(local)

    def format_exact(self, at: datetime) -> str:
        """Format a day and a time with seconds."""
        clock = self.translator.format_seconds_clock(at, self.zone)
        return f"{self.format_day(at)}, {clock}"

    def format_hour(self, hour: int) -> str:
        """Format an hour of the day, as "15:00" or "3 PM"."""
        at = datetime(2026, 1, 1, hour, tzinfo=self.zone)
        return self.translator.format_hour(at, self.zone)

    def find_hours(self, day: date, hour: int | None) -> tuple[int, int]:
        """
        Return start and end of an hour of a local day; None is all hours.

        Both are in milliseconds since 1970. An hour that the clock repeats
        is twice as long, one that it skips is empty.
        """
        following = date.fromordinal(day.toordinal() + 1)
        if hour is None:
            return self._to_ms(day, 0), self._to_ms(following, 0)
        if hour == _LAST_HOUR:
            return self._to_ms(day, hour), self._to_ms(following, 0)
        return self._to_ms(day, hour), self._to_ms(day, hour + 1)

    def _to_ms(self, day: date, hour: int) -> int:
        return to_epoch_ms(
            datetime(day.year, day.month, day.day, hour, tzinfo=self.zone)
        )

    def format_day_and_clock(self, at: datetime) -> str:
        """Format a past day and time of day, as briefly as it stays clear."""
        clock = self.translator.format_clock(at, self.zone)
        day = at.astimezone(self.zone).date()
        if day == self.today:
            return clock
        if self.today - day < _WEEK:
            return self.translator.format_weekday_and_clock(at, self.zone)
        return f"{self.format_day(at)}, {clock}"

    def format_span(self, first: datetime, last: datetime) -> str:
        """Format a start and an end, as "Sat 09:13 - 09:30"."""
        zone = self.zone
        start, end = (
            self.format_day_and_clock(first),
            self.format_day_and_clock(last),
        )
        if first.astimezone(zone).date() == last.astimezone(zone).date():
            end = self.translator.format_clock(last, zone)
        return start if start == end else f"{start} \N{EN DASH} {end}"

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
