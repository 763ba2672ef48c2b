"""Send queued alerts by mail and webhook, each once."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from smtplib import SMTPException
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F
from django.urls import reverse

from claude_tray.core.time import format_iso, to_epoch_ms
from claude_tray.errors import ClaudeTrayError
from claude_tray.server.teams.models import AlertDelivery, Membership, Role
from claude_tray.server.teams.webhooks import (
    WebhookError,
    parse_webhook_url,
    post_webhook,
)

if TYPE_CHECKING:
    from datetime import datetime

    from claude_tray.server.teams.models import Team


_log = logging.getLogger(__name__)
# Sent in one run; the next one goes on.
_MAX_DELIVERIES: Final = 100
# Waits after failures; then a delivery is given up.
_RETRY_AFTER: Final = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
)
_MAX_PROBLEM_LENGTH: Final = 255


class DeliveryError(Exception):
    """A delivery failed; the text is short and has no secret."""


def has_mail() -> bool:
    """Return whether this server can send mail."""
    return bool(settings.ENVIRONMENT.email_url)


def build_link(team_id: int) -> str:
    """Return the address of a team's page for mails; empty if unknown."""
    base = settings.ENVIRONMENT.public_url
    path = reverse("teams:overview", args=[team_id])
    return f"{base}{path}" if base else ""


def build_invitation_link(token: str) -> str:
    """Return the link of an invitation; only its path if the rest is unknown."""
    path = reverse("teams:join", args=[token])
    return f"{settings.ENVIRONMENT.public_url}{path}"


def deliver_due(now: datetime, team: Team | None = None) -> int:
    """
    Send what is due, and return how much was sent.

    Args:
        now: Current time.
        team: Only alerts of this team; None is all.
    """
    due = AlertDelivery.objects.filter(started_at=None, due_at__lte=now)
    if team is not None:
        due = due.filter(alert__team=team)
    due = due.select_related("alert__team", "member__user")
    # After a failure, the rest of a channel waits for the next run, so that
    # a server that does not answer is waited for once.
    broken: set[int] = set()
    count = 0
    for delivery in due.order_by("due_at", "pk")[:_MAX_DELIVERIES]:
        channel = 0 if delivery.member else delivery.alert.team_id
        if channel not in broken:
            was_sent = _deliver(delivery, now)
            count += was_sent
            if not was_sent:
                broken.add(channel)
    return count


def send_mail(address: str, subject: str, body: str) -> None:
    """
    Send a mail.

    Raises:
        DeliveryError: The mail server does not take it.
    """
    message = EmailMessage(
        " ".join(subject.split()),
        body,
        to=[address],
        headers={"Auto-Submitted": "auto-generated"},
    )
    try:
        message.send()
    except (OSError, SMTPException) as error:
        detail = type(error).__name__
        raise DeliveryError(detail) from error


def _deliver(delivery: AlertDelivery, now: datetime) -> bool:
    # Another process may have started it since the query.
    rows = AlertDelivery.objects.filter(pk=delivery.pk, started_at=None)
    if not rows.update(started_at=now, attempts=F("attempts") + 1):
        return False
    try:
        _send(delivery, now)
    except (DeliveryError, WebhookError) as error:
        _postpone(delivery, str(error), now)
        return False
    AlertDelivery.objects.filter(pk=delivery.pk).update(
        sent_at=now, problem=""
    )
    return True


def _send(delivery: AlertDelivery, now: datetime) -> None:
    alert = delivery.alert
    if delivery.member is None:
        _send_webhook(delivery, now)
    elif has_mail() and _may_receive(delivery.member):
        link = build_link(alert.team_id)
        body = "\n\n".join(filter(None, (alert.body, alert.team.name, link)))
        send_mail(delivery.member.user.email, alert.title, body)
    else:
        detail = "mail is off" if not has_mail() else "no lead any more"
        raise DeliveryError(detail)


def _may_receive(member: Membership) -> bool:
    """Check the role again: it may have changed since the alert."""
    return member.user.is_active and member.role != Role.MEMBER


def _send_webhook(delivery: AlertDelivery, now: datetime) -> None:
    alert, team = delivery.alert, delivery.alert.team
    try:
        target = parse_webhook_url(team.webhook_url, settings.ENVIRONMENT)
    except ClaudeTrayError as error:
        # The address may contain a secret; leads see the problem.
        detail = "address not allowed"
        raise DeliveryError(detail) from error
    body = {
        "id": alert.pk,
        "text": f"{alert.title}\n{alert.body}",
        "title": alert.title,
        "body": alert.body,
        "kind": alert.kind,
        "team": team.name,
        "created_at": format_iso(alert.created_at),
        "url": build_link(team.pk),
    }
    post_webhook(
        target,
        json.dumps(body).encode(),
        team.webhook_secret,
        str(to_epoch_ms(now) // 1000),
    )


def _postpone(delivery: AlertDelivery, problem: str, now: datetime) -> None:
    """Try again later; without a further attempt it stays as started."""
    rows = AlertDelivery.objects.filter(pk=delivery.pk)
    problem = problem[:_MAX_PROBLEM_LENGTH]
    _log.warning("Cannot deliver an alert problem=%s", problem)
    if delivery.attempts < len(_RETRY_AFTER):
        rows.update(
            started_at=None,
            due_at=now + _RETRY_AFTER[delivery.attempts],
            problem=problem,
        )
    else:
        rows.update(problem=problem)
