from __future__ import annotations

import time
from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from claude_tray.server.teams import alerts
from claude_tray.server.teams.alert_worker import WORKER, AlertWorker
from claude_tray.server.teams.models import AlertState, Role
from tests.server.teams.roster import add_member, make_team
from tests.server.teams.usage_samples import store_limit
from tests.support.server_api import (
    ApiClient,
    create_device_token,
    make_user,
)


def age_claims() -> None:
    """Let other processes' evaluations be a minute old."""
    long_ago = timezone.now() - timedelta(minutes=5)
    AlertState.objects.exclude(evaluated_at=None).update(evaluated_at=long_ago)


def test_alerts_follow_a_sync_without_delaying_it() -> None:
    team, ada = make_team(), make_user("ada")
    add_member(team, ada, Role.ADMIN)
    store_limit(ada, "a", 95)
    worker = AlertWorker(0.2)

    worker.request(ada.pk)
    assert worker.wait(10)

    assert len(alerts.list_alerts(team, 5)) == 1


def test_the_last_sync_of_a_burst_is_evaluated() -> None:
    team, ada = make_team(), make_user("ada")
    add_member(team, ada, Role.ADMIN)
    worker = AlertWorker(0.5)
    worker.request(ada.pk)
    time.sleep(0.2)
    age_claims()
    store_limit(ada, "a", 95)
    for _ in range(5):
        worker.request(ada.pk)

    assert worker.wait(10)
    assert len(alerts.list_alerts(team, 5)) == 1


def test_another_process_is_waited_for() -> None:
    team, ada = make_team(), make_user("ada")
    add_member(team, ada, Role.ADMIN)
    assert alerts.evaluate_user(ada.pk, timezone.now()) == [team.pk]
    store_limit(ada, "a", 95)
    worker = AlertWorker(0.3)
    worker.request(ada.pk)
    time.sleep(0.15)
    age_claims()

    assert worker.wait(10)
    assert len(alerts.list_alerts(team, 5)) == 1


def test_users_without_a_team_cost_one_query_a_minute() -> None:
    eve, worker = make_user("eve"), AlertWorker(60)
    with CaptureQueriesContext(connection) as queries:
        for _ in range(10):
            worker.request(eve.pk)

    assert len(queries) == 1
    assert worker.wait(0)


def test_a_sync_through_the_api_evaluates_alerts() -> None:
    team, ada = make_team(), make_user("ada")
    add_member(team, ada, Role.ADMIN)
    store_limit(ada, "a", 95)
    agent = ApiClient(create_device_token(ada))

    assert agent.post("agent-sync/", {"projects": []}).status == 200
    assert WORKER.wait(10)

    assert len(alerts.list_alerts(team, 5)) == 1
