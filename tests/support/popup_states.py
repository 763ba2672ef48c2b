"""Build invented usage for every state of the popup."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from claude_tray.core.account_choice import choose_account
from claude_tray.core.calendar import BUCKET_MS
from claude_tray.core.cost import NanoUsd, Totals
from claude_tray.core.cost_breakdown import CostBreakdown, TokenCost
from claude_tray.core.limits import LimitMoney
from claude_tray.core.periods import Period, ProjectStep, TimeRange
from claude_tray.core.sessions import (
    LiveSession,
    PeriodSession,
    SessionRanking,
)
from claude_tray.core.setup import SetupState
from claude_tray.core.snapshot import (
    AccountSnapshot,
    LimitUsage,
    Pace,
    Snapshot,
    SyncPhase,
    SyncState,
)
from claude_tray.core.time import to_epoch_ms
from claude_tray.core.usage import STANDARD_TERMS, TokenCounts
from claude_tray.core.windows import ValueSource, Window, WindowRule
from claude_tray.i18n.translator import ENGLISH, Translator
from claude_tray.presentation.context import ViewContext
from claude_tray.presentation.usage_chart import ChartKind, WindowChartData
from claude_tray.presentation.week_chart import WeekChartData
from claude_tray.store.usage_queries import (
    TIME_BUCKET_MS,
    TimeBucket,
    UsageGroup,
)
from claude_tray.ui.popup.data import PopupData
from claude_tray.ui.popup.selection import PopupSelection
from tests.support.limits import change_limits, make_limit_usage

START = datetime(2026, 11, 24, 10, tzinfo=UTC)
END = START + timedelta(hours=5)
WEEK_END = datetime(2026, 11, 26, 9, tzinfo=UTC)
DOLLAR = 1_000_000_000
PROJECT_NAMES = (
    "claude-tray",
    "api-gateway",
    "dotfiles",
    "thesis-überarbeitung-2026",
)
COST_BREAKDOWN = CostBreakdown(
    TokenCost(19_720_000, 2_960_000_000),
    TokenCost(1_310_000, 4_020_000_000),
    TokenCost(98_400, 2_210_000_000),
    TokenCost(308_700, 230_000_000),
)
_NOT_LIVE = ("idle", "ultra", "reading", "error", "all", "stale")
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

    def change_data(self, **changes: Any) -> PopupState:
        return self._replace(data=self.data._replace(**changes))

    def change_selection(self, **changes: Any) -> PopupState:
        selection = self.data.selection._replace(**changes)
        return self.change_data(selection=selection)

    def change_window(self, **changes: Any) -> PopupState:
        """Return a state with a changed chart of the window."""
        return self.change_data(window=self.data.window._replace(**changes))

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
        return PopupData(Snapshot(taken_at=now))
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
    selection = PopupSelection()
    if state in ("all", "ultra"):
        selection = PopupSelection(period=Period.TODAY, chart=ChartKind.WEEK)
    return PopupData(
        snapshot,
        selection,
        choose_account(snapshot, now),
        is_all=state == "all",
        groups=_make_groups(),
        cost_breakdown=COST_BREAKDOWN,
        sessions=_make_sessions(now),
        days=_make_days(1),
        window=_make_window_usage(now),
        week=_make_week_usage(now),
        live=None if state in _NOT_LIVE else _make_live_session(now),
        setup=SetupState(has_limits=state != "unknown"),
    )


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


def _make_groups() -> tuple[UsageGroup, ...]:
    usage = (
        ("claude-tray", "claude-opus-4-6", 5.12, 11_900_000),
        ("api-gateway", "claude-sonnet-4-6", 2.31, 5_000_000),
        ("api-gateway", "claude-opus-4-6", 0.13, 600_000),
        ("dotfiles", "claude-opus-4-6", 1.10, 2_400_000),
        ("thesis-überarbeitung-2026", "claude-opus-4-6", 0.53, 700_000),
        (
            "thesis-überarbeitung-2026",
            "claude-haiku-4-5-20251001",
            0.23,
            837_112,
        ),
    )
    return tuple(
        UsageGroup(
            f"/home/ada/{project}",
            model,
            STANDARD_TERMS,
            make_totals(dollars, tokens),
        )
        for project, model, dollars, tokens in usage
    )


def _make_sessions(now: datetime) -> SessionRanking:
    """Return two sessions of one project and one of another; one is hidden."""
    usage = (
        ("5f0c0a52-01", "claude-tray", 12, 5.12, 11_900_000),
        ("77c31e9a-02", "api-gateway", 55, 2.44, 5_600_000),
        ("0b9d7c11-03", "claude-tray", 3_200, 1.10, 2_400_000),
    )
    return SessionRanking(
        tuple(
            PeriodSession(
                uuid,
                f"/home/ada/{project}",
                f"/home/ada/{project}",
                to_epoch_ms(now - timedelta(minutes=minutes)),
                make_totals(dollars, tokens),
            )
            for uuid, project, minutes, dollars, tokens in usage
        ),
        4,
    )


def _make_live_session(now: datetime) -> LiveSession:
    return LiveSession(
        "5f0c0a52-01",
        "/home/ada/claude-tray",
        "/home/ada/claude-tray",
        "claude-opus-4-6",
        to_epoch_ms(now - timedelta(seconds=20)),
        NanoUsd(120_000_000),
        41.0,
    )


def _make_window_usage(now: datetime) -> WindowChartData:
    buckets = _make_buckets(now)
    start_ms = to_epoch_ms(START)
    previous = Window(
        START - timedelta(hours=7),
        END - timedelta(hours=7),
        ValueSource.OFFICIAL,
        None,
    )
    shift_ms = 7 * 3_600_000
    return WindowChartData(
        buckets,
        TIME_BUCKET_MS,
        _make_project_steps(
            [
                ((bucket.end_ms - start_ms) // TIME_BUCKET_MS - 1, bucket.cost)
                for bucket in buckets
            ]
        ),
        previous=previous,
        previous_steps=tuple(
            bucket._replace(end_ms=bucket.end_ms - shift_ms)
            for bucket in _make_buckets(END - timedelta(minutes=40))
        ),
    )


def _make_week_usage(now: datetime) -> WeekChartData:
    """Return a week until WEEK_END, with use in each working hour so far."""
    start = WEEK_END - timedelta(days=7)
    steps = []
    for number in range((now - start) // timedelta(minutes=15)):
        at = start + number * timedelta(minutes=15)
        if 8 <= at.hour < 18:
            cost = round(2e8 + 1.5e8 * math.sin(number * 0.37))
            steps.append((number, cost // (4 if at.weekday() > 4 else 1)))
    period = TimeRange(to_epoch_ms(start), to_epoch_ms(WEEK_END))
    return WeekChartData(period, BUCKET_MS, _make_project_steps(steps))


def _make_project_steps(
    steps: list[tuple[int, int]],
) -> tuple[ProjectStep, ...]:
    """Split the cost of steps between four projects."""
    paths = [f"/home/ada/{name}" for name in PROJECT_NAMES]
    return tuple(
        ProjectStep(number, path, part // 22_000, part // 1_000, part, 0)
        for number, cost in steps
        for path, part in (
            (paths[number // 9 % len(paths)], cost * 3 // 4),
            (paths[0], cost // 4),
        )
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


def make_percent_state(
    percent: float, minutes: int, translator: Translator = ENGLISH
) -> PopupState:
    """
    Return a state with a used share after so many minutes of the window.

    The weekly limit is as far used, and both paces lead on as before.
    """
    now = START + timedelta(minutes=minutes)
    state = make_popup_state("pace", translator)
    account = state.data.snapshot.accounts[0]
    limits = tuple(
        replace(limit, percent=percent, as_of=now) for limit in account.limits
    )
    projected = percent * 300 / minutes
    limit_at = None
    if projected > 100 > percent:
        limit_at = START + timedelta(minutes=minutes * 100 / percent)
    account = replace(
        account,
        limits=limits,
        pace=Pace(963, 4.25, min(100.0, projected), limit_at),
        last_record_at=now,
    )
    snapshot = replace(state.data.snapshot, taken_at=now, accounts=(account,))
    data = state.data._replace(
        snapshot=snapshot,
        account=account,
        window=_make_window_usage(now),
        week=_make_week_usage(now),
    )
    context = state.context._replace(now=now, account=account)
    return PopupState(data, context)


def make_named_groups() -> tuple[UsageGroup, ...]:
    """Return projects with long, right-to-left, Chinese and odd names."""
    names = (
        "a-very-long-name-of-a-project-that-does-not-fit-into-a-row-of-the-list",
        "\u05e4\u05e8\u05d5\u05d9\u05e7\u05d8-\u05d2\u05d3\u05d5\u05dc",
        "\u6570\u636e\u5206\u6790\u5e73\u53f0",
        "<b>bold<b> &amp; \N{ROCKET}",
        "\u062a\u0637\u0628\u064a\u0642 shop",
    )
    return tuple(
        UsageGroup(
            f"/home/ada/{name}",
            "claude-opus-4-6",
            STANDARD_TERMS,
            make_totals(12 - 2 * number, 9_000_000 - number),
        )
        for number, name in enumerate(names)
    )
