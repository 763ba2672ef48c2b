"""
Evaluate limits and budgets of teams, and queue what is to be sent.

The state of an alert changes in the transaction that queues it, under a lock
of its row: several processes never queue it twice, and a restart forgets
nothing. `deliveries.py` sends.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from claude_tray.i18n.translator import load_translator
from claude_tray.presentation import team_text
from claude_tray.presentation.context import ViewContext
from claude_tray.server.teams import alert_rules, budgets, labels, limits
from claude_tray.server.teams.models import (
    Alert,
    AlertDelivery,
    AlertState,
    Budget,
    BudgetScope,
    Membership,
    Role,
    Team,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.db.models import QuerySet

    from claude_tray.core.notifications.model import Notification


# Shorter than a minute, after which the worker evaluates again.
_CLAIM_INTERVAL: Final = timedelta(seconds=50)
_ALERTS_STAY: Final = timedelta(days=180)
# Weekly reports are queued like alerts.
REPORT_KIND: Final = "report"


class AlertMessage(NamedTuple):
    """An alert to queue; the user is whom it is about, if anybody."""

    kind: str
    title: str
    body: str
    user_id: int | None


def evaluate_all(now: datetime) -> None:
    """Evaluate the limits and budgets of all teams."""
    for team in Team.objects.order_by("pk"):
        _evaluate_limits(team, now, None)
        _evaluate_budgets(team, now)


def evaluate_user(user_id: int, now: datetime) -> list[int] | None:
    """
    Evaluate the limits of a user in their teams.

    Returns:
        Teams whose budgets may have changed; None if another process has
        evaluated the user within the last minute.
    """
    if not _claim(f"user.{user_id}", now, user_id=user_id):
        return None
    memberships = Membership.objects.filter(user=user_id)
    teams = Team.objects.filter(pk__in=memberships.values("team"))
    for team in teams:
        _evaluate_limits(team, now, user_id)
    return [team.pk for team in teams]


def evaluate_team(team_id: int, now: datetime) -> bool:
    """
    Evaluate the budgets of a team.

    Returns:
        False if another process has done it within the last minute.
    """
    team = Team.objects.filter(pk=team_id).first()
    if team is None:
        return True
    if not _claim(f"team.{team_id}", now, team_id=team_id):
        return False
    _evaluate_budgets(team, now)
    return True


def _evaluate_limits(team: Team, now: datetime, user_id: int | None) -> None:
    """Evaluate the accounts that a user uses; None is all of the team."""
    if not team.has_limit_alerts:
        return
    members = Membership.objects.filter(team=team)
    keys = limits.list_seat_keys(
        list(members.values_list("user_id", flat=True))
    )
    if user_id is not None:
        keys = [key for key in keys if user_id in key.user_ids]
    names = limits.load_account_names(team)
    context = build_team_context(team, now)
    for seat in limits.assess_seats(team, keys, now):
        _evaluate_seat(team, seat, names.get(seat.key.account), context)


def _evaluate_budgets(team: Team, now: datetime) -> None:
    context = build_team_context(team, now)
    progress = budgets.load_progress(team, budgets.list_budgets(team), now)
    for budget_progress in progress:
        _evaluate_budget(team, budget_progress, context)


def build_team_context(team: Team, now: datetime) -> ViewContext:
    """Build the view context of a team's mails."""
    return ViewContext(
        now,
        zone=ZoneInfo(team.time_zone),
        translator=load_translator(team.language),
    )


def list_alerts(team: Team, count: int) -> list[Alert]:
    """List the latest alerts of a team, newest first."""
    alerts = Alert.objects.filter(team=team).exclude(kind=REPORT_KIND)
    return list(
        alerts.prefetch_related("deliveries").order_by("-created_at", "-pk")[
            :count
        ]
    )


def _claim(
    name: str,
    now: datetime,
    *,
    user_id: int | None = None,
    team_id: int | None = None,
) -> bool:
    """Return whether this process may evaluate now, as no other does."""
    state = AlertState(name=name, user_id=user_id, team_id=team_id)
    AlertState.objects.bulk_create([state], ignore_conflicts=True)
    is_due = Q(evaluated_at=None) | Q(evaluated_at__lte=now - _CLAIM_INTERVAL)
    states = AlertState.objects.filter(is_due, name=name)
    return bool(states.update(evaluated_at=now))


