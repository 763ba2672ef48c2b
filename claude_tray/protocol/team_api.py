"""Define the objects of the server's API about teams."""

from __future__ import annotations

from typing import TypedDict

from claude_tray.protocol.usage_api import UsageSums

# Imported at run time because the OpenAPI schema is built from these.


class TeamItem(TypedDict):
    """Item of GET teams/: a team of yours; `role` is member, lead or admin."""

    id: int
    name: str
    role: str


class TeamList(TypedDict):
    """Response of GET teams/."""

    count: int
    teams: list[TeamItem]


class TeamUsageItem(UsageSums):
    """Usage of a user, project, model or account of a team."""

    name: str


class TeamDetail(TeamItem):
    """
    Response of GET teams/ID/: usage in `month`, the most expensive first.

    Members get only their own; the team decides the time zone of months.
    """

    month: str
    time_zone: str
    total: UsageSums
    people: list[TeamUsageItem]
    projects: list[TeamUsageItem]
    models: list[TeamUsageItem]
    accounts: list[TeamUsageItem]


class TeamLimitItem(TypedDict):
    """An account of a team and its binding limit."""

    account: str
    used_by: str
    limit: str
    used_percent: float
    severity: str
    resets_at: str | None
    runs_out_at: str | None


class TeamLimits(TypedDict):
    """Response of GET teams/ID/limits/, the nearest to a limit first."""

    count: int
    accounts: list[TeamLimitItem]
