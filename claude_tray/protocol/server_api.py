"""Define the objects of the usage API that only the server has."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypedDict

import msgspec

from claude_tray.protocol.usage_api import (
    DayItem,
    ModelItem,
    ProjectItem,
    Stats,
    UsageSums,
    UsageTotals,
)

# Imported at run time because the OpenAPI schema is built from these.


class TimeseriesPoint(UsageSums):
    """Point of GET timeseries/: one step with usage."""

    start: str


class SeriesItem(UsageSums):
    """
    One part of the usage over time.

    `key` is the model, project, account, machine ID or kind of tokens
    ("input", "output", "cache_write", "cache_read"), `name` its display name.
    `is_rest`: the sum of all parts that are not listed. Series of token kinds
    have no messages, because a response has tokens of several kinds.
    """

    key: str
    name: str
    is_rest: bool
    points: list[TimeseriesPoint]


class Timeseries(TypedDict):
    """
    Response of GET timeseries/; steps without usage are omitted.

    `series` are the parts that `by` selects, the most expensive first.
    `is_truncated`: earlier steps are omitted; `since` is the first one.
    """

    step_seconds: int
    since: str
    until: str
    is_truncated: bool
    by: str | None
    points: list[TimeseriesPoint]
    series: list[SeriesItem]


class PeriodUsage(UsageTotals):
    """Usage from `since` (inclusive) to `until` (exclusive)."""

    since: str
    until: str
    total_sessions: int
    projects: int


class ChangePercent(TypedDict):
    """Change in percent; null without earlier usage or a known cost."""

    total_tokens: float | None
    total_tokens_with_cache: float | None
    total_messages: float | None
    total_cost_usd: float | None


class Comparison(TypedDict):
    """Response of GET comparison/."""

    current: PeriodUsage
    previous: PeriodUsage
    change_percent: ChangePercent


class RecordItem(TypedDict):
    """
    One stored response.

    `record_id` is a hash of the IDs that Claude Code gave it, the same
    wherever the response is sent from; the IDs are not stored. `tokens` is by
    kind, cache writes by their lifetime.
    """

    record_id: str
    timestamp: str
    model: str
    speed: str
    inference_geo: str
    service_tier: str
    machine_id: str
    account: str
    is_subagent: bool
    tokens: dict[str, int]
    total_tokens: int
    total_tokens_with_cache: int
    cost_usd: str | None


class RecordList(TypedDict):
    """Response of GET sessions/<id>/records/, oldest first."""

    count: int
    records: list[RecordItem]


class MachineState(TypedDict):
    """Item of GET machines/."""

    machine_id: str
    name: str
    version: str
    last_sync_at: str | None
    as_of: str | None
    clock_skew_ms: int | None
    is_revoked: bool


class MachineList(TypedDict):
    """Response of GET machines/."""

    count: int
    machines: list[MachineState]


class MachineChange(msgspec.Struct):
    """Body of PATCH machines/<id>/."""

    is_revoked: bool


class AccountItem(UsageSums):
    """Usage of one Claude account; the key "" is the unknown account."""

    account: str
    last_message_at: str | None


class DashboardSummary(TypedDict):
    """Response of GET dashboard/: everything that the page shows."""

    stats: Stats
    projects: list[ProjectItem]
    models: list[ModelItem]
    accounts: list[AccountItem]
    machines: list[MachineState]
    days: list[DayItem]


# Not blank, and no NUL, which no database stores.
FilledText = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        extra_json_schema={"pattern": r"^[^\x00]*[^\s\x00][^\x00]*$"},
    ),
]


class _Password(TypedDict):
    password: FilledText


class Credentials(_Password, total=False):
    """
    Body of POST api/token/.

    `username` may be an e-mail address; `email` is taken instead of it.
    """

    username: FilledText
    email: FilledText


class TokenPair(TypedDict):
    """Response of POST api/token/."""

    access: str
    refresh: str


class RefreshToken(TypedDict):
    """Body of POST api/token/refresh/."""

    refresh: FilledText


class AccessToken(TypedDict):
    """Response of POST api/token/refresh/."""

    access: str


class ApiTokenItem(TypedDict):
    """
    Item of GET tokens/: a token without its secret, or a signed-in program.

    `scope` is "refresh" for a signed-in program. `machine_id` is the machine
    that a token for sending belongs to; empty until it first sends.
    """

    id: str
    scope: str
    name: str
    machine_id: str
    created_at: str
    expires_at: str
    revoked_at: str | None
    last_used_at: str | None


class ApiTokenList(TypedDict):
    """Response of GET tokens/."""

    count: int
    tokens: list[ApiTokenItem]


class ApiTokenRequest(msgspec.Struct):
    """Body of POST tokens/."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
    scope: Literal["send", "read", "metrics"] = "send"
    days: Annotated[int, msgspec.Meta(ge=1, le=3650)] = 365


class CreatedApiToken(ApiTokenItem):
    """Response of POST tokens/; the token is shown only once."""

    token: str


class RefreshResult(TypedDict):
    """Response of POST refresh/."""

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
    """Response of GET readyz."""

    status: str


class _ProblemFields(TypedDict):
    type: str
    status: int
    code: str
    detail: str
    request_id: str


class ProblemDetail(_ProblemFields, total=False):
    """Error as application/problem+json; `errors` is keyed by parameter."""

    errors: dict[str, Any]