def _evaluate_seat(
    team: Team, seat: limits.Seat, name: str | None, context: ViewContext
) -> None:
    user_id = None if seat.key.account else seat.key.user_ids[0]
    account = name or labels.format_seat_name(seat.key, context)

    def build_message(notification: Notification) -> AlertMessage:
        title, body = team_text.format_limit_alert(
            notification, account, context
        )
        return AlertMessage(notification.kind, title, body, user_id)

    _advance(
        AlertState(
            name=f"limits.{team.pk}.{seat.key.name}",
            team=team,
            user_id=user_id,
        ),
        lambda stored: alert_rules.next_limit_alert(
            stored, seat.snapshot, context.now
        ),
        build_message,
        context.now,
    )


def _evaluate_budget(
    team: Team, progress: budgets.BudgetProgress, context: ViewContext
) -> None:
    """Announce the highest threshold that is reached; lower ones count too."""
    budget = progress.budget
    has_announced = False
    for percent in alert_rules.BUDGET_THRESHOLDS:
        threshold = -(-budget.amount * percent // 100)

        def build_message(_: Notification) -> AlertMessage:
            return _build_budget_message(progress, context)

        def evaluate(
            stored: str, threshold: int = threshold
        ) -> tuple[str, Notification | None]:
            return alert_rules.next_budget_alert(
                stored,
                progress.used,
                threshold,
                context.now,
                progress.resets_at,
            )

        has_announced |= _advance(
            AlertState(
                name=f"budget.{budget.pk}.{percent}", team=team, budget=budget
            ),
            evaluate,
            None if has_announced else build_message,
            context.now,
        )


def _build_budget_message(
    progress: budgets.BudgetProgress, context: ViewContext
) -> AlertMessage:
    budget: Budget = progress.budget
    names = limits.load_account_names(budget.team)
    summary = labels.build_budget_summary(progress, names, context)
    title, body = team_text.format_budget_alert(summary, context)
    user_id = None
    if budget.scope == BudgetScope.MEMBER and budget.member:
        user_id = budget.member.user_id
    return AlertMessage("budget", title, body, user_id)


def _advance(
    new_state: AlertState,
    evaluate: Callable[[str], tuple[str, Notification | None]],
    build_message: Callable[[Notification], AlertMessage] | None,
    now: datetime,
) -> bool:
    """
    Advance the state of an alert and queue it if it is due.

    Args:
        new_state: Row to create if there is none of its name.
        evaluate: Returns the next state and what to announce.
        build_message: Builds the alert; None if another one covers it.
        now: Current time.

    Returns:
        Whether there was something to announce.
    """
    with transaction.atomic():
        AlertState.objects.bulk_create([new_state], ignore_conflicts=True)
        row = AlertState.objects.select_for_update().get(name=new_state.name)
        state, notification = evaluate(row.state)
        if state != row.state:
            row.state = state
            row.save(update_fields=["state"])
        if notification is not None and build_message and new_state.team:
            queue_alert(
                new_state.team,
                build_message(notification),
                _list_recipients(new_state.team),
                now,
            )
    return notification is not None


def queue_alert(
    team: Team,
    message: AlertMessage,
    recipients: Iterable[Membership | None],
    now: datetime,
) -> None:
    """
    Queue an alert and forget old ones.

    Args:
        team: The team.
        message: What to send.
        recipients: Members; None is the webhook.
        now: Current time.
    """
    Alert.objects.filter(team=team, created_at__lt=now - _ALERTS_STAY).delete()
    alert = Alert.objects.create(
        team=team,
        user_id=message.user_id,
        kind=message.kind,
        title=message.title,
        body=message.body,
        created_at=now,
    )
    AlertDelivery.objects.bulk_create(
        AlertDelivery(alert=alert, member=member, due_at=now)
        for member in recipients
    )


def _list_recipients(team: Team) -> list[Membership | None]:
    """List the leads and admins who want alerts, and the webhook."""
    return [
        *filter_leads(team).filter(gets_alerts=True),
        *([None] if team.webhook_url else []),
    ]


def filter_leads(team: Team) -> QuerySet[Membership]:
    """Select the active leads and admins of a team."""
    return Membership.objects.filter(
        team=team,
        role__in=(Role.LEAD, Role.ADMIN),
        user__is_active=True,
    )
