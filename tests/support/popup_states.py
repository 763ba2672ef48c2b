"""Figures of every state the popup knows, made up."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from claude_tray.core.cost_breakdown import CostBreakdown, TokenCost
from claude_tray.core.pricing import NanoUsd
from claude_tray.core.snapshot import (
    AccountSnapshot,
    LimitUsage,
    Pace,
    Snapshot,
    SyncPhase,
    SyncState,
)
from claude_tray.core.tokens import TokenCounts
from claude_tray.core.totals import Totals
from claude_tray.core.windows import ValueSource, Window, WindowRule
from claude_tray.i18n.translator import ENGLISH, Translator
from claude_tray.store.usage_queries import TIME_BUCKET_MS, TimeBucket
from claude_tray.ui.popup.presenter.context import PopupContext
from claude_tray.ui.popup.queries import PopupData, WindowBreakdown

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


def make_popup_context(
    state: str,
    translator: Translator = ENGLISH,
    *,
    shows_left: bool = False,
) -> PopupContext:
    """The popup in a state, at a clock that suits it."""
    now = _at_clock(_CLOCKS.get(state, "12:13"))
    data = make_popup_data(state, now)
    return PopupContext(
        data, now, translator, UTC, shows_remaining=shows_left, plan="Max 5x"
    )


def make_popup_data(state: str, now: datetime) -> PopupData:
    if state == "empty":
        return PopupData(Snapshot(taken_at=now), daily_totals=_make_days(0))
    window = Window(
        START,
        END,
        ValueSource.OFFICIAL,
        None,
        make_totals(9.42, 21_437_112, 184),
    )
    if state == "unknown":
        window = window._replace(
            source=ValueSource.ESTIMATED, rule=WindowRule.EXACT
        )
    profile = _make_account_state(state, window, now)
    snapshot = Snapshot(
        taken_at=now,
        accounts=(profile,),
        today=make_totals(12.40, 28_140_000),
        last_7_days=make_totals(61.83, 142_300_000),
        last_30_days=make_totals(215.46, 488_000_000),
        sync=SyncState(SyncPhase.IDLE, now - timedelta(minutes=2)),
    )
    if state == "accounts":
        other = replace(profile, name="private")
        snapshot = replace(snapshot, accounts=(profile, other))
    if state == "error":
        problem = (
            "~/.claude/projects cannot be read: permission denied."
            " Run `claude-tray doctor`."
        )
        snapshot = replace(snapshot, problem=problem)
    if state == "reading":
        snapshot = replace(snapshot, scan_progress=0.42)
    return PopupData(snapshot, _make_window_data(window, now), _make_days(1))


def make_totals(dollars: float, tokens: int, messages: int = 1) -> Totals:
    output = tokens // 218
    counts = TokenCounts(
        input=tokens // 70,
        output=output,
        cache_write_5m=tokens // 16,
        cache_read=tokens - tokens // 70 - output - tokens // 16,
    )
    return Totals(messages, counts, NanoUsd(round(dollars * DOLLAR)))


def _at_clock(clock: str) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return START.replace(hour=hour, minute=minute)


def _make_account_state(
    state: str, window: Window, now: datetime
) -> AccountSnapshot:
    percent = _PERCENTS.get(state)
    observed_at = now - timedelta(minutes=32 if state == "stale" else 1)
    used = None
    if percent is not None:
        used = LimitUsage(
            "five_hour", percent, END, ValueSource.OFFICIAL, observed_at
        )
    has_window = state not in ("idle", "reading")
    return AccountSnapshot(
        name="work" if state == "accounts" else "default",
        path="/home/ada/.claude",
        window=window if has_window else None,
        used=used if has_window else None,
        weekly=()
        if state == "unknown"
        else _make_weekly_usage(state, observed_at),
        pace=_make_pace(state) if has_window else None,
        limit_reached_until={"limit": END, "week": WEEK_END}.get(state),
        last_record_at=now - timedelta(seconds=20),
    )


def _make_weekly_usage(
    state: str, observed_at: datetime
) -> tuple[LimitUsage, ...]:
    week = 100.0 if state == "week" else 21.0
    opus = 84.0 if state in ("fast", "week") else 34.0
    return (
        LimitUsage(
            "seven_day", week, WEEK_END, ValueSource.OFFICIAL, observed_at
        ),
        LimitUsage("Opus", opus, WEEK_END, ValueSource.OFFICIAL, observed_at),
    )


def _make_pace(state: str) -> Pace:
    usual = (256_000, 402_000) if state == "unknown" else None
    pace = Pace(963, 4.25, typical_tokens=usual)
    if state == "fast":
        return replace(pace, percent_at_reset=100, limit_at=_at_clock("13:01"))
    if state == "almost":
        return replace(pace, percent_at_reset=100, limit_at=_at_clock("14:56"))
    if state == "unknown":
        return pace
    return replace(pace, percent_at_reset=66.0)


def _make_window_data(window: Window, now: datetime) -> WindowBreakdown:
    return WindowBreakdown(
        window,
        _make_buckets(now),
        CostBreakdown(
            TokenCost(19_720_000, 2_960_000_000),
            TokenCost(1_310_000, 4_020_000_000),
            TokenCost(98_400, 2_210_000_000),
            TokenCost(308_700, 230_000_000),
        ),
        (
            ("/home/ada/claude-tray", make_totals(5.12, 11_900_000)),
            ("/home/ada/api-gateway", make_totals(2.44, 5_600_000)),
            ("/home/ada/dotfiles", make_totals(1.10, 2_400_000)),
            (
                "/home/ada/thesis-überarbeitung-2026",
                make_totals(0.76, 1_540_000),
            ),
        ),
        (
            ("claude-opus-4-6", make_totals(6.88, 12_700_000)),
            ("claude-sonnet-4-6", make_totals(2.31, 7_900_000)),
            ("claude-haiku-4-5-20251001", make_totals(0.23, 837_000)),
        ),
    )


def _make_buckets(now: datetime) -> tuple[TimeBucket, ...]:
    start_ms = int(START.timestamp() * 1000)
    count = (now - START) // timedelta(minutes=2)
    buckets = []
    for number in range(count):
        activity = math.sin(number / 11 + 0.4) + math.sin(number * 1.7) * 0.3
        weight = max(0, round((activity + 0.35) * 8_700))
        if weight:
            end_ms = start_ms + (number + 1) * TIME_BUCKET_MS
            buckets.append(TimeBucket(end_ms, weight, weight * 22_000, 0))
    return tuple(buckets)


def _make_days(dollars: float) -> tuple[tuple[date, Totals], ...]:
    first = date(2026, 10, 26)
    days = []
    for number in range(30):
        day = first + timedelta(days=number)
        activity = 9 + 6 * math.sin(number * 2.1) + 3 * math.sin(number * 0.7)
        weekday_factor = 0.2 if day.weekday() > 4 else 1.0
        days.append(
            (day, make_totals(activity * weekday_factor * dollars, 20_000_000))
        )
    return tuple(days)
