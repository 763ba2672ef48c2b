"""Build values for the tests of the pages, with defaults."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from claude_tray.core.cost import NanoUsd, Totals
from claude_tray.core.snapshot import AccountSnapshot, LimitUsage, Pace
from claude_tray.core.usage import TokenCounts
from claude_tray.core.windows import ValueSource, Window
from claude_tray.i18n.translator import load_translator
from claude_tray.web.page_context import PageContext
from claude_tray.web.window_card import UsageStep
from tests.support.limits import make_limit_usage

# A Tuesday.
NOW = datetime(2026, 11, 24, 12, 13, tzinfo=UTC)
CONTEXT = PageContext(NOW)
BERLIN = PageContext(NOW, ZoneInfo("Europe/Berlin"))
AMERICAN = PageContext(
    NOW,
    ZoneInfo("America/New_York"),
    load_translator("en", is_24h=False),
)


def at(clock: str, day: int = 24) -> datetime:
    """Return a time in November 2026, from "09:30"."""
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def make_totals(
    dollars: float | None = 1.0,
    tokens: int = 1_000,
    messages: int = 1,
) -> Totals:
    """Build totals of input tokens; None means an unknown price."""
    return Totals(
        messages,
        TokenCounts(input=tokens),
        NanoUsd(round((dollars or 0) * 1e9)),
        messages if dollars is None else 0,
    )


def make_window(
    start: str = "10:00",
    tokens: int = 309_000,
    source: ValueSource = ValueSource.OFFICIAL,
) -> Window:
    start_at = at(start)
    end = start_at + timedelta(hours=5)
    return Window(start_at, end, source, None, make_totals(9.42, tokens, 51))


def make_usage(
    percent: float,
    name: str = "five_hour",
    resets: datetime | None = None,
    observed_clock: str = "12:12",
) -> LimitUsage:
    end = resets or at("15:00")
    return make_limit_usage(name, percent, end, at(observed_clock))


def make_pace(
    percent: float | None = 66.0,
    limit_at: datetime | None = None,
    usual: tuple[int, int] | None = None,
    tokens: float = 2_000.0,
) -> Pace:
    return Pace(tokens, 4.25, percent, limit_at, usual)


def make_state(
    percent: float | None = 38.0,
    pace: Pace | None = None,
    weekly: tuple[LimitUsage, ...] = (),
    observed_clock: str = "12:12",
    window: Window | None = None,
) -> AccountSnapshot:
    """Build an account whose window is open from 10:00 to 15:00."""
    return AccountSnapshot(
        name="account 6f1d0c",
        path="",
        window=window or make_window(),
        limits=weekly
        if percent is None
        else (make_usage(percent, observed_clock=observed_clock), *weekly),
        pace=pace or make_pace(),
        last_record_at=at("12:12"),
    )


def make_step(
    ends_at: str, dollars: float | None = 1.0, tokens: int = 100
) -> UsageStep:
    return UsageStep(at(ends_at), make_totals(dollars, tokens))
