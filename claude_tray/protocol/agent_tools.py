"""Define what the tools for agents take and return."""

from __future__ import annotations

from typing import Annotated, TypedDict

from msgspec import UNSET, Meta, Struct, UnsetType

from claude_tray.protocol import cost_details, limits_api, usage_api

MAX_PROJECTS = 1_000

_Account = Annotated[
    str,
    Meta(description="Name of an account; by default that of this session."),
]


class AccountArguments(Struct, frozen=True, forbid_unknown_fields=True):
    """Arguments of `limits` and `pace`."""

    account: Annotated[
        str,
        Meta(description="Name of an account; by default all accounts."),
    ] = ""


class BudgetArguments(Struct, frozen=True, forbid_unknown_fields=True):
    """Arguments of `budget`."""

    need: Annotated[
        Annotated[float, Meta(gt=0, le=100)] | UnsetType,
        Meta(
            description="Percentage of the 5-hour limit that the work needs;"
            " leave out to ask whether anything speaks against going on.",
        ),
    ] = UNSET
    account: _Account = ""


class SpendArguments(Struct, frozen=True, forbid_unknown_fields=True):
    """Arguments of `spend`."""

    period: Annotated[
        str,
        Meta(
            description="today, yesterday, 7d, 30d, 2w, 2026-11, 2026-11-01,"
            " or all; local days."
        ),
    ] = "today"
    project: Annotated[
        str,
        Meta(description="Name or folder of one project; by default all."),
    ] = ""
    account: Annotated[
        str,
        Meta(description="Name of an account; by default all accounts."),
    ] = ""
    limit: Annotated[
        int,
        Meta(
            ge=1,
            le=MAX_PROJECTS,
            description="Number of projects, the most expensive ones first.",
        ),
    ] = 20


class SessionAccount(TypedDict):
    """An account, and its open window."""

    account: str
    is_of_session: bool
    window_start: str | None
    window_end: str | None


class AccountLimits(SessionAccount, limits_api.LimitStatus):
    """An account and its limits, the binding one first."""

    plan: str


class LimitsReply(TypedDict):
    """All accounts; `complete` is false if not everything could be read."""

    as_of: str
    complete: bool
    accounts: list[AccountLimits]


class LimitPaceItem(TypedDict):
    """Where the pace of a limit leads; null if unknown."""

    name: str
    used_percentage: float | None
    percent_at_reset: float | None
    runs_out_at: str | None
    resets_at: str | None


class AccountPace(SessionAccount):
    """
    Burn rate of an account's open window, and where its limits are heading.

    Rates are of the last 30 minutes; all are null without an open window and
    in its first 15 minutes.
    """

    tokens_per_minute: float | None
    cost_per_hour_usd: float | None
    forecast: limits_api.ForecastItem | None
    forecast_record: limits_api.ForecastRecordItem | None
    limits: list[LimitPaceItem]


class PaceReply(TypedDict):
    """All accounts; `complete` is false if not everything could be read."""

    as_of: str
    complete: bool
    accounts: list[AccountPace]


class ProjectSpend(usage_api.UsageSums, cost_details.CostDetails):
    """Usage of a project in the period, at list prices."""

    name: str
    path: str


class SpendReply(usage_api.UsageSums, cost_details.CostDetails):
    """
    Usage of a period, at list prices, which a subscription does not pay.

    `projects` are the most expensive ones of `project_count`.
    """

    as_of: str
    complete: bool
    period: str
    first_day: str | None
    last_day: str | None
    project_count: int
    projects: list[ProjectSpend]
