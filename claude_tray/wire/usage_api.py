"""The shapes of the usage API, which the command line's --json shares."""

from __future__ import annotations

from typing import Literal, TypedDict


class WindowDetails(TypedDict):
    """The tokens of the open window, by kind."""

    input_tokens: int
    output_tokens: int
    cache_creation_tokens: int
    cache_read_tokens: int


class Stats(TypedDict):
    """
    GET stats/.

    Times are ISO 8601 in UTC with Z; costs are decimal dollars as strings,
    None while the price of any part is unknown.
    """

    total_tokens: int
    total_input_tokens: int
    total_output_tokens: int
    total_cache_creation_tokens: int
    total_cache_read_tokens: int
    total_sessions: int
    total_messages: int
    projects: int
    current_window_tokens: int
    current_window_start: str | None
    next_reset_at: str | None
    time_until_reset_seconds: int | None
    time_until_reset_human: str
    is_within_active_window: bool
    window_details: WindowDetails
    total_cost_usd: str | None
    window_cost_usd: str | None
    window_source: Literal["official", "learnt", "estimated"] | None
    window_rule: str | None
    window_state: Literal["complete", "provisional"]
    used_percentage: float | None
    as_of: str | None


class UsageSums(TypedDict):
    """Sums that several listings share."""

    input_tokens: int
    output_tokens: int
    cache_creation_tokens: int
    cache_read_tokens: int
    messages: int
    cost_usd: str | None


class WindowRow(UsageSums):
    """One of `windows`, oldest first."""

    start: str
    end: str
    is_active: bool
    source: str
    rule: str | None


class ModelRow(UsageSums):
    """One of `models`."""

    model: str


class DayRow(UsageSums):
    """One of `daily`: a local day."""

    date: str


class UsageTotals(TypedDict):
    """What a project or a session adds up to."""

    total_messages: int
    total_tokens: int
    total_input_tokens: int
    total_output_tokens: int
    total_cache_creation_tokens: int
    total_cache_read_tokens: int
    total_cost_usd: str | None


class ProjectRow(UsageTotals):
    """One of GET projects/."""

    name: str
    path: str
    total_sessions: int
    first_message_at: str | None
    last_message_at: str | None


class ProjectList(TypedDict):
    """GET projects/."""

    count: int
    projects: list[ProjectRow]


class MachineRow(TypedDict):
    """A machine's share of a project."""

    machine_id: str
    name: str
    total_messages: int
    total_tokens: int


class ProjectDetail(ProjectRow):
    """GET projects/<name>/."""

    models: list[ModelRow]
    machines: list[MachineRow]


class SessionRow(UsageTotals):
    """One of GET projects/<name>/sessions/."""

    session_id: str
    project: str
    models: list[str]
    machines: list[str]
    first_message_at: str | None
    last_message_at: str | None


class SessionList(TypedDict):
    """GET projects/<name>/sessions/."""

    count: int
    sessions: list[SessionRow]


class MessageRow(TypedDict):
    """One of a session's replies."""

    timestamp: str
    message_id: str
    request_id: str
    model: str
    input_tokens: int
    output_tokens: int
    cache_creation_tokens: int
    cache_read_tokens: int
    cost_usd: str | None


class SessionDetail(SessionRow):
    """GET sessions/<id>/; `count` is the number of all its messages."""

    count: int
    messages: list[MessageRow]
