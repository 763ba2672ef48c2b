"""The shapes of the usage API that only a server answers."""

from __future__ import annotations

from typing import Any, TypedDict

from claude_tray.protocol.usage_api import (
    DayItem,
    ModelItem,
    ProjectItem,
    Stats,
    UsageSums,
)

# At run time, too: the API's schema is made of these.


class TimeseriesPoint(TypedDict):
    """One of GET timeseries/: a step that was used."""

    start: str
    input_tokens: int
    output_tokens: int
    cache_creation_tokens: int
    cache_read_tokens: int
    messages: int
    cost_usd: str | None


class Timeseries(TypedDict):
    """GET timeseries/: steps without use are left out."""

    step_seconds: int
    since: str
    until: str
    points: list[TimeseriesPoint]


class MachineState(TypedDict):
    """One of GET machines/."""

    machine_id: str
    name: str
    version: str
    last_sync_at: str | None
    as_of: str | None
    clock_skew_ms: int | None
    is_revoked: bool


class MachineList(TypedDict):
    """GET machines/."""

    count: int
    machines: list[MachineState]


class AccountItem(UsageSums):
    """A Claude account; the key "" is the unknown one."""

    account: str
    last_message_at: str | None


class DashboardSummary(TypedDict):
    """GET dashboard/: what the page shows, at one glance."""

    stats: Stats
    projects: list[ProjectItem]
    models: list[ModelItem]
    accounts: list[AccountItem]
    machines: list[MachineState]
    days: list[DayItem]


class Credentials(TypedDict):
    """POST api/token/."""

    username: str
    password: str


class TokenPair(TypedDict):
    """The answer to it."""

    access: str
    refresh: str


class RefreshToken(TypedDict):
    """POST api/token/refresh/."""

    refresh: str


class AccessToken(TypedDict):
    """The answer to it."""

    access: str


class RefreshResult(TypedDict):
    """POST refresh/."""

    status: str
    message: str
    files_read: int
    bytes_read: int
    messages_added: int
    messages_updated: int
    bad_lines: int
    too_long: int
    timestamp: str


class ReadinessStatus(TypedDict):
    """GET readyz."""

    status: str


class _ProblemFields(TypedDict):
    type: str
    status: int
    code: str
    detail: str
    request_id: str


class ProblemDetail(_ProblemFields, total=False):
    """Any error, as application/problem+json; `errors` names parameters."""

    errors: dict[str, Any]
