from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone

from claude_tray.server.teams import alerts, deliveries, webhooks
from claude_tray.server.teams.models import AlertDelivery, Role, Team
from tests.server.teams.roster import add_member, make_team
from tests.support.server_api import make_user

if TYPE_CHECKING:
    from tests.support.mail_server import MailServer
    from tests.support.webhook_receiver import WebhookReceiver


NOW = timezone.now()
MESSAGE = alerts.AlertMessage(
    "budget", "Daily budget of =shop\nreached", "$5.00 of $5.00 used.", None
)


@pytest.fixture
def team() -> Team:
    AlertDelivery.objects.all().delete()
    return make_team()


def queue_mail(team: Team, name: str = "lead") -> None:
    member = add_member(team, make_user(name), Role.LEAD)
    alerts.queue_alert(team, MESSAGE, [member], NOW)


def queue_webhook(team: Team, receiver: WebhookReceiver) -> None:
    team.webhook_url = f"{receiver.url}/hook?x=1"
    team.webhook_secret = "s3cret"
    team.save()
    alerts.queue_alert(team, MESSAGE, [None], NOW)


def test_a_mail_is_sent_once(team: Team, mail_server: MailServer) -> None:
    queue_mail(team)

    assert deliveries.deliver_due(NOW) == 1
    assert deliveries.deliver_due(NOW + timedelta(days=1)) == 0

    (mail,) = mail_server.mails
    assert mail.recipient.startswith("lead")
    assert mail.subject == "Daily budget of =shop reached"
    assert mail.message["From"] == "usage@example.org"
    assert mail.message["Auto-Submitted"] == "auto-generated"
    assert "$5.00 of $5.00 used." in mail.text
    assert f"https://usage.example.org/team/{team.pk}/" in mail.text


def test_several_processes_send_a_mail_once(
    team: Team, mail_server: MailServer
) -> None:
    for number in range(5):
        queue_mail(team, f"lead{number}-")
    barrier, counts = threading.Barrier(4), []

    def deliver() -> None:
        barrier.wait()
        counts.append(deliveries.deliver_due(NOW))
        connections.close_all()

    threads = [threading.Thread(target=deliver) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(counts) == len(mail_server.mails) == 5


def test_a_refused_mail_is_tried_again_and_then_given_up(
    team: Team, mail_server: MailServer
) -> None:
    queue_mail(team)
    mail_server.refuses = True
    later = NOW
    for _ in range(8):
        assert deliveries.deliver_due(later) == 0
        later += timedelta(hours=3)

    delivery = AlertDelivery.objects.get(alert__team=team)
    assert (delivery.attempts, delivery.sent_at) == (5, None)
    assert delivery.problem == "SMTPRecipientsRefused"
    mail_server.refuses = False
    assert deliveries.deliver_due(later) == 0


def test_a_second_attempt_succeeds(
    team: Team, mail_server: MailServer
) -> None:
    queue_mail(team)
    mail_server.refuses = True
    deliveries.deliver_due(NOW)
    mail_server.refuses = False

    assert deliveries.deliver_due(NOW + timedelta(seconds=30)) == 0
    assert deliveries.deliver_due(NOW + timedelta(minutes=1)) == 1
    assert AlertDelivery.objects.get(alert__team=team).problem == ""


def test_an_unreachable_mail_server_is_tried_once_in_a_run(
    team: Team, mail_server: MailServer
) -> None:
    for name in ("lead-a", "lead-b"):
        queue_mail(team, name)
    mail_server.shutdown()
    mail_server.server_close()

    assert deliveries.deliver_due(NOW) == 0

    attempts = AlertDelivery.objects.filter(alert__team=team).values_list(
        "attempts", flat=True
    )
    assert sorted(attempts) == [0, 1]


def test_without_a_mail_server_nothing_is_lost(team: Team) -> None:
    queue_mail(team)

    assert deliveries.deliver_due(NOW) == 0

    delivery = AlertDelivery.objects.get(alert__team=team)
    assert (delivery.problem, delivery.started_at) == ("mail is off", None)


def test_a_former_lead_gets_nothing(
    team: Team, mail_server: MailServer
) -> None:
    left = add_member(team, make_user("left"), Role.LEAD)
    demoted = add_member(team, make_user("demoted"), Role.LEAD)
    alerts.queue_alert(team, MESSAGE, [left, demoted], NOW)
    left.delete()
    demoted.role = Role.MEMBER
    demoted.save()

    assert deliveries.deliver_due(NOW) == 0
    assert mail_server.mails == []


def test_a_webhook_is_signed_and_has_no_secret(
    team: Team, receiver: WebhookReceiver
) -> None:
    queue_webhook(team, receiver)

    assert deliveries.deliver_due(NOW) == 1

    (posted,) = receiver.requests
    assert posted.path == "/hook?x=1"
    body = json.loads(posted.body)
    assert body["title"] == MESSAGE.title
    assert (body["team"], body["kind"]) == ("Platform", "budget")
    timestamp = posted.headers["X-Claude-Tray-Timestamp"]
    assert int(timestamp) == int(NOW.timestamp())
    assert posted.headers["X-Claude-Tray-Signature"] == webhooks.sign(
        "s3cret", timestamp, posted.body
    )
    assert "s3cret" not in str(posted)


def test_a_failing_webhook_does_not_hold_up_mails(
    team: Team,
    receiver: WebhookReceiver,
    mail_server: MailServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config = settings.ENVIRONMENT._replace(is_loopback=True)
    monkeypatch.setattr(settings, "ENVIRONMENT", config)
    receiver.status = 500
    queue_webhook(team, receiver)
    queue_mail(team)

    assert deliveries.deliver_due(NOW) == 1

    assert len(mail_server.mails) == 1
    problems = AlertDelivery.objects.filter(alert__team=team, member=None)
    assert problems.get().problem == "HTTP 500"


def test_a_webhook_that_was_removed_is_not_called(
    team: Team, receiver: WebhookReceiver
) -> None:
    queue_webhook(team, receiver)
    team.webhook_url = ""
    team.save()

    assert deliveries.deliver_due(NOW) == 0
    assert receiver.requests == []


def test_the_address_of_a_webhook_is_in_no_problem(team: Team) -> None:
    team.webhook_url = "http://10.0.0.1/secret-path"
    team.save()
    alerts.queue_alert(team, MESSAGE, [None], NOW)

    assert deliveries.deliver_due(NOW) == 0
    delivery = AlertDelivery.objects.get(alert__team=team)
    assert delivery.problem == "address not allowed"


def test_only_the_alerts_of_one_team_can_be_sent(
    team: Team, mail_server: MailServer
) -> None:
    queue_mail(team)

    assert deliveries.deliver_due(NOW, make_team("Other")) == 0
    assert deliveries.deliver_due(NOW, team) == 1
    assert len(mail_server.mails) == 1
