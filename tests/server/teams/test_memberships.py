from __future__ import annotations

import pytest
from django.utils import timezone

from claude_tray.server.teams import audit, memberships
from claude_tray.server.teams.memberships import TeamRuleError
from claude_tray.server.teams.models import Membership, Role, Team
from tests.server.teams.roster import add_member, make_roster, make_team
from tests.support.server_api import make_user

NOW = timezone.now()


def get_roles(team: Team) -> dict[str, str]:
    members = Membership.objects.filter(team=team).select_related("user")
    return {m.user.username.rstrip("0123456789"): m.role for m in members}


def test_the_creator_of_a_team_is_its_admin() -> None:
    ada = make_user("ada")
    team = memberships.create_team(
        ada, " Platform ", ada, NOW, "Europe/Berlin"
    )

    assert (team.name, team.time_zone) == ("Platform", "Europe/Berlin")
    assert get_roles(team) == {"ada": "admin"}
    assert [e.action for e in audit.list_team_entries(team)] == [
        "member.joined",
        "team.created",
    ]


@pytest.mark.parametrize("name", ["", "  ", "x" * 151, "a\nb", "\0"])
def test_a_team_needs_a_printable_name(name: str) -> None:
    ada = make_user("ada")
    with pytest.raises(TeamRuleError, match="at most 150 printable"):
        memberships.create_team(ada, name, ada, NOW)


@pytest.mark.parametrize("zone", ["Mars/Base", "../etc/passwd", "\0", ""])
def test_a_team_needs_a_time_zone_that_exists(zone: str) -> None:
    ada = make_user("ada")
    with pytest.raises(TeamRuleError, match="no time zone"):
        memberships.create_team(ada, "Platform", ada, NOW, zone)


def test_a_user_is_in_a_limited_number_of_teams(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(memberships, "MAX_TEAMS", 1)
    ada, team = make_user("ada"), make_team()
    memberships.create_team(ada, "One", ada, NOW)

    with pytest.raises(TeamRuleError, match="at most 1 teams"):
        memberships.create_team(ada, "Two", ada, NOW)
    with pytest.raises(TeamRuleError, match="at most 1 teams"):
        memberships.add_member(None, team, ada, Role.LEAD, NOW)


def test_a_team_has_a_limited_number_of_members(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(memberships, "MAX_MEMBERS", 1)
    team = make_team()
    memberships.add_member(None, team, make_user("ada"), Role.ADMIN, NOW)

    with pytest.raises(TeamRuleError, match="at most 1 members"):
        memberships.add_member(None, team, make_user("bob"), Role.LEAD, NOW)


def test_nobody_joins_twice() -> None:
    ada, team = make_user("ada"), make_team()
    memberships.add_member(None, team, ada, Role.ADMIN, NOW)

    with pytest.raises(TeamRuleError, match="already a member"):
        memberships.add_member(None, team, ada, Role.MEMBER, NOW)
    assert get_roles(team) == {"ada": "admin"}


def test_settings_are_checked_and_logged_without_their_values() -> None:
    ada, team = make_user("ada"), make_team()
    memberships.change_team(
        ada,
        team,
        {
            "name": "Infra",
            "time_zone": "Asia/Kathmandu",
            "language": "de",
            "webhook_secret": "hunter2",
            "has_limit_alerts": False,
        },
    )

    team.refresh_from_db()
    assert (team.name, team.language) == ("Infra", "de")
    assert not team.has_limit_alerts
    entry = audit.list_team_entries(team)[0]
    assert "webhook_secret" in entry.detail
    assert "hunter2" not in entry.detail
    with pytest.raises(TeamRuleError, match="no language xx"):
        memberships.change_team(ada, team, {"language": "xx"})


def test_the_last_admin_stays() -> None:
    roster = make_roster()
    first = roster.get_membership("admin1")
    second = roster.get_membership("admin2")
    memberships.change_role(first.user, second, Role.MEMBER)

    with pytest.raises(TeamRuleError, match="needs an admin"):
        memberships.change_role(first.user, first, Role.LEAD)
    with pytest.raises(TeamRuleError, match="needs an admin"):
        memberships.remove_member(first.user, first)
    assert roster.get_membership("admin1").role == "admin"


def test_an_inactive_admin_does_not_count() -> None:
    roster = make_roster()
    first = roster.get_membership("admin1")
    second = roster.get_membership("admin2")
    second.user.is_active = False
    second.user.save()

    with pytest.raises(TeamRuleError, match="needs an admin"):
        memberships.remove_member(first.user, first)


def test_a_stale_role_does_not_hide_the_last_admin() -> None:
    """Two admins demote each other at once: one of them stays admin."""
    roster = make_roster()
    first = roster.get_membership("admin1")
    second = roster.get_membership("admin2")
    stale = roster.get_membership("admin1")
    stale.role = Role.MEMBER
    memberships.change_role(first.user, second, Role.LEAD)

    with pytest.raises(TeamRuleError, match="needs an admin"):
        memberships.change_role(second.user, stale, Role.LEAD)


def test_changes_are_logged_once() -> None:
    roster = make_roster()
    admin = roster.users["admin1"]
    member = roster.get_membership("member1")
    memberships.change_role(admin, member, Role.LEAD)
    memberships.change_role(admin, member, Role.LEAD)
    memberships.share_sessions(member, is_shared=True)
    memberships.share_sessions(member, is_shared=False)
    memberships.remove_member(admin, member)
    lead = roster.get_membership("lead1")
    memberships.remove_member(lead.user, lead)

    entries = audit.list_team_entries(roster.team)
    assert [e.action for e in entries] == [
        "member.left",
        "member.removed",
        "sessions.hidden",
        "sessions.shared",
        "role.changed",
    ]


def test_a_deleted_team_leaves_only_its_log_entry() -> None:
    roster = make_roster()
    memberships.delete_team(roster.users["admin1"], roster.team)

    assert not Membership.objects.filter(team_id=roster.team.pk).exists()
    entry = audit.list_all_entries()[0]
    assert (entry.action, entry.target) == ("team.deleted", "Platform")


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        (["member", "lead", "lead"], {"b": "member", "c": "admin"}),
        (["member", "member"], {"b": "admin", "c": "member"}),
        (["admin", "lead"], {"b": "admin", "c": "lead"}),
    ],
)
def test_the_team_of_a_deleted_admin_gets_another_one(
    roles: list[str], expected: dict[str, str]
) -> None:
    team, ada = make_team(), make_user("a")
    add_member(team, ada, Role.ADMIN)
    for name, role in zip("bcd", roles, strict=False):
        add_member(team, make_user(name), Role(role))

    memberships.release_teams(ada)

    roles_now = get_roles(team)
    assert roles_now.items() >= expected.items()
    assert "a" not in roles_now


def test_the_team_of_its_only_member_is_deleted() -> None:
    team, ada = make_team(), make_user("ada")
    add_member(team, ada, Role.ADMIN)

    memberships.release_teams(ada)

    assert not Team.objects.filter(pk=team.pk).exists()
