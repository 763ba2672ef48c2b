"""Request the pages of a team as every role."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from claude_tray.server.teams import budgets, memberships
from claude_tray.server.teams.budgets import BudgetDraft
from claude_tray.server.teams.models import (
    Alert,
    Budget,
    BudgetPeriod,
    BudgetScope,
    BudgetUnit,
    NamedAccount,
    Role,
    Team,
)
from tests.server.dashboard.page_client import fetch_text, make_browser
from tests.server.teams.roster import (
    Roster,
    add_member,
    make_roster,
    make_team,
)
from tests.server.teams.usage_samples import store_limit, store_usage
from tests.support.server_api import make_user

if TYPE_CHECKING:
    from django.test import Client


@pytest.fixture
def roster() -> Roster:
    """A team with usage, limits, a budget and an alert."""
    roster = make_roster()
    now = timezone.now()
    for name, user in roster.users.items():
        store_usage(user, now, project=f"proj-{name}", account=f"acc-{name}")
    store_limit(roster.users["member1"], "acc-member1", 93)
    store_limit(roster.users["member2"], "acc-member2", 12)
    draft = BudgetDraft(
        BudgetScope.TEAM, BudgetPeriod.MONTH, BudgetUnit.USD, 10**9
    )
    budgets.set_budget(roster.users["admin1"], roster.team, draft, now)
    Alert.objects.create(
        team=roster.team, title="a made-up alert", created_at=now
    )
    return roster


def browse(roster: Roster, name: str) -> Client:
    return make_browser(roster.users[name])


# Pages by the lowest role that sees them.
PAGES = {
    "": Role.MEMBER,
    "people/": Role.MEMBER,
    "export/people.csv": Role.MEMBER,
    "budgets/": Role.LEAD,
    "settings/": Role.ADMIN,
    "log/": Role.ADMIN,
}
ORDER = list(Role)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("role", Role)
def test_a_page_is_open_to_its_roles(
    roster: Roster, path: str, role: Role
) -> None:
    status = browse(roster, f"{role}1").get(f"/team/{roster.team.pk}/{path}")
    is_allowed = ORDER.index(role) >= ORDER.index(PAGES[path])

    assert status.status_code == (200 if is_allowed else 403)


# Forms by the lowest role that may send them.
FORMS = {
    "mine/": Role.MEMBER,
    "budgets/set/": Role.LEAD,
    "budgets/{budget}/delete/": Role.LEAD,
    "accounts/name/": Role.LEAD,
    "invite/": Role.ADMIN,
    "invitations/1/revoke/": Role.ADMIN,
    "people/{member}/role/": Role.ADMIN,
    "people/{member}/remove/": Role.ADMIN,
    "settings/change/": Role.ADMIN,
    "delete/": Role.ADMIN,
}


def fill_path(roster: Roster, path: str) -> str:
    budget = Budget.objects.get(team=roster.team)
    filled = path.format(budget=budget.pk, member=roster.users["member2"].pk)
    return f"/team/{roster.team.pk}/{filled}"


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("role", Role)
def test_a_form_is_taken_from_its_roles_only(
    roster: Roster, path: str, role: Role
) -> None:
    data = {"target": "team:", "period": "day", "unit": "usd", "amount": "5"}
    response = browse(roster, f"{role}1").post(fill_path(roster, path), data)
    is_allowed = ORDER.index(role) >= ORDER.index(FORMS[path])

    assert response.status_code in ((200, 302) if is_allowed else (403,))


@pytest.mark.parametrize("path", [*PAGES, *FORMS, "leave/"])
def test_an_outsider_finds_nothing(roster: Roster, path: str) -> None:
    client, url = browse(roster, "outsider"), fill_path(roster, path)

    assert client.post(url).status_code in (404, 405)
    assert client.get(url).status_code in (404, 405)
    anonymous = make_browser()
    for response in (anonymous.get(url), anonymous.post(url)):
        assert response.status_code in (302, 405)
    assert Team.objects.filter(pk=roster.team.pk).exists()


def test_forms_need_the_csrf_token(roster: Roster) -> None:
    client = browse(roster, "admin1")
    client.handler.enforce_csrf_checks = True

    url = f"/team/{roster.team.pk}/delete/"
    assert client.post(url, {"name": "Platform"}).status_code == 403


@pytest.mark.parametrize("number", [2**31, 2**63, 2**70, 10**40])
def test_numbers_of_any_size_are_not_found(
    roster: Roster, number: int
) -> None:
    client = browse(roster, "admin1")
    team = roster.team.pk

    for path in (
        f"/team/{number}/",
        f"/team/{team}/people/{number}/",
        f"/users/{number}/",
    ):
        assert client.get(path).status_code == 404, path
    assert client.get(f"/team/{team}/?page=99999").status_code == 200


def test_a_lead_sees_people_projects_models_accounts_and_limits(
    roster: Roster,
) -> None:
    NamedAccount.objects.create(
        team=roster.team, account_key="acc-member1", name="Seat 1"
    )
    text = fetch_text(browse(roster, "lead1"), f"/team/{roster.team.pk}/")

    for name, user in roster.users.items():
        is_member = name != "outsider"
        assert (user.username in text) == is_member
        assert (f"proj-{name}" in text) == is_member
    near, _, room = text.partition("Accounts with room")
    assert "Seat 1" in near
    assert "93%" in near
    assert "12%" in room
    assert "93%" not in room
    assert "Monthly budget of the team" in text
    assert "a made-up alert" in text


def test_a_member_sees_only_themselves(roster: Roster) -> None:
    client = browse(roster, "member1")
    text = fetch_text(client, f"/team/{roster.team.pk}/")

    assert "proj-member1" in text
    for other in ("proj-member2", "proj-lead1", "12%", "Monthly budget"):
        assert other not in text
    assert "a made-up alert" not in text
    csv_text = client.get(
        f"/team/{roster.team.pk}/export/projects.csv"
    ).getvalue()
    assert csv_text.decode().splitlines()[1:] == [
        "proj-member1,1,1,1,0,0,0,0.000018,0"
    ]


def test_the_page_of_a_member_follows_the_role(roster: Roster) -> None:
    member = roster.users["member1"]
    path = f"/team/{roster.team.pk}/people/{member.pk}/"

    assert "proj-member1" in fetch_text(browse(roster, "lead1"), path)
    assert "proj-member1" in fetch_text(browse(roster, "member1"), path)
    assert browse(roster, "member2").get(path).status_code == 404
    assert browse(roster, "outsider").get(path).status_code == 404


def test_sessions_are_seen_while_they_are_shared(roster: Roster) -> None:
    member = roster.get_membership("member1")
    path = f"/team/{roster.team.pk}/people/{member.user_id}/sessions/"
    lead = browse(roster, "lead1")

    assert lead.get(path).status_code == 403
    browse(roster, "member1").post(
        f"/team/{roster.team.pk}/mine/", {"shares_sessions": "on"}
    )
    assert "proj-member1" in fetch_text(lead, path)
    assert browse(roster, "member2").get(path).status_code == 404
    browse(roster, "member1").post(f"/team/{roster.team.pk}/mine/")
    assert lead.get(path).status_code == 403


def test_usage_is_of_the_selected_month(roster: Roster) -> None:
    path = f"/team/{roster.team.pk}/"
    text = fetch_text(browse(roster, "lead1"), path)
    months = re.findall(r'<option value="(\d{4}-\d\d)"', text)
    assert len(months) == 24
    text = fetch_text(browse(roster, "lead1"), f"{path}?month={months[5]}")
    assert "proj-member1" not in text
    for nonsense in ("2026-13", "x", "9999-01"):
        assert "proj-member1" in fetch_text(
            browse(roster, "lead1"), f"{path}?month={nonsense}"
        )


@pytest.mark.parametrize(
    "kind", ["people", "projects", "models", "accounts", "months"]
)
def test_csv_files_have_no_formulas(roster: Roster, kind: str) -> None:
    user = roster.users["lead1"]
    store_usage(user, timezone.now(), project="=1+1", model="@SUM(1)")
    NamedAccount.objects.create(
        team=roster.team, account_key="acc-lead1", name="-2"
    )
    response = browse(roster, "lead1").get(
        f"/team/{roster.team.pk}/export/{kind}.csv"
    )

    assert response["Content-Type"].startswith("text/csv")
    assert "attachment" in response["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(response.getvalue().decode())))
    assert len(rows) > 1
    assert len({len(row) for row in rows}) == 1
    for row in rows:
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)


def test_an_unknown_csv_file_is_not_found(roster: Roster) -> None:
    client = browse(roster, "lead1")
    for kind in ("sessions", "x"):
        path = f"/team/{roster.team.pk}/export/{kind}.csv"
        assert client.get(path).status_code == 404


def test_the_only_team_is_opened() -> None:
    user = make_user("ada")
    client = make_browser(user)
    assert "You are in no team" in fetch_text(client, "/team/")
    response = client.post("/team/create/", {"name": "Data"})
    team = Team.objects.latest("pk")

    assert response.headers["Location"] == f"/team/{team.pk}/people/"
    assert client.get("/team/").headers["Location"] == f"/team/{team.pk}/"
    assert "Data" in fetch_text(client, "/team/?all")
    add_member(make_team("Other"), user)
    assert "Other" in fetch_text(client, "/team/")
    response = client.post("/team/create/", {"name": " "}, follow=True)
    assert "Enter a name of at most 150" in response.content.decode()


def test_a_removed_member_loses_access_at_once(roster: Roster) -> None:
    lead, path = browse(roster, "lead1"), f"/team/{roster.team.pk}/"
    assert lead.get(path).status_code == 200

    memberships.remove_member(None, roster.get_membership("lead1"))

    assert lead.get(path).status_code == 404
    text = fetch_text(browse(roster, "lead2"), path)
    assert "proj-lead1" not in text


def test_long_lists_are_paged() -> None:
    team, lead = make_team(), make_user("lead")
    add_member(team, lead, Role.LEAD)
    for number in range(60):
        add_member(team, make_user(f"member-{number}-"))
    client = make_browser(lead)

    for path in (f"/team/{team.pk}/", f"/team/{team.pk}/people/"):
        first = fetch_text(client, path)
        second = fetch_text(client, f"{path}?page=2")
        assert first.count("/people/") > second.count("/people/")
        assert "51\N{EN DASH}61 of 61" in second


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_pages_are_translated(
    roster: Roster, path: str, language: str
) -> None:
    client = browse(roster, "admin1")
    url = f"/team/{roster.team.pk}/{path}"
    response = client.get(url, headers={"Accept-Language": language})

    assert response.status_code == 200
    assert response.headers["Cache-Control"].startswith("private")
