from __future__ import annotations

import pytest
from django.utils import timezone

from claude_tray.server.accounts import api_tokens
from claude_tray.server.accounts.models import TokenScope
from tests.server.teams.roster import Roster, make_roster
from tests.server.teams.usage_samples import store_limit, store_usage
from tests.support.server_api import (
    ApiClient,
    create_access_token,
    create_device_token,
)


@pytest.fixture
def roster() -> Roster:
    roster = make_roster()
    for name, user in roster.users.items():
        store_usage(user, timezone.now(), project=f"proj-{name}")
    store_limit(roster.users["member1"], "seat", 93)
    return roster


def connect(roster: Roster, name: str) -> ApiClient:
    return ApiClient(create_access_token(roster.users[name]))


@pytest.mark.parametrize("path", ["", "limits/"])
def test_a_team_is_open_to_its_members_only(roster: Roster, path: str) -> None:
    url = f"teams/{roster.team.pk}/{path}"

    assert connect(roster, "outsider").get(url).status == 404
    assert ApiClient().get(url).status == 401
    for name in ("member1", "lead1", "admin1"):
        assert connect(roster, name).get(url).status == 200
    sender = ApiClient(create_device_token(roster.users["lead1"]))
    assert sender.get(url).status == 403


def test_a_lead_reads_the_usage_of_all_with_a_read_token(
    roster: Roster,
) -> None:
    _, token = api_tokens.create_api_token(
        roster.users["lead1"], TokenScope.READ, "report", timezone.now()
    )
    client = ApiClient(token)
    (team,) = client.get("teams/").body["teams"]
    assert (team["name"], team["role"]) == ("Platform", "lead")

    body = client.get(f"teams/{team['id']}/").body

    assert body["total"]["messages"] == len(body["people"]) == 6
    assert {row["name"] for row in body["projects"]} == {
        f"proj-{name}" for name in roster.users if name != "outsider"
    }
    limits = client.get(f"teams/{team['id']}/limits/").body
    (account,) = limits["accounts"]
    assert account["used_percent"] == 93
    assert account["severity"] == "critical"
    assert account["used_by"] == roster.users["member1"].username
    assert account["resets_at"].endswith("Z")


def test_a_member_reads_only_their_own_usage(roster: Roster) -> None:
    client = connect(roster, "member2")

    body = client.get(f"teams/{roster.team.pk}/").body

    assert [row["name"] for row in body["projects"]] == ["proj-member2"]
    assert len(body["people"]) == 1
    limits = client.get(f"teams/{roster.team.pk}/limits/").body
    assert limits == {"count": 0, "accounts": []}


def test_an_unknown_month_is_the_current_one(roster: Roster) -> None:
    client = connect(roster, "member1")
    for month in ("x", "2026-99", ""):
        body = client.get(f"teams/{roster.team.pk}/", month=month).body
        assert body["total"]["messages"] == 1
    assert client.get(f"teams/{10**30}/").status == 404
