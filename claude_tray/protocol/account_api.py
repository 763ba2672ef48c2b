"""Define and build the state of an account in GET accounts/."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TypedDict

from claude_tray.core.current_limits import get_open_window
from claude_tray.core.time import format_iso
from claude_tray.protocol.limits_api import (
    ForecastItem,
    ForecastRecordItem,
    LimitStatus,
    build_forecast_item,
    build_forecast_record,
    build_limit_status,
)
from claude_tray.protocol.usage_api import UsageSums, build_usage_sums

if TYPE_CHECKING:
    from datetime import datetime

    from claude_tray.core.snapshot import AccountSnapshot, Pace
    from claude_tray.core.status import Assessment

# Imported at run time because the OpenAPI schema is built from these.


class WindowState(UsageSums):
    """
    The open 5-hour window.

    `source` says where its start comes from, `rule` how it was derived.
    `is_provisional`: a machine that has not synced yet may move its start.
    """

    start: str
    end: str
    seconds_left: int
    source: str
    rule: str | None
    is_provisional: bool


class PaceItem(TypedDict):
    """
    Burn rate of the open window, and where it leads.

    Tokens are input and output. The first two are of the last 30 minutes, the
    next two of the whole window; a cost is null if a price is unknown.
    `percent_at_reset` and `limit_at` are the projection of the 5-hour limit;
    `limit_at` is null if the window is reset before.
    """

    tokens_per_minute: float
    cost_usd_per_hour: float | None
    window_tokens_per_minute: float
    window_cost_usd_per_hour: float | None
    percent_at_reset: float | None
    limit_at: str | None
    forecast: ForecastItem | None


class TypicalWindow(TypedDict):
    """Input and output tokens of earlier windows; 90 % stay below the last."""

    median_tokens: int
    percentile_90_tokens: int


class AccountState(LimitStatus):
    """
    State of a Claude account, as icon, popup and pages show it.

    The account "" is the unknown one. `label` and `sentence` describe the
    status; `today` begins at midnight in `zone`.
    """

    account: str
    label: str
    sentence: str
    has_window: bool
    window: WindowState | None
    pace: PaceItem | None
    forecast_record: ForecastRecordItem | None
    typical_window: TypicalWindow | None
    today: UsageSums
    last_message_at: str | None


class AccountStateList(TypedDict):
    """
    Response of GET accounts/; the account used last is the first.

    `zone` is the time zone that was used.
    """

    count: int
    as_of: str
    zone: str
    accounts: list[AccountState]


class StatusWords(TypedDict):
    """The status in a word or two, and in a sentence."""

    label: str
    sentence: str


def build_account_state(
    state: AccountSnapshot,
    assessment: Assessment,
    words: StatusWords,
    now: datetime,
) -> AccountState:
    """
    Return the state of an account as JSON.

    Args:
        state: The account; its name is its key.
        assessment: Its assessment at that time.
        words: The status in words.
        now: Current time.
    """
    last_at = state.last_record_at
    return {
        **build_limit_status(assessment),
        **words,
        "account": state.name,
        "has_window": state.has_window,
        "window": _build_window(state, now),
        "pace": _build_pace(state.pace),
        "forecast_record": build_forecast_record(state.forecast_record),
        "typical_window": _build_typical_window(state.pace),
        "today": build_usage_sums(state.today),
        "last_message_at": format_iso(last_at) if last_at else None,
    }


def _build_window(state: AccountSnapshot, now: datetime) -> WindowState | None:
    window = get_open_window(state, now)
    if window is None:
        return None
    return {
        "start": format_iso(window.start),
        "end": format_iso(window.end),
        "seconds_left": (window.end - now) // timedelta(seconds=1),
        "source": window.source.value,
        "rule": window.rule.value if window.rule else None,
        "is_provisional": state.is_provisional,
        **build_usage_sums(window.totals),
    }


def _build_pace(pace: Pace | None) -> PaceItem | None:
    if pace is None:
        return None
    return {
        "tokens_per_minute": pace.tokens_per_minute,
        "cost_usd_per_hour": pace.cost_per_hour,
        "window_tokens_per_minute": pace.window_tokens_per_minute,
        "window_cost_usd_per_hour": pace.window_cost_per_hour,
        "percent_at_reset": pace.percent_at_reset,
        "limit_at": format_iso(pace.limit_at) if pace.limit_at else None,
        "forecast": build_forecast_item(pace.forecast),
    }


def _build_typical_window(pace: Pace | None) -> TypicalWindow | None:
    if pace is None or pace.typical_tokens is None:
        return None
    median, percentile_90 = pace.typical_tokens
    return {
        "median_tokens": median,
        "percentile_90_tokens": percentile_90,
    }
