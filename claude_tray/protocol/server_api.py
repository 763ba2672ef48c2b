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
)

# Imported at run time because the OpenAPI schema is built from these.


class TimeseriesPoint(UsageSums):
    """Point of GET timeseries/: one step with usage."""

    start: str


class Timeseries(TypedDict):
    """Response of GET timeseries/; steps without usage are omitted."""

    step_seconds: int
    since: str
    until: str
    points: list[TimeseriesPoint]


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


class Credentials(TypedDict):
    """Body of POST api/token/."""

    username: str
    password: str


class TokenPair(TypedDict):
    """Response of POST api/token/."""

    access: str
    refresh: str


class RefreshToken(TypedDict):
    """Body of POST api/token/refresh/."""

    refresh: str


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
