from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from claude_tray.server.teams import alerts, budgets, deliveries, reports
from claude_tray.server.teams.budgets import BudgetDraft
from claude_tray.server.teams.models import (
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
    from tests.support.mail_server import MailServer


WEDNESDAY = datetime(2026, 3, 18, 12, tzinfo=UTC)
MONDAY = date(2026, 3, 9)


@pytest.fixture
def team() -> Team:
    Team.objects.all().delete()
    return make_team()


def test_the_report_has_last_week_and_the_one_before(team: Team) -> None:
    ada, bob = make_user("ada"), make_user("bob")
    add_member(team, ada, Role.LEAD)
    add_member(team, bob)
    week = timedelta(days=7)
    # 100,000 input tokens of Sonnet cost $0.30.
    for user, at, project, count in (
        (ada, WEDNESDAY - week, "shop", 100_000),
        (bob, WEDNESDAY - week, "site", 200_000),
        (bob, WEDNESDAY - 2 * week, "site", 100_000),
        (bob, WEDNESDAY, "site", 100_000),
    ):
        store_usage(
            user, at, project=project, input_tokens=count, output_tokens=0
        )
    context = alerts.build_team_context(team, WEDNESDAY)

    found = reports.build_report(team, MONDAY, context)

    assert found.total.priced_cost == 900_000_000
    assert found.previous.priced_cost == 300_000_000
    assert [row.name for row in found.members] == [bob.username, ada.username]
    assert [row.name for row in found.projects] == ["site", "shop"]
    assert len(found.models) == 1
    assert (found.first_day.day, found.last_day.day) == (9, 15)


def test_the_report_names_budgets_and_accounts_near_a_limit(
    team: Team,
) -> None:
    ada = make_user("ada")
    add_member(team, ada, Role.LEAD)
    NamedAccount.objects.create(team=team, account_key="a", name="Seat 1")
    store_limit(ada, "a", 95)
    store_limit(ada, "b", 10)
    now = timezone.now()
    draft = BudgetDraft(
        BudgetScope.TEAM, BudgetPeriod.WEEK, BudgetUnit.USD, 10**9
    )
    budgets.set_budget(None, team, draft, now)

    context = alerts.build_team_context(team, now)
    found = reports.build_report(team, now.date(), context)

    assert [summary.label for summary in found.budgets] == [
        "Weekly budget of the team"
    ]
    (warning,) = found.warnings
    assert warning.startswith("Seat 1: 95% of the 5-hour limit used, resets ")


def test_leads_get_the_report_once_a_week(
    team: Team, mail_server: MailServer
) -> None:
    lead = add_member(team, make_user("lead"), Role.LEAD)
    add_member(team, make_user("member"))
    quiet = add_member(team, make_user("quiet"), Role.ADMIN)
    quiet.gets_reports = False
    quiet.save()
    store_usage(lead.user, WEDNESDAY - timedelta(days=7), project="shop")

    for days in (0, 1, 4):
        reports.queue_reports(WEDNESDAY + timedelta(days=days))
        deliveries.deliver_due(timezone.now())
    assert [mail.recipient for mail in mail_server.mails] == [lead.user.email]
    mail = mail_server.mails[0]
    assert mail.subject == "Platform: <$0.01 from Mar 9 to Mar 15"
    lines = mail.text.splitlines()
    assert lines[lines.index("Projects") + 1] == "  <$0.01  shop"
    assert lines.count(f"https://usage.example.org/team/{team.pk}/") == 1
    assert alerts.list_alerts(team, 5) == []

    assert reports.queue_reports(WEDNESDAY + timedelta(days=7)) == 1


def test_a_team_without_readers_gets_no_report(team: Team) -> None:
    add_member(team, make_user("member"))

    assert reports.queue_reports(WEDNESDAY) == 0
