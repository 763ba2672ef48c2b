"""Send each team's leads a report of the last week, once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from django.db import transaction

from claude_tray.core.calendar import compute_first_bucket
from claude_tray.core.cost import ZERO_TOTALS, Totals
from claude_tray.presentation import team_report, team_text
from claude_tray.server.accounts.models import User
from claude_tray.server.teams import alerts, budgets, labels, limits, sums
from claude_tray.server.teams.models import AlertState, Membership, Team

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from claude_tray.presentation.context import ViewContext


_WEEK: Final = timedelta(days=7)


def queue_reports(now: datetime) -> int:
    """Queue the reports of last week that were not yet; return how many."""
    return sum(
        _queue_report(team, now) for team in Team.objects.order_by("pk")
    )


def build_report(
    team: Team, monday: date, context: ViewContext
) -> team_report.TeamReport:
    """
    Load what the report of a week shows.

    Args:
        team: The team.
        monday: First day of the week.
        context: Time zone and language of the team.
    """
    zone = ZoneInfo(team.time_zone)
    names = dict(
        User.objects.filter(
            pk__in=Membership.objects.filter(team=team).values("user")
        ).values_list("pk", "username")
    )
    week, before = (
        _build_range(day, zone) for day in (monday, monday - _WEEK)
    )
    rows = sums.load_usage(names, week)
    members = sums.sum_groups((names[r.user_id], r.totals) for r in rows)
    models = sums.sum_groups((r.model, r.totals) for r in rows)
    projects = sums.sum_groups(
        (r.project, r.totals) for r in sums.load_project_usage(names, week)
    )
    account_names = limits.load_account_names(team)
    return team_report.TeamReport(
        team.name,
        _to_noon(monday, zone),
        _to_noon(monday + _WEEK - timedelta(days=1), zone),
        _add_up(members.values()),
        _add_up(r.totals for r in sums.load_usage(names, before)),
        team_report.rank_totals(members.items()),
        team_report.rank_totals(projects.items()),
        team_report.rank_totals(models.items()),
        [
            labels.build_budget_summary(progress, account_names, context)
            for progress in budgets.load_progress(
                team, budgets.list_budgets(team), context.now
            )
        ],
        _list_warnings(team, names, account_names, context),
    )


def _queue_report(team: Team, now: datetime) -> bool:
    today = now.astimezone(ZoneInfo(team.time_zone)).date()
    monday = today - timedelta(days=today.weekday()) - _WEEK
    recipients = list(alerts.filter_leads(team).filter(gets_reports=True))
    if not recipients:
        return False
    context = alerts.build_team_context(team, now)
    subject, body = team_report.format_report(
        build_report(team, monday, context), context
    )
    with transaction.atomic():
        state = AlertState(name=f"report.{team.pk}.{monday}", team=team)
        AlertState.objects.bulk_create([state], ignore_conflicts=True)
        unsent = AlertState.objects.filter(name=state.name, evaluated_at=None)
        if not unsent.update(evaluated_at=now):
            return False
        message = alerts.AlertMessage(alerts.REPORT_KIND, subject, body, None)
        alerts.queue_alert(team, message, recipients, now)
    return True


def _build_range(monday: date, zone: ZoneInfo) -> sums.BucketRange:
    return sums.BucketRange(
        compute_first_bucket(monday, zone),
        compute_first_bucket(monday + _WEEK, zone),
    )


def _to_noon(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=zone)


def _add_up(parts: Iterable[Totals]) -> Totals:
    total = ZERO_TOTALS
    for totals in parts:
        total = total.plus(totals)
    return total


def _list_warnings(
    team: Team,
    user_ids: Mapping[int, str],
    names: Mapping[str, str],
    context: ViewContext,
) -> list[str]:
    keys = limits.list_seat_keys(user_ids)
    return [
        team_text.format_near_limit(
            names.get(seat.key.account)
            or labels.format_seat_name(seat.key, context),
            seat.assessment,
            context,
        )
        for seat in limits.assess_seats(team, keys, context.now)
        if seat.is_near_limit
    ]
