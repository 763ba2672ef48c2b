from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connections
from django.utils import timezone

from claude_tray.server.teams import alerts, budgets
from claude_tray.server.teams.budgets import BudgetDraft
from claude_tray.server.teams.models import (
    Alert,
    AlertDelivery,
    BudgetPeriod,
    BudgetScope,
    BudgetUnit,
    NamedAccount,
    Role,
    Team,
)
from tests.server.teams.roster import add_member, make_team
from tests.server.teams.usage_samples import store_limit, store_usage
from tests.support.server_api import make_user

if TYPE_CHECKING:
    from claude_tray.server.accounts.models import User


DAY, TOKENS = BudgetPeriod.DAY, BudgetUnit.TOKENS


@pytest.fixture
def team() -> Team:
    team = make_team()
    add_member(team, make_user("admin"), Role.ADMIN)
    return team


@pytest.fixture
def ada(team: Team) -> User:
    user = make_user("ada")
    add_member(team, user)
    return user


def list_titles(team: Team) -> list[str]:
    return [alert.title for alert in reversed(alerts.list_alerts(team, 50))]


def test_a_member_near_a_limit_is_announced_once(
    team: Team, ada: User
) -> None:
    NamedAccount.objects.create(team=team, account_key="seat", name="Seat 1")
    store_limit(ada, "seat", 80)
    for minutes in (0, 1, 2):
        at = timezone.now() + timedelta(minutes=minutes)
        assert alerts.evaluate_user(ada.pk, at) == [team.pk]

    assert list_titles(team) == ["Seat 1: 80% of the 5-hour limit used"]
    (delivery,) = AlertDelivery.objects.filter(alert__team=team)
    assert delivery.member is not None
    assert delivery.member.role == Role.ADMIN


def test_a_shared_account_is_announced_once_for_all_its_users(
    team: Team, ada: User
) -> None:
    bob = make_user("bob")
    add_member(team, bob)
    for user in (ada, bob):
        store_limit(user, "shared-account", 92)
        alerts.evaluate_user(user.pk, timezone.now())

    assert list_titles(team) == [
        "account shared: 92% of the 5-hour limit used"
    ]


def test_the_unknown_account_is_named_by_its_user(
    team: Team, ada: User
) -> None:
    store_limit(ada, "", 78, name="seven_day", resets_in=timedelta(days=2))
    alerts.evaluate_user(ada.pk, timezone.now())

    (title,) = list_titles(team)
    assert title == (
        f"unknown account of {ada.username}: 78% of the weekly limit used"
    )
    assert Alert.objects.get(team=team).user == ada


def test_a_user_is_evaluated_at_most_once_a_minute(
    team: Team, ada: User
) -> None:
    now = timezone.now()
    assert alerts.evaluate_user(ada.pk, now) == [team.pk]
    assert alerts.evaluate_user(ada.pk, now + timedelta(seconds=40)) is None
    assert alerts.evaluate_user(ada.pk, now + timedelta(seconds=60))
    assert alerts.evaluate_team(team.pk, now)
    assert not alerts.evaluate_team(team.pk, now + timedelta(seconds=40))
    assert alerts.evaluate_team(2**40, now)


def test_limit_alerts_can_be_turned_off(team: Team, ada: User) -> None:
    team.has_limit_alerts = False
    team.save()
    store_limit(ada, "a", 99)
    alerts.evaluate_all(timezone.now())

    assert list_titles(team) == []


def test_usage_of_others_is_not_announced(team: Team) -> None:
    eve = make_user("eve")
    store_limit(eve, "a", 99)
    assert alerts.evaluate_user(eve.pk, timezone.now()) == []
    alerts.evaluate_all(timezone.now())

    assert list_titles(team) == []


def test_a_budget_is_announced_at_80_and_100_percent(
    team: Team, ada: User
) -> None:
    budgets.set_budget(
        None,
        team,
        BudgetDraft(BudgetScope.PROJECT, DAY, TOKENS, 100, None, "shop"),
        timezone.now(),
    )
    for tokens in (50, 30, 5, 20, 500):
        store_usage(ada, timezone.now(), input_tokens=tokens, output_tokens=0)
        alerts.evaluate_all(timezone.now())

    assert list_titles(team) == [
        "Daily budget of project shop: 80% used",
        "Daily budget of project shop reached",
    ]
    (newest, *_) = alerts.list_alerts(team, 1)
    assert newest.body.startswith(
        "105 tokens in and out of 100 tokens in and out used; it starts again"
    )


