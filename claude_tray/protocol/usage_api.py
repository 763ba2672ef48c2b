"""Define and build the objects of the usage API and of --json."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypedDict

from claude_tray.core.cost import ZERO_TOTALS, Totals, format_usd
from claude_tray.core.current_limits import get_current_usage
from claude_tray.core.snapshot import Snapshot
from claude_tray.core.status import assess_account
from claude_tray.core.time import format_iso
from claude_tray.protocol.limits_api import (
    ForecastRecordItem,
    LimitStatus,
    build_forecast_record,
    build_limit_status,
)

if TYPE_CHECKING:
    from datetime import datetime

    from claude_tray.core.snapshot import AccountSnapshot
    from claude_tray.core.usage import TokenCounts


def build_token_counts(tokens: TokenCounts) -> WindowDetails:
    """Return tokens by category."""
    return {
        "input_tokens": tokens.input,
        "output_tokens": tokens.output,
        "cache_creation_tokens": tokens.cache_write,
        "cache_read_tokens": tokens.cache_read,
    }


def build_usage_sums(totals: Totals) -> UsageSums:
    """Return the totals of a model, day or window."""
    tokens = totals.tokens
    return {
        "input_tokens": tokens.input,
        "output_tokens": tokens.output,
        "cache_creation_tokens": tokens.cache_write,
        "cache_read_tokens": tokens.cache_read,
        "messages": totals.messages,
        "cost_usd": format_usd(totals.cost),
        **_build_known_part(totals),
    }


def _build_known_part(totals: Totals) -> KnownPart:
    tokens = totals.tokens
    return {
        "total_tokens": tokens.input + tokens.output,
        "total_tokens_with_cache": tokens.total,
        "cost_known_usd": format_usd(totals.priced_cost) or "",
        "unpriced_messages": totals.unpriced,
    }


def build_usage_totals(totals: Totals) -> UsageTotals:
    """Return the totals of a project or session."""
    tokens = totals.tokens
    return {
        "total_messages": totals.messages,
        "total_tokens": tokens.input + tokens.output,
        "total_input_tokens": tokens.input,
        "total_output_tokens": tokens.output,
        "total_cache_creation_tokens": tokens.cache_write,
        "total_cache_read_tokens": tokens.cache_read,
        "total_cost_usd": format_usd(totals.cost),
        **_build_known_part(totals),
    }


_MINUTE: Final = 60


def build_stats(
    totals: Totals,
    counts: tuple[int, int],
    state: AccountSnapshot,
    at: datetime,
) -> Stats:
    """
    Return the object of GET stats/.

    Args:
        totals: All-time totals of the account.
        counts: Number of sessions and of projects.
        state: Current state of the account.
        at: Current time.
    """
    window, last_at = state.window, state.last_record_at
    tokens, used = totals.tokens, get_current_usage(state, at)
    window_totals = window.totals if window else ZERO_TOTALS
    # The keys of the first description of the API come first.
    return {
        "total_tokens": tokens.input + tokens.output,
        "total_input_tokens": tokens.input,
        "total_output_tokens": tokens.output,
        "total_cache_creation_tokens": tokens.cache_write,
        "total_cache_read_tokens": tokens.cache_read,
        "total_sessions": counts[0],
        "total_messages": totals.messages,
        "projects": counts[1],
        "current_window_tokens": window_totals.tokens.input
        + window_totals.tokens.output,
        "current_window_start": format_iso(window.start) if window else None,
        "next_reset_at": format_iso(window.end) if window else None,
        "time_until_reset_seconds": compute_seconds_left(state, at),
        "time_until_reset_human": format_time_left(state, at),
        "is_within_active_window": window is not None,
        "window_details": build_token_counts(window_totals.tokens),
        "total_cost_usd": format_usd(totals.cost),
        "window_cost_usd": format_usd(window_totals.cost) if window else None,
        "window_source": window.source.value if window else None,
        "window_rule": window.rule.value if window and window.rule else None,
        "window_state": "provisional" if state.is_provisional else "complete",
        "used_percentage": used.percent if used else None,
        "as_of": format_iso(last_at) if last_at else None,
        "account": state.name,
        "forecast_record": build_forecast_record(state.forecast_record),
        **_build_limits(state, at),
        **_build_known_part(totals),
        **_build_window_part(window_totals),
    }


def _build_limits(state: AccountSnapshot, at: datetime) -> LimitStatus:
    return build_limit_status(
        assess_account(Snapshot(at, (state,)), state, at)
    )


def _build_window_part(totals: Totals) -> WindowKnownPart:
    return {
        "current_window_tokens_with_cache": totals.tokens.total,
        "window_cost_known_usd": format_usd(totals.priced_cost) or "",
        "window_unpriced_messages": totals.unpriced,
    }


def compute_seconds_left(state: AccountSnapshot, at: datetime) -> int | None:
    """Return whole seconds until the reset, None without a window."""
    if state.window is None:
        return None
    return int((state.window.end - at).total_seconds())


def format_time_left(state: AccountSnapshot, at: datetime) -> str:
    """Return the time until the reset, such as "2h 0m remaining"."""
    seconds = compute_seconds_left(state, at)
    if seconds is None:
        return "Limits have reset"
    hours, minutes = divmod(seconds // _MINUTE, _MINUTE)
    if hours:
        return f"{hours}h {minutes}m remaining"
    return f"{minutes}m remaining"


class WindowDetails(TypedDict):
    """Tokens of the open window by category."""

    input_tokens: int
    output_tokens: int
    cache_creation_tokens: int
    cache_read_tokens: int


class KnownPart(TypedDict):
    """
    What every sum has.

    `total_tokens` counts input and output, `total_tokens_with_cache` cache
    writes and reads too. A cost that is null has an unknown part: then
    `cost_known_usd` is the cost of the rest, a minimum, and
    `unpriced_messages` counts the responses without a known price.
    """

    total_tokens: int
    total_tokens_with_cache: int
    cost_known_usd: str
    unpriced_messages: int


class UsageTotals(KnownPart):
    """Totals of a project or session."""

    total_messages: int
    total_input_tokens: int
    total_output_tokens: int
    total_cache_creation_tokens: int
    total_cache_read_tokens: int
    total_cost_usd: str | None


class WindowKnownPart(TypedDict):
    """What the sum of the open window has, as KnownPart."""

    current_window_tokens_with_cache: int
    window_cost_known_usd: str
    window_unpriced_messages: int


class Stats(UsageTotals, WindowKnownPart, LimitStatus):
    """
    Response of GET stats/; window and limits are those of `account`.

    Times are ISO 8601 in UTC with Z; costs are decimal dollars as strings,
    None if the price of any part is unknown.
    """

    total_sessions: int
    projects: int
    current_window_tokens: int
    current_window_start: str | None
    next_reset_at: str | None
    time_until_reset_seconds: int | None
    time_until_reset_human: str
    is_within_active_window: bool
    window_details: WindowDetails
    window_cost_usd: str | None
    window_source: Literal["official", "learnt", "estimated"] | None
    window_rule: str | None
    window_state: Literal["complete", "provisional"]
    used_percentage: float | None
    as_of: str | None
    account: str
    forecast_record: ForecastRecordItem | None


class UsageSums(KnownPart):
    """Totals that several lists share."""

    input_tokens: int
    output_tokens: int
    cache_creation_tokens: int
    cache_read_tokens: int
    messages: int
    cost_usd: str | None


class WindowItem(UsageSums):
    """Item of `windows`, which lists the oldest first."""

    start: str
    end: str
    is_active: bool
    source: str
    rule: str | None


class ModelItem(UsageSums):
    """Item of `models`."""

    model: str


class DayItem(UsageSums):
    """Item of `daily`: one local day."""

    date: str


class ProjectItem(UsageTotals):
    """Item of GET projects/."""

    name: str
    path: str
    total_sessions: int
    first_message_at: str | None
    last_message_at: str | None


class ProjectList(TypedDict):
    """Response of GET projects/."""

    count: int
    projects: list[ProjectItem]


class ProjectMachineItem(UsageTotals):
    """Usage of a project on one machine."""

    machine_id: str
    name: str


class ProjectDetail(ProjectItem):
    """Response of GET projects/<name>/."""

    models: list[ModelItem]
    machines: list[ProjectMachineItem]


class WorktreeItem(UsageTotals):
    """Usage of a project in one of its worktrees."""

    name: str
    path: str


class SessionItem(UsageTotals):
    """Item of GET projects/<name>/sessions/."""

    session_id: str
    project: str
    models: list[str]
    machines: list[str]
    first_message_at: str | None
    last_message_at: str | None


class SessionList(TypedDict):
    """Response of GET projects/<name>/sessions/."""

    count: int
    sessions: list[SessionItem]


class MessageItem(TypedDict):
    """One response of a session."""

    timestamp: str
    message_id: str
    request_id: str
    model: str
    input_tokens: int
    output_tokens: int
    cache_creation_tokens: int
    cache_read_tokens: int
    cost_usd: str | None


class SessionDetail(SessionItem):
    """Response of GET sessions/<id>/; `count` is the number of messages."""

    count: int
    messages: list[MessageItem]
