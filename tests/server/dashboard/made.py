"""Values for the tests of the pages: only what a test names differs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from claude_tray.domain.price import NanoUsd
from claude_tray.domain.snapshot import Pace, ProfileState, Used
from claude_tray.domain.totals import Totals
from claude_tray.domain.usage import TokenCounts
from claude_tray.domain.window import Source, Window
from claude_tray.server.dashboard.curve import Step
from claude_tray.server.dashboard.viewer import Viewer
from claude_tray.words.tongue import tongue_of

# A Tuesday.
NOW = datetime(2026, 11, 24, 12, 13, tzinfo=UTC)
VIEWER = Viewer(NOW)
BERLIN = Viewer(NOW, ZoneInfo("Europe/Berlin"))
AMERICAN = Viewer(
    NOW,
    ZoneInfo("America/New_York"),
    tongue_of("en", is_24h=False),
)


def at(clock: str, day: int = 24) -> datetime:
    """A moment in November 2026, as "09:30"."""
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def totals(
    dollars: float | None = 1.0,
    tokens: int = 1_000,
    messages: int = 1,
) -> Totals:
    """So much money (None: no price is known) for input tokens."""
    return Totals(
        messages,
        TokenCounts(input=tokens),
        NanoUsd(round((dollars or 0) * 1e9)),
        messages if dollars is None else 0,
    )


def a_window(
    start: str = "10:00",
    tokens: int = 309_000,
    source: Source = Source.OFFICIAL,
) -> Window:
    begin = at(start)
    end = begin + timedelta(hours=5)
    return Window(begin, end, source, None, totals(9.42, tokens, 51))


def used(
    percent: float,
    name: str = "five_hour",
    resets: datetime | None = None,
    told: str = "12:12",
) -> Used:
    end = resets or at("15:00")
    return Used(name, percent, end, Source.OFFICIAL, at(told))


def a_pace(
    percent: float | None = 66.0,
    limit_at: datetime | None = None,
    usual: tuple[int, int] | None = None,
    tokens: float = 2_000.0,
) -> Pace:
    return Pace(tokens, 4.25, percent, limit_at, usual)


def a_state(
    percent: float | None = 38.0,
    pace: Pace | None = None,
    weekly: tuple[Used, ...] = (),
    told: str = "12:12",
    window: Window | None = None,
) -> ProfileState:
    """An account whose window is open from 10:00 to 15:00."""
    return ProfileState(
        name="account 6f1d0c",
        path="",
        window=window or a_window(),
        used=None if percent is None else used(percent, told=told),
        weekly=weekly,
        pace=pace or a_pace(),
        last_record_at=at("12:12"),
    )


def a_step(until: str, dollars: float | None = 1.0, tokens: int = 100) -> Step:
    return Step(at(until), totals(dollars, tokens))
