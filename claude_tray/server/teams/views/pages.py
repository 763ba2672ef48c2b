"""Pages that show the usage of a team and its members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from claude_tray.server.accounts.permissions import require_user
from claude_tray.server.dashboard.views.base import (
    ListPage,
    get_page_context,
    parse_page_number,
)
from claude_tray.server.teams import (
    access,
    alerts,
    data_export,
    memberships,
    page_values,
)
from claude_tray.server.teams.views.base import (
    render_team_page,
    report_error,
    team_page,
)
from claude_tray.server.usage.queries import filters, listings
from claude_tray.web.rows import SessionTableRow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest, HttpResponse

    from claude_tray.web.page_context import PageContext


# Rows of a table; the CSV file has all.
_MAX_ROWS: Final = 50
_MAX_ALERTS: Final = 10


@login_required
@require_safe
def list_teams(request: HttpRequest) -> HttpResponse:
    """List the user's teams; open the only one."""
    found = access.list_team_access(require_user(request))
    if len(found) == 1 and "all" not in request.GET:
        return redirect("teams:overview", found[0].team.pk)
    page = get_page_context(request)
    values = {
        "teams": [
            (one.team, page_values.format_role(one.role, page))
            for one in found
        ]
    }
    return render_team_page(request, "teams", None, page, values)


@login_required
@require_POST
def create_team(request: HttpRequest) -> HttpResponse:
    """Create a team whose admin is the user."""
    user, page = require_user(request), get_page_context(request)
    try:
        team = memberships.create_team(
            user,
            request.POST.get("name", ""),
            user,
            page.now,
            page.zone.key,
        )
    except memberships.TeamRuleError as error:
        report_error(request, error)
        return redirect("teams:list")
    return redirect("teams:people", team.pk)


@team_page(access.Right.SEE_TEAM)
def overview(
    request: HttpRequest, team_access: access.TeamAccess
) -> HttpResponse:
    """Show limits, sums of a month, months, budgets and alerts."""
    page = get_page_context(request)
    month = request.GET.get("month", "")
    usage = page_values.load_team_usage(team_access, month, page)
    user_ids = [int(row.key) for row in usage.people]
    people_page = ListPage(parse_page_number(request), len(usage.people))
    values: dict[str, Any] = {
        "usage": usage,
        "people": usage.people[people_page.offset :][: people_page.size],
        "list_page": people_page,
        **_load_limits_and_months(team_access, page, user_ids),
        "budgets": [],
        "alerts": [],
    }
    if team_access.has(access.Right.SEE_PLANS):
        values["budgets"] = page_values.load_budgets(team_access, page)
        values["alerts"] = page_values.build_alert_rows(
            alerts.list_alerts(team_access.team, _MAX_ALERTS)
        )
    return render_team_page(request, "team", team_access, page, values)


def _load_limits_and_months(
    team_access: access.TeamAccess, page: PageContext, user_ids: list[int]
) -> dict[str, Any]:
    """Load what the pages of a team and of a member show of some users."""
    limit_rows = page_values.load_limits(team_access, page, user_ids)
    return {
        "near_limit": [row for row in limit_rows if row.status != "ok"],
        "spare": [row for row in limit_rows if row.status == "ok"],
        "months": page_values.load_months(team_access, page.now, user_ids),
        "month_names": page_values.list_month_names(team_access, page.now),
        "max_rows": _MAX_ROWS,
    }


@team_page(access.Right.SEE_TEAM)
def member_page(
    request: HttpRequest, team_access: access.TeamAccess, user_id: int
) -> HttpResponse:
    """Show the usage of one member, and sessions if they are shared."""
    page = get_page_context(request)
    member = access.require_visible_member(team_access, user_id)
    usage = page_values.load_team_usage(
        team_access, request.GET.get("month", ""), page, {user_id}
    )
    values = {
        "member": member,
        "role": page_values.format_role(member.role, page),
        "usage": usage,
        **_load_limits_and_months(team_access, page, [user_id]),
        "can_see_sessions": access.can_see_sessions(team_access, member),
    }
    return render_team_page(request, "team_member", team_access, page, values)


@team_page(access.Right.SEE_TEAM)
def member_sessions(
    request: HttpRequest, team_access: access.TeamAccess, user_id: int
) -> HttpResponse:
    """List the sessions of a member who shares them."""
    page = get_page_context(request)
    member = access.require_visible_member(team_access, user_id)
    if not access.can_see_sessions(team_access, member):
        raise PermissionDenied
    number = parse_page_number(request)
    sessions, count = listings.list_session_usage(
        filters.Filters(user_id),
        limit=_MAX_ROWS,
        offset=(number - 1) * _MAX_ROWS,
    )
    values = {
        "member": member,
        "rows": [
            SessionTableRow.from_usage(one, {}, page) for one in sessions
        ],
        "list_page": ListPage(number, count),
    }
    return render_team_page(
        request, "team_sessions", team_access, page, values
    )


_CSV_KINDS: Final = {
    "people": "person",
    "projects": "project",
    "models": "model",
    "accounts": "account",
    "months": "month",
}


@team_page(access.Right.SEE_TEAM)
def usage_csv(
    request: HttpRequest, team_access: access.TeamAccess, kind: str
) -> StreamingHttpResponse:
    """Send sums as a CSV file; no cell is taken for a formula."""
    if kind not in _CSV_KINDS:
        raise Http404
    page = get_page_context(request)
    usage = page_values.load_team_usage(
        team_access, request.GET.get("month", ""), page
    )
    name = "months" if kind == "months" else f"{kind}-{usage.month}"
    response = StreamingHttpResponse(
        data_export.format_csv(
            (_CSV_KINDS[kind], *data_export.TOTAL_COLUMNS),
            _iter_csv_rows(team_access, kind, usage, page),
        ),
        content_type="text/csv; charset=utf-8",
    )
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _iter_csv_rows(
    team_access: access.TeamAccess,
    kind: str,
    usage: page_values.TeamUsage,
    page: PageContext,
) -> Iterator[dict[str, Any]]:
    rows = [
        (row.name, row.totals)
        for row in {
            "people": usage.people,
            "projects": usage.projects,
            "models": usage.models,
            "accounts": usage.accounts,
            "months": [],
        }[kind]
    ]
    if kind == "months":
        user_ids = [int(row.key) for row in usage.people]
        rows = [
            (month.month, month.totals)
            for month in page_values.load_months(
                team_access, page.now, user_ids, page_values.MAX_MONTHS
            )
        ]
    for name, totals in rows:
        yield {_CSV_KINDS[kind]: name, **data_export.format_totals(totals)}
