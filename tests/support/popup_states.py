"""Build invented usage for every state of the popup."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from claude_tray.core.account_choice import choose_account
from claude_tray.core.cost import NanoUsd, Totals
from claude_tray.core.cost_breakdown import CostBreakdown, TokenCost
from claude_tray.core.limits import LimitMoney
from claude_tray.core.snapshot import (
    AccountSnapshot,
    LimitUsage,
    Pace,
    Snapshot,
    SyncPhase,
    SyncState,
)
from claude_tray.core.time import to_epoch_ms
from claude_tray.core.usage import TokenCounts
from claude_tray.core.windows import ValueSource, Window, WindowRule
from claude_tray.i18n.translator import ENGLISH, Translator
from claude_tray.presentation.context import ViewContext
from claude_tray.store.usage_queries import TIME_BUCKET_MS, TimeBucket
from claude_tray.ui.popup.data import PopupData, WindowBreakdown
from tests.support.limits import change_limits, make_limit_usage

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
    "ultra",
    "model",
    "credits",
    "empty",
    "all",
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
    "all": 38.0,
    "model": 38.0,
    "credits": 100.0,
}


class PopupState(NamedTuple):
    """Arguments of `build_view`."""

    data: PopupData
    context: ViewContext

    def change_account(self, **changes: Any) -> PopupState:
        """Return a state with a changed account on display."""
        first, *others = self.data.snapshot.accounts
        account = change_limits(first, **changes)
        state = self.change_snapshot(accounts=(account, *others))
        return state.change_context(account=account)

    def change_snapshot(self, **changes: Any) -> PopupState:
        snapshot = replace(self.data.snapshot, **changes)
        return self._replace(data=self.data._replace(snapshot=snapshot))

    def change_breakdown(self, **changes: Any) -> PopupState:
        """Return a state with a changed breakdown of the window."""
        breakdown = self.data.breakdown._replace(**changes)
        return self._replace(data=self.data._replace(breakdown=breakdown))

    def change_context(self, **changes: Any) -> PopupState:
        return self._replace(context=self.context._replace(**changes))


def make_popup_state(
    state: str,
    translator: Translator = ENGLISH,
    *,
    shows_remaining: bool = False,
) -> PopupState:
    """Return the popup in a state, at a time that fits it."""
    now = _at_clock(_CLOCKS.get(state, "12:13"))
    data = make_popup_data(state, now)
    context = ViewContext(
        now,
        choose_account(data.snapshot, now),
        UTC,
        translator,
        shows_remaining,
        plan="Max 5x",
    )
    return PopupState(data, context)


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
    if state in ("accounts", "all"):
        snapshot = replace(snapshot, accounts=_make_accounts(profile, now))
    if state == "error":
        problem = (
            "~/.claude/projects cannot be read: permission denied."
            " Run `claude-tray doctor`."
        )
        snapshot = replace(snapshot, problem=problem)
    if state == "reading":
        snapshot = replace(snapshot, scan_progress=0.42)
    breakdown = _make_window_data(window, now)
    if state in ("all", "ultra"):
        breakdown = breakdown._replace(window=None)
    return PopupData(snapshot, breakdown, _make_days(1), is_all=state == "all")


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
        used = make_limit_usage("five_hour", percent, END, observed_at)
    has_window = state not in ("idle", "reading", "ultra")
    return AccountSnapshot(
        name="work" if state in ("accounts", "all") else "default",
        path="/home/ada/.claude",
        window=window if has_window else None,
        limits=()
        if state == "unknown"
        else (
            *([used] if used and has_window else []),
            *_make_weekly_usage(state, observed_at),
        ),
        pace=_make_pace(state) if has_window else None,
        has_window=state != "ultra",
        today=make_totals(12.40, 28_140_000),
        limit_reached_until={"limit": END, "week": WEEK_END}.get(state),
        last_record_at=now - timedelta(seconds=20),
    )


def _make_weekly_usage(
    state: str, observed_at: datetime
) -> tuple[LimitUsage, ...]:
    week = {"week": 100.0, "ultra": 61.0}.get(state, 21.0)
    opus = {"fast": 84.0, "week": 84.0, "model": 100.0}.get(state, 34.0)
    limits = [
        make_limit_usage("seven_day", week, WEEK_END, observed_at),
        make_limit_usage("seven_day_opus", opus, WEEK_END, observed_at),
    ]
    if state == "credits":
        money = LimitMoney(Decimal("19.25"), Decimal(50), "USD", "monthly")
        limits.append(
            make_limit_usage(
                "extra_usage", 38.5, None, observed_at, money=money
            )
        )
    return tuple(limits)


def _make_accounts(
    calm: AccountSnapshot, now: datetime
) -> tuple[AccountSnapshot, ...]:
    """Return a calm account and one that is almost out, both in use."""
    used = make_limit_usage("five_hour", 92.0, END, now - timedelta(minutes=1))
    almost_out = replace(
        calm,
        name="private",
        limits=(used, *calm.limits[1:]),
        pace=_make_pace("almost"),
        last_record_at=now - timedelta(minutes=20),
        today=make_totals(3.07, 6_200_000),
    )
    return calm, almost_out


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
    start_ms = to_epoch_ms(START)
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
