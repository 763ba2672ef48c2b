"""
List states of an account, and what every surface has to show of them.

The expectations come from what users have to know, not from a surface: which
status it is, how severe, which share of which limit counts, until when.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from claude_tray.core.cost import Totals
from claude_tray.core.limits import LimitKind, LimitMoney, LimitSource
from claude_tray.core.snapshot import (
    AccountSnapshot,
    BlockingLimit,
    LimitUsage,
    Pace,
    Snapshot,
)
from claude_tray.core.status import AccountStatus, Severity
from claude_tray.core.usage import TokenCounts
from claude_tray.core.windows import ValueSource, Window, WindowRule
from tests.support.builders import at, nano_usd
from tests.support.limits import make_limit_usage

NOW = at("12:13")
RESET = at("15:00")
# 5 March 2026 is a Thursday: 46 % of the week have passed.
WEEK_RESET = at("09:00", 5)
MONTH_RESET = at("09:00", 20)
TODAY = Totals(9, TokenCounts(cache_read=28_100_000), nano_usd(12_400_000_000))
_WINDOW_TOTALS = Totals(
    7, TokenCounts(1_000_000, 400_000), nano_usd(9_420_000_000)
)
WINDOW = Window(at("10:00"), RESET, ValueSource.OFFICIAL, None, _WINDOW_TOTALS)
ESTIMATED = WINDOW._replace(
    source=ValueSource.ESTIMATED, rule=WindowRule.EXACT
)


class AssessmentState(NamedTuple):
    """
    A state and what every surface shows of it.

    Attributes:
        name: Name of the case.
        snapshot: Snapshot to show; the first account is on display.
        status: Status of the account.
        severity: How close the worst limit is.
        share: Percentage that counts, rounded; None if none does.
        limit: Name of the limit that counts, if not the 5-hour limit.
        deadline: Time that the countdown leads to; None without one.
        shows: Texts that every text surface contains.
        hides: Texts that no surface contains, in any case of letters.
    """

    name: str
    snapshot: Snapshot
    status: AccountStatus
    severity: Severity = Severity.OK
    share: int | None = None
    limit: str = ""
    deadline: datetime | None = None
    shows: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()

    @property
    def account(self) -> AccountSnapshot | None:
        return self.snapshot.latest_account


def five_hour(
    percent: float, as_of: str = "12:12", resets_at: datetime = RESET
) -> LimitUsage:
    return make_limit_usage("five_hour", percent, resets_at, at(as_of))


def week(
    percent: float,
    name: str = "seven_day",
    resets_at: datetime | None = WEEK_RESET,
    as_of: str = "12:12",
) -> LimitUsage:
    return make_limit_usage(name, percent, resets_at, at(as_of))


def money(
    used: str,
    limit: str | None = None,
    percent: float | None = None,
    name: str = "extra_usage",
    resets_at: datetime | None = None,
) -> LimitUsage:
    amounts = LimitMoney(
        Decimal(used), Decimal(limit) if limit else None, "USD", "monthly"
    )
    return make_limit_usage(
        name, percent, resets_at, at("12:12"), money=amounts
    )


def make_account(*limits: LimitUsage, **fields: Any) -> AccountSnapshot:
    """Build an account with an open window."""
    values: dict[str, Any] = {
        "name": "default",
        "path": "/home/ada/.claude",
        "window": WINDOW,
        "last_record_at": NOW - timedelta(seconds=20),
        "today": TODAY,
        "limits": limits,
    }
    return AccountSnapshot(**values | fields)


def make_snapshot(*accounts: AccountSnapshot, **fields: Any) -> Snapshot:
    return Snapshot(NOW, accounts=accounts, today=TODAY, **fields)


def _blocked(
    kind: LimitKind, until: datetime | None, scope: str = ""
) -> tuple[BlockingLimit, ...]:
    return (BlockingLimit(until, kind, scope),)


def _state(
    name: str,
    status: AccountStatus,
    account: AccountSnapshot,
    severity: Severity = Severity.OK,
    **expected: Any,
) -> AssessmentState:
    return AssessmentState(
        name, make_snapshot(account), status, severity, **expected
    )


_NO_WINDOW: dict[str, Any] = {"window": None, "has_window": False}
_REACHED = ("limit reached",)
_COUNTDOWN = ("left (", "5-hour window")
_PROBLEM = "~/.claude/projects cannot be read: permission denied."

_WITHOUT_WINDOW = (
    AssessmentState(
        "no data", Snapshot(NOW), AccountStatus.IDLE, hides=_REACHED
    ),
    AssessmentState(
        "first run",
        make_snapshot(make_account(window=None), scan_progress=0.42),
        AccountStatus.READING,
        shows=("42%",),
    ),
    AssessmentState(
        "error without a window",
        make_snapshot(make_account(window=None), problem=_PROBLEM),
        AccountStatus.ERROR,
        shows=("cannot be read",),
    ),
    _state("idle", AccountStatus.IDLE, make_account(window=None)),
    _state(
        "idle, week calm",
        AccountStatus.IDLE,
        make_account(week(21), window=None),
        shows=("21%",),
    ),
    _state(
        "idle, week hot",
        AccountStatus.CRITICAL,
        make_account(week(96), window=None),
        Severity.CRITICAL,
        share=96,
        limit="Week",
        deadline=WEEK_RESET,
        shows=("96%",),
    ),
)
_WITH_WINDOW = (
    _state(
        "no percentage",
        AccountStatus.UNKNOWN,
        make_account(window=ESTIMATED),
        deadline=RESET,
        shows=("15:00",),
    ),
    _state(
        "no percentage, week calm",
        AccountStatus.UNKNOWN,
        make_account(week(42)),
        deadline=RESET,
        shows=("15:00", "42%"),
    ),
    _state(
        "on pace",
        AccountStatus.OK,
        make_account(five_hour(38), week(21), pace=Pace(1, 1, 66)),
        share=38,
        deadline=RESET,
        shows=("15:00", "38%", "66%", "21%"),
    ),
    _state(
        "half a percent",
        AccountStatus.OK,
        make_account(five_hour(23.5), week(22.5)),
        share=24,
        deadline=RESET,
        shows=("24%", "23%"),
        hides=("22%",),
    ),
    _state(
        "ahead of pace",
        AccountStatus.WARNING,
        make_account(five_hour(71), pace=Pace(1, 1, 140, at("13:01"))),
        Severity.WARNING,
        share=71,
        deadline=RESET,
        shows=("15:00", "71%", "13:01"),
    ),
    _state(
        "running low",
        AccountStatus.WARNING,
        make_account(five_hour(75)),
        Severity.WARNING,
        share=75,
        deadline=RESET,
        shows=("75%",),
    ),
    _state(
        "almost out",
        AccountStatus.CRITICAL,
        make_account(five_hour(92), pace=Pace(1, 1, 101, at("14:56"))),
        Severity.CRITICAL,
        share=92,
        deadline=RESET,
        shows=("92%", "14:56"),
    ),
    _state(
        "out in 20 minutes",
        AccountStatus.CRITICAL,
        make_account(five_hour(50), pace=Pace(1, 1, 300, at("12:33"))),
        Severity.CRITICAL,
        share=50,
        deadline=RESET,
        shows=("50%", "12:33"),
    ),
    _state(
        "reset moved earlier",
        AccountStatus.OK,
        make_account(
            five_hour(3, resets_at=at("13:00")),
            window=WINDOW._replace(end=at("13:00")),
        ),
        share=3,
        deadline=at("13:00"),
        shows=("13:00", "3%"),
        hides=("15:00",),
    ),
    _state(
        "percentage before the reset",
        AccountStatus.UNKNOWN,
        make_account(five_hour(88, "09:50", at("10:00"))),
        deadline=RESET,
        shows=("15:00",),
        hides=("88%",),
    ),
    _state(
        "stale",
        AccountStatus.STALE,
        make_account(five_hour(71, "11:41"), pace=Pace(1, 1, 80)),
        share=71,
        deadline=RESET,
        shows=("15:00", "71%", "11:41"),
        hides=("no new data",),
    ),
    _state(
        "stale and almost out",
        AccountStatus.CRITICAL,
        make_account(five_hour(92, "11:41"), pace=Pace(1, 1, 96)),
        Severity.CRITICAL,
        share=92,
        deadline=RESET,
        shows=("92%", "11:41"),
    ),
    AssessmentState(
        "error",
        make_snapshot(make_account(five_hour(38)), problem=_PROBLEM),
        AccountStatus.ERROR,
        share=38,
        deadline=RESET,
        shows=("cannot be read", "15:00"),
    ),
    AssessmentState(
        "two accounts, the worse one idle",
        make_snapshot(
            make_account(five_hour(38), week(21), name="work"),
            make_account(
                week(97),
                name="private",
                path="/home/ada/.claude-private",
                window=None,
                last_record_at=at("09:00"),
            ),
        ),
        AccountStatus.OK,
        share=38,
        deadline=RESET,
        shows=("15:00", "38%"),
    ),
)
_OTHER_LIMITS = (
    _state(
        "week hot",
        AccountStatus.CRITICAL,
        make_account(five_hour(10), week(96)),
        Severity.CRITICAL,
        share=96,
        limit="Week",
        deadline=RESET,
        shows=("15:00", "96%", "10%"),
    ),
    _state(
        "week ahead of pace",
        AccountStatus.WARNING,
        make_account(five_hour(10), week(63)),
        Severity.WARNING,
        share=63,
        limit="Week",
        deadline=RESET,
        shows=("63%", "Tue 08:2"),
    ),
    _state(
        "model hot while the week is calm",
        AccountStatus.CRITICAL,
        make_account(five_hour(10), week(42), week(96, "Fable")),
        Severity.CRITICAL,
        share=96,
        limit="Fable",
        deadline=RESET,
        shows=("Fable 96%", "15:00"),
    ),
    _state(
        "surface hot",
        AccountStatus.WARNING,
        make_account(five_hour(10), week(20), week(84, "seven_day_cowork")),
        Severity.WARNING,
        share=84,
        limit="Cowork",
        deadline=RESET,
        shows=("Cowork 84%",),
    ),
    _state(
        "unknown limit",
        AccountStatus.WARNING,
        make_account(five_hour(10), week(84, "night_shift_pool")),
        Severity.WARNING,
        share=84,
        limit="Night shift pool",
        deadline=RESET,
        shows=("Night shift pool 84%",),
    ),
    _state(
        "week without a reset time",
        AccountStatus.OK,
        make_account(five_hour(38), week(21, resets_at=None)),
        share=38,
        deadline=RESET,
        shows=("21%",),
    ),
    _state(
        "stale week",
        AccountStatus.OK,
        make_account(five_hour(38), week(41, as_of="08:48")),
        share=38,
        deadline=RESET,
        shows=("≥ 41%",),
    ),
    _state(
        "spend limit",
        AccountStatus.WARNING,
        make_account(
            money("19.25", "25", 77, "spend_limit", MONTH_RESET), window=None
        ),
        Severity.WARNING,
        share=77,
        limit="Spend limit",
        deadline=MONTH_RESET,
        shows=("77%", "$19.25 of $25.00", "Mar 20"),
    ),
)
_BLOCKED = (
    _state(
        "limit reached",
        AccountStatus.LIMIT,
        make_account(five_hour(100), week(63)),
        Severity.CRITICAL,
        share=100,
        deadline=RESET,
        shows=("5-hour limit reached", "15:00"),
    ),
    _state(
        "limit reached, as a message says",
        AccountStatus.LIMIT,
        make_account(
            blocking_limits=_blocked(LimitKind.FIVE_HOUR, at("14:30")),
            window=ESTIMATED,
        ),
        Severity.CRITICAL,
        share=100,
        deadline=at("14:30"),
        shows=("5-hour limit reached", "14:30"),
    ),
    _state(
        "block that has ended",
        AccountStatus.OK,
        make_account(
            five_hour(38),
            blocking_limits=_blocked(LimitKind.FIVE_HOUR, at("12:00")),
        ),
        share=38,
        deadline=RESET,
        hides=_REACHED,
    ),
    _state(
        "week reached",
        AccountStatus.LIMIT,
        make_account(five_hour(40), week(100)),
        Severity.CRITICAL,
        share=100,
        limit="Week",
        deadline=WEEK_RESET,
        shows=("Weekly limit reached", "09:00"),
    ),
    _state(
        "model reached",
        AccountStatus.MODEL_LIMIT,
        make_account(
            five_hour(38),
            week(61),
            blocking_limits=_blocked(LimitKind.MODEL, WEEK_RESET, "Opus"),
        ),
        Severity.CRITICAL,
        share=100,
        limit="Opus",
        deadline=RESET,
        shows=("Opus limit reached", "Thu", "09:00", "15:00"),
        hides=("claude code is available again", "usage limit reached"),
    ),
    _state(
        "model fully used",
        AccountStatus.MODEL_LIMIT,
        make_account(five_hour(38), week(100, "seven_day_opus")),
        Severity.CRITICAL,
        share=100,
        limit="Opus",
        deadline=RESET,
        shows=("Opus limit reached", "09:00"),
    ),
    _state(
        "model reached without a reset time",
        AccountStatus.MODEL_LIMIT,
        make_account(
            five_hour(38),
            blocking_limits=_blocked(LimitKind.MODEL, None, "Fable 5"),
        ),
        Severity.CRITICAL,
        share=100,
        limit="Fable 5",
        deadline=RESET,
        shows=("Fable 5 limit reached", "15:00"),
    ),
    _state(
        "out of extra usage",
        AccountStatus.LIMIT,
        make_account(
            blocking_limits=_blocked(
                LimitKind.SPEND, at("14:00"), "Extra usage"
            )
        ),
        Severity.CRITICAL,
        share=100,
        limit="Extra usage",
        deadline=at("14:00"),
        shows=("Extra usage limit reached", "14:00"),
    ),
    _state(
        "spend limit reached",
        AccountStatus.LIMIT,
        make_account(money("25", "25", 100, "spend_limit", MONTH_RESET)),
        Severity.CRITICAL,
        share=100,
        limit="Spend limit",
        deadline=MONTH_RESET,
        shows=("Spend limit reached", "Mar 20"),
    ),
    _state(
        "refusal of unknown kind",
        AccountStatus.LIMIT,
        make_account(
            five_hour(38),
            blocking_limits=_blocked(LimitKind.UNKNOWN, at("14:00")),
        ),
        Severity.CRITICAL,
        deadline=at("14:00"),
        shows=("Usage limit reached", "14:00"),
    ),
    _state(
        "refusal without a reset time",
        AccountStatus.LIMIT,
        make_account(blocking_limits=_blocked(LimitKind.UNKNOWN, None)),
        Severity.CRITICAL,
        shows=("Usage limit reached",),
    ),
)
_BEYOND = (
    _state(
        "credits in use",
        AccountStatus.EXTRA_USAGE,
        make_account(five_hour(100), money("106.31")),
        Severity.CRITICAL,
        share=100,
        deadline=RESET,
        shows=("$106.31", "15:00"),
        hides=_REACHED,
    ),
    _state(
        "credits in use, with a limit",
        AccountStatus.EXTRA_USAGE,
        make_account(five_hour(100), money("12.40", "25", 49.6)),
        Severity.CRITICAL,
        share=100,
        deadline=RESET,
        shows=("$12.40 of $25.00", "15:00"),
        hides=_REACHED,
    ),
    _state(
        "credits used up",
        AccountStatus.LIMIT,
        make_account(five_hour(100), money("25", "25", 100)),
        Severity.CRITICAL,
        share=100,
        deadline=RESET,
        shows=("5-hour limit reached", "15:00"),
    ),
    _state(
        "work goes on after a refusal",
        AccountStatus.EXTRA_USAGE,
        make_account(
            five_hour(100), lifted_limits=_blocked(LimitKind.FIVE_HOUR, RESET)
        ),
        Severity.CRITICAL,
        share=100,
        deadline=RESET,
        shows=("15:00",),
        hides=_REACHED,
    ),
)
_LIFTED = (
    _state(
        "work goes on, the share was never reported",
        AccountStatus.UNKNOWN,
        make_account(
            replace(five_hour(100), source=LimitSource.MESSAGE),
            lifted_limits=_blocked(LimitKind.FIVE_HOUR, RESET),
        ),
        deadline=RESET,
        shows=("15:00",),
        hides=(*_REACHED, "100% used"),
    ),
)
_NO_FIVE_HOUR_LIMIT = (
    _state(
        "no 5-hour limit",
        AccountStatus.OK,
        make_account(week(41), **_NO_WINDOW),
        share=41,
        limit="Week",
        deadline=WEEK_RESET,
        shows=("41%", "09:00"),
        hides=_COUNTDOWN,
    ),
    _state(
        "no 5-hour limit, an estimated window",
        AccountStatus.OK,
        make_account(week(41), has_window=False, window=ESTIMATED),
        share=41,
        limit="Week",
        deadline=WEEK_RESET,
        shows=("41%", "09:00"),
        hides=(*_COUNTDOWN, "15:00"),
    ),
    _state(
        "no 5-hour limit, week running low",
        AccountStatus.WARNING,
        make_account(week(78), **_NO_WINDOW),
        Severity.WARNING,
        share=78,
        limit="Week",
        deadline=WEEK_RESET,
        shows=("78%",),
        hides=_COUNTDOWN,
    ),
    _state(
        "no 5-hour limit, week reached",
        AccountStatus.LIMIT,
        make_account(week(100), **_NO_WINDOW),
        Severity.CRITICAL,
        share=100,
        limit="Week",
        deadline=WEEK_RESET,
        shows=("Weekly limit reached", "09:00"),
        hides=_COUNTDOWN,
    ),
    _state(
        "no 5-hour limit, model reached",
        AccountStatus.MODEL_LIMIT,
        make_account(week(61), week(100, "Opus"), **_NO_WINDOW),
        Severity.CRITICAL,
        share=100,
        limit="Opus",
        deadline=WEEK_RESET,
        shows=("Opus limit reached", "61%"),
        hides=_COUNTDOWN,
    ),
    _state(
        "no 5-hour limit, stale week",
        AccountStatus.STALE,
        make_account(week(41, as_of="08:48"), **_NO_WINDOW),
        share=41,
        limit="Week",
        deadline=WEEK_RESET,
        shows=("41%",),
        hides=_COUNTDOWN,
    ),
    _state(
        "API user",
        AccountStatus.UNLIMITED,
        make_account(**_NO_WINDOW),
        shows=("$12.40",),
        hides=(*_COUNTDOWN, *_REACHED),
    ),
    AssessmentState(
        "API user with an error",
        make_snapshot(make_account(**_NO_WINDOW), problem=_PROBLEM),
        AccountStatus.ERROR,
        shows=("cannot be read",),
    ),
)
STATES: tuple[AssessmentState, ...] = (
    *_WITHOUT_WINDOW,
    *_WITH_WINDOW,
    *_OTHER_LIMITS,
    *_BLOCKED,
    *_BEYOND,
    *_LIFTED,
    *_NO_FIVE_HOUR_LIMIT,
)
