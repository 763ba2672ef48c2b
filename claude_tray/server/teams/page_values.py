"""Build the values that the pages of a team draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple
from zoneinfo import ZoneInfo

from claude_tray.core.cost import ZERO_TOTALS, Totals
from claude_tray.presentation import limit_text, team_text
from claude_tray.presentation.rows import compute_fractions
from claude_tray.server.accounts.models import User
from claude_tray.server.teams import access, budgets, labels, limits, sums
from claude_tray.server.teams.models import Alert, Role

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from claude_tray.web.page_context import PageContext


MAX_MONTHS: Final = 24
# Entries of a list to choose from.
MAX_CHOICES: Final = 500
_YEAR: Final = 12
_FULL_PERCENT: Final = 100
_WARNING_PERCENT: Final = 80


class TeamUsageRow(NamedTuple):
    """
    Usage of a user, project, model or account.

    Attributes:
        name: What is shown.
        totals: Usage of the month.
        fraction: Size relative to the largest row, 0 to 1.
        key: User ID or account key; empty if there is none.
        note: Role of a user or number of members.
    """

    name: str
    totals: Totals
    fraction: float = 0.0
    key: str = ""
    note: str = ""


class LimitRow(NamedTuple):
    """
    An account and its binding limit.

    Attributes:
        name: Name of the account.
        people: Names of the members who use it.
        limit: The limit, as "Weekly limit".
        value: Used percentage, as "92%".
        fraction: The same, 0 to 1.
        status: "ok", "warning" or "critical".
        resets_at: When the limit resets; None if unknown.
        runs_out_at: When it is reached at this pace; None if it is not.
    """

    name: str
    people: str
    limit: str
    value: str
    fraction: float
    status: str
    resets_at: datetime | None
    runs_out_at: datetime | None


class MonthRow(NamedTuple):
    """Usage in a month."""

    month: str
    totals: Totals


class BudgetRow(NamedTuple):
    """A budget and what is used of it."""

    budget_id: int
    label: str
    used: str
    planned: str
    percent: float
    status: str
    resets_at: datetime

    @property
    def fraction(self) -> float:
        return min(self.percent / _FULL_PERCENT, 1.0)


class AlertRow(NamedTuple):
    """An alert, and whether it was delivered."""

    title: str
    body: str
    created_at: datetime
    problem: str


class TeamUsage(NamedTuple):
    """
    Usage of the members whom a viewer may see, in one month.

    Attributes:
        month: The month, as "2026-03".
        total: Usage of all of them.
        people: By member, the largest first.
        projects: By project, the largest first.
        models: By model, the largest first.
        accounts: By account, the largest first.
    """

    month: str
    total: Totals
    people: list[TeamUsageRow]
    projects: list[TeamUsageRow]
    models: list[TeamUsageRow]
    accounts: list[TeamUsageRow]


def format_role(role: str, page: PageContext) -> str:
    gettext = page.translator.gettext
    roles = {
        Role.MEMBER: gettext("Member"),
        Role.LEAD: gettext("Lead"),
        Role.ADMIN: gettext("Admin"),
    }
    return roles[Role(role)]


def list_month_names(
    team_access: access.TeamAccess, now: datetime
) -> list[str]:
    """List the months that can be selected, newest first."""
    zone = ZoneInfo(team_access.team.time_zone)
    return [m.to_text() for m in sums.list_months(now, zone, MAX_MONTHS)]


def load_team_usage(
    team_access: access.TeamAccess,
    month_name: str,
    page: PageContext,
    user_ids: Collection[int] | None = None,
) -> TeamUsage:
    """
    Load the usage of a month.

    Args:
        team_access: Who looks at which team.
        month_name: As "2026-03"; anything else is the current month.
        page: Time and language.
        user_ids: Only these of the visible members; None is all.
    """
    team = team_access.team
    zone = ZoneInfo(team.time_zone)
    months = sums.list_months(page.now, zone, MAX_MONTHS)
    month = next((m for m in months if m.to_text() == month_name), months[0])
    members = {
        m.user_id: m
        for m in access.filter_visible_members(team_access).select_related(
            "user"
        )
        if user_ids is None or m.user_id in user_ids
    }
    buckets = month.to_range(zone)
    rows = sums.load_usage(members, buckets)
    by_user = sums.sum_groups((r.user_id, r.totals) for r in rows)
    by_model = sums.sum_groups((r.model, r.totals) for r in rows)
    return TeamUsage(
        month.to_text(),
        sum_totals(by_user.values()),
        _rank(
            TeamUsageRow(
                m.user.username,
                by_user.get(user_id, ZERO_TOTALS),
                key=str(user_id),
                note=format_role(m.role, page),
            )
            for user_id, m in members.items()
        ),
        _rank_projects(sums.load_project_usage(members, buckets), page),
        _rank(TeamUsageRow(name, totals) for name, totals in by_model.items()),
        _rank_accounts(rows, limits.load_account_names(team), page),
    )


def _rank_projects(
    rows: Sequence[sums.MemberProjectUsage], page: PageContext
) -> list[TeamUsageRow]:
    people: dict[str, set[int]] = {}
    for row in rows:
        people.setdefault(row.project, set()).add(row.user_id)
    totals_by_project = sums.sum_groups((r.project, r.totals) for r in rows)
    return _rank(
        TeamUsageRow(
            name,
            totals,
            note=page.translator.format_integer(len(people[name])),
        )
        for name, totals in totals_by_project.items()
    )


def _rank_accounts(
    rows: Sequence[sums.MemberUsage],
    names: Mapping[str, str],
    page: PageContext,
) -> list[TeamUsageRow]:
    view = page.build_view()
    totals_by_account = sums.sum_groups((r.account, r.totals) for r in rows)
    return _rank(
        TeamUsageRow(
            names.get(key) or labels.format_account_key(key, view),
            totals,
            key=key,
        )
        for key, totals in totals_by_account.items()
    )


def load_months(
    team_access: access.TeamAccess,
    now: datetime,
    user_ids: Collection[int],
    count: int = _YEAR,
) -> list[MonthRow]:
    """Sum the usage of members in the last months, newest first."""
    zone = ZoneInfo(team_access.team.time_zone)
    months = sums.list_months(now, zone, count)
    found = sums.load_monthly_totals(user_ids, months, zone)
    return [
        MonthRow(month.to_text(), sum_totals(found.get(month, {}).values()))
        for month in months
    ]


def load_limits(
    team_access: access.TeamAccess,
    page: PageContext,
    user_ids: Collection[int],
) -> list[LimitRow]:
    """Load the accounts of members with a known limit, the nearest first."""
    team = team_access.team
    names = limits.load_account_names(team)
    people = dict(
        User.objects.filter(pk__in=user_ids).values_list("pk", "username")
    )
    keys = limits.list_seat_keys(user_ids)
    rows = [
        _build_limit_row(seat, names, people, page)
        for seat in limits.assess_seats(team, keys, page.now)
        if seat.assessment.binding is not None
    ]
    order = ("critical", "warning", "ok")
    return sorted(
        rows,
        key=lambda row: (order.index(row.status), -row.fraction, row.name),
    )


def _build_limit_row(
    seat: limits.Seat,
    names: Mapping[str, str],
    people: Mapping[int, str],
    page: PageContext,
) -> LimitRow:
    view = page.build_view(seat.snapshot)
    account = names.get(seat.key.account) or labels.format_account_key(
        seat.key.account, view
    )
    used_by = page.translator.join_names(
        [people[user_id] for user_id in seat.key.user_ids]
    )
    binding = seat.assessment.limits[0]
    return LimitRow(
        account,
        used_by,
        limit_text.format_limit_title(binding.usage, view),
        limit_text.format_limit_value(binding, view),
        binding.usage.percent_or_zero / _FULL_PERCENT,
        seat.assessment.severity.value,
        binding.usage.resets_at,
        binding.runs_out_at,
    )


def load_budgets(
    team_access: access.TeamAccess, page: PageContext
) -> list[BudgetRow]:
    """Load the budgets of a team and what is used of them."""
    team, view = team_access.team, page.build_view()
    names = limits.load_account_names(team)
    rows = []
    for progress in budgets.load_progress(
        team, budgets.list_budgets(team), page.now
    ):
        summary = labels.build_budget_summary(progress, names, view)
        rows.append(
            BudgetRow(
                progress.budget.pk,
                summary.label,
                team_text.format_budget_amount(summary, view),
                team_text.format_planned_amount(summary, view),
                progress.percent,
                _classify_budget(progress.percent),
                progress.resets_at,
            )
        )
    return rows


def build_alert_rows(found: Iterable[Alert]) -> list[AlertRow]:
    """Build the rows of alerts whose deliveries are loaded."""
    return [
        AlertRow(
            alert.title,
            alert.body,
            alert.created_at,
            next((d.problem for d in alert.deliveries.all() if d.problem), ""),
        )
        for alert in found
    ]


def sum_totals(parts: Iterable[Totals]) -> Totals:
    total = ZERO_TOTALS
    for totals in parts:
        total = total.plus(totals)
    return total


def _classify_budget(percent: float) -> str:
    if percent >= _FULL_PERCENT:
        return "critical"
    return "warning" if percent >= _WARNING_PERCENT else "ok"


def _rank(rows: Iterable[TeamUsageRow]) -> list[TeamUsageRow]:
    ranked = sorted(
        rows,
        key=lambda row: (
            -row.totals.priced_cost,
            -row.totals.tokens.total,
            row.name,
        ),
    )
    fractions = compute_fractions([row.totals for row in ranked])
    return [
        row._replace(fraction=fraction)
        for row, fraction in zip(ranked, fractions, strict=True)
    ]
