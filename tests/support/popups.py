"""Figures of every state the popup knows, made up."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from claude_tray.domain.kinds import Kind, Kinds
from claude_tray.domain.price import NanoUsd
from claude_tray.domain.snapshot import (
    Pace,
    ProfileState,
    Snapshot,
    SyncPhase,
    SyncState,
    Used,
)
from claude_tray.domain.totals import Totals
from claude_tray.domain.usage import TokenCounts
from claude_tray.domain.window import Rule, Source, Window
from claude_tray.popup.figures import Figures, WindowFigures
from claude_tray.popup.moment import Moment
from claude_tray.store.figures import STEP_MS, Step
from claude_tray.words.tongue import ENGLISH, Tongue

START = datetime(2026, 11, 24, 10, tzinfo=UTC)
END = START + timedelta(hours=5)
WEEK_END = datetime(2026, 11, 26, 9, tzinfo=UTC)
DOLLAR = 1_000_000_000
STATES = (
    "pace",
    "fast",
    "almost",
    "limit",
    "week",
    "idle",
    "unknown",
    "stale",
    "error",
    "reading",
    "accounts",
    "empty",
)
_CLOCKS = {"almost": "14:22", "limit": "13:52"}
_PERCENTS = {
    "pace": 38.0,
    "fast": 71.0,
    "almost": 92.0,
    "limit": 100.0,
    "week": 55.0,
    "stale": 38.0,
    "accounts": 38.0,
}


def a_moment(
    state: str,
    tongue: Tongue = ENGLISH,
    *,
    shows_left: bool = False,
) -> Moment:
    """The popup in a state, at a clock that suits it."""
    now = _at(_CLOCKS.get(state, "12:13"))
    figures = figures_of(state, now)
    return Moment(
        figures, now, tongue, UTC, shows_left=shows_left, plan="Max 5x"
    )


def figures_of(state: str, now: datetime) -> Figures:
    if state == "empty":
        return Figures(Snapshot(taken_at=now), days=_days(0))
    window = Window(
        START, END, Source.OFFICIAL, None, totals(9.42, 21_437_112, 184)
    )
    if state == "unknown":
        window = window._replace(source=Source.ESTIMATED, rule=Rule.EXACT)
    profile = _profile(state, window, now)
    snapshot = Snapshot(
        taken_at=now,
        profiles=(profile,),
        today=totals(12.40, 28_140_000),
        last_7_days=totals(61.83, 142_300_000),
        last_30_days=totals(215.46, 488_000_000),
        sync=SyncState(SyncPhase.IDLE, now - timedelta(minutes=2)),
    )
    if state == "accounts":
        other = replace(profile, name="private")
        snapshot = replace(snapshot, profiles=(profile, other))
    if state == "error":
        problem = (
            "~/.claude/projects cannot be read: permission denied."
            " Run `claude-tray doctor`."
        )
        snapshot = replace(snapshot, problem=problem)
    if state == "reading":
        snapshot = replace(snapshot, reading=0.42)
    return Figures(snapshot, _of_window(window, now), _days(1))


def totals(dollars: float, tokens: int, messages: int = 1) -> Totals:
    output = tokens // 218
    counts = TokenCounts(
        input=tokens // 70,
        output=output,
        cache_write_5m=tokens // 16,
        cache_read=tokens - tokens // 70 - output - tokens // 16,
    )
    return Totals(messages, counts, NanoUsd(round(dollars * DOLLAR)))


def _at(clock: str) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return START.replace(hour=hour, minute=minute)


def _profile(state: str, window: Window, now: datetime) -> ProfileState:
    percent = _PERCENTS.get(state)
    told = now - timedelta(minutes=32 if state == "stale" else 1)
    used = None
    if percent is not None:
        used = Used("five_hour", percent, END, Source.OFFICIAL, told)
    has_window = state not in ("idle", "reading")
    return ProfileState(
        name="work" if state == "accounts" else "default",
        path="/home/ada/.claude",
        window=window if has_window else None,
        used=used if has_window else None,
        weekly=() if state == "unknown" else _weekly(state, told),
        pace=_pace(state) if has_window else None,
        limit_reached_until={"limit": END, "week": WEEK_END}.get(state),
        last_record_at=now - timedelta(seconds=20),
    )


def _weekly(state: str, told: datetime) -> tuple[Used, ...]:
    week = 100.0 if state == "week" else 21.0
    opus = 84.0 if state in ("fast", "week") else 34.0
    return (
        Used("seven_day", week, WEEK_END, Source.OFFICIAL, told),
        Used("Opus", opus, WEEK_END, Source.OFFICIAL, told),
    )


def _pace(state: str) -> Pace:
    usual = (256_000, 402_000) if state == "unknown" else None
    pace = Pace(963, 4.25, usual_tokens=usual)
    if state == "fast":
        return replace(pace, percent_at_reset=100, limit_at=_at("13:01"))
    if state == "almost":
        return replace(pace, percent_at_reset=100, limit_at=_at("14:56"))
    if state == "unknown":
        return pace
    return replace(pace, percent_at_reset=66.0)


def _of_window(window: Window, now: datetime) -> WindowFigures:
    return WindowFigures(
        window,
        _steps(now),
        Kinds(
            Kind(19_720_000, 2_960_000_000),
            Kind(1_310_000, 4_020_000_000),
            Kind(98_400, 2_210_000_000),
            Kind(308_700, 230_000_000),
        ),
        (
            ("/home/ada/claude-tray", totals(5.12, 11_900_000)),
            ("/home/ada/api-gateway", totals(2.44, 5_600_000)),
            ("/home/ada/dotfiles", totals(1.10, 2_400_000)),
            ("/home/ada/thesis-überarbeitung-2026", totals(0.76, 1_540_000)),
        ),
        (
            ("claude-opus-4-6", totals(6.88, 12_700_000)),
            ("claude-sonnet-4-6", totals(2.31, 7_900_000)),
            ("claude-haiku-4-5-20251001", totals(0.23, 837_000)),
        ),
    )


def _steps(now: datetime) -> tuple[Step, ...]:
    start_ms = int(START.timestamp() * 1000)
    count = (now - START) // timedelta(minutes=2)
    steps = []
    for number in range(count):
        busy = math.sin(number / 11 + 0.4) + math.sin(number * 1.7) * 0.3
        weight = max(0, round((busy + 0.35) * 8_700))
        if weight:
            end_ms = start_ms + (number + 1) * STEP_MS
            steps.append(Step(end_ms, weight, weight * 22_000, 0))
    return tuple(steps)


def _days(dollars: float) -> tuple[tuple[date, Totals], ...]:
    first = date(2026, 10, 26)
    found = []
    for number in range(30):
        day = first + timedelta(days=number)
        busy = 9 + 6 * math.sin(number * 2.1) + 3 * math.sin(number * 0.7)
        share = 0.2 if day.weekday() > 4 else 1.0
        found.append((day, totals(busy * share * dollars, 20_000_000)))
    return tuple(found)