def test_a_jump_over_both_thresholds_is_announced_once(
    team: Team, ada: User
) -> None:
    member = add_member(team, make_user("bob"))
    draft = BudgetDraft(BudgetScope.MEMBER, DAY, TOKENS, 100, member)
    budgets.set_budget(None, team, draft, timezone.now())
    store_usage(member.user, timezone.now(), input_tokens=500)
    alerts.evaluate_all(timezone.now())
    alerts.evaluate_all(timezone.now())

    assert list_titles(team) == [
        f"Daily budget of {member.user.username} reached"
    ]
    assert Alert.objects.get(team=team).user == member.user
    assert ada.pk != member.user_id


def test_a_changed_amount_is_announced_anew(team: Team, ada: User) -> None:
    draft = BudgetDraft(BudgetScope.TEAM, DAY, TOKENS, 100)
    budgets.set_budget(None, team, draft, timezone.now())
    store_usage(ada, timezone.now(), input_tokens=150)
    alerts.evaluate_all(timezone.now())
    budgets.set_budget(None, team, draft, timezone.now())
    alerts.evaluate_all(timezone.now())
    budgets.set_budget(None, team, draft._replace(amount=150), timezone.now())
    alerts.evaluate_all(timezone.now())

    assert list_titles(team) == ["Daily budget of the team reached"] * 2


def test_several_processes_announce_once(team: Team, ada: User) -> None:
    store_limit(ada, "a", 95)
    draft = BudgetDraft(BudgetScope.TEAM, DAY, TOKENS, 100)
    budgets.set_budget(None, team, draft, timezone.now())
    store_usage(ada, timezone.now(), account="a", input_tokens=150)
    now, barrier = timezone.now(), threading.Barrier(4)

    def evaluate() -> None:
        barrier.wait()
        alerts.evaluate_all(now)
        connections.close_all()

    threads = [threading.Thread(target=evaluate) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(list_titles(team)) == [
        "Daily budget of the team reached",
        "account a: 95% of the 5-hour limit used",
    ]


def test_only_leads_who_want_mails_and_the_webhook_get_alerts(
    team: Team, ada: User
) -> None:
    lead = add_member(team, make_user("lead"), Role.LEAD)
    quiet = add_member(team, make_user("quiet"), Role.LEAD)
    quiet.gets_alerts = False
    quiet.save()
    gone = add_member(team, make_user("gone"), Role.LEAD)
    gone.user.is_active = False
    gone.user.save()
    team.webhook_url = "https://chat.example.org/"
    team.save()
    store_limit(ada, "a", 95)
    alerts.evaluate_all(timezone.now())

    roles = AlertDelivery.objects.filter(alert__team=team).values_list(
        "member__role", "member"
    )
    assert sorted(role or "" for role, _ in roles) == ["", "admin", "lead"]
    assert lead.pk in {member for _, member in roles}


def test_a_new_budget_repeats_no_other_alert(team: Team, ada: User) -> None:
    store_limit(ada, "a", 95)
    alerts.evaluate_all(timezone.now())
    budgets.set_budget(
        None,
        team,
        BudgetDraft(BudgetScope.TEAM, DAY, TOKENS, 10**9),
        timezone.now(),
    )
    alerts.evaluate_all(timezone.now())

    assert len(list_titles(team)) == 1


def test_old_alerts_are_forgotten(team: Team, ada: User) -> None:
    old = timezone.now() - timedelta(days=181)
    Alert.objects.create(team=team, title="old", created_at=old)
    store_limit(ada, "a", 95)
    alerts.evaluate_all(timezone.now())

    assert "old" not in list_titles(team)


def test_alerts_are_in_the_language_of_the_team(team: Team, ada: User) -> None:
    team.language, team.time_zone = "de", "Europe/Berlin"
    team.save()
    store_limit(ada, "a", 95)
    alerts.evaluate_all(timezone.now())

    (alert,) = alerts.list_alerts(team, 5)
    assert "95 %" in alert.title.replace("\N{NO-BREAK SPACE}", " ").replace(
        "\N{NARROW NO-BREAK SPACE}", " "
    )
    assert "used" not in alert.title
