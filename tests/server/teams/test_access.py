"""Check who may see what of whom, for every pair of roles."""

from __future__ import annotations

import itertools

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from claude_tray.server.teams import access
from claude_tray.server.teams.access import Right
from claude_tray.server.teams.models import Membership, Role
from tests.server.teams.roster import (
    Roster,
    add_member,
    make_roster,
    make_team,
)
from tests.support.server_api import make_user

# Written by hand from docs/teams.md: the rights of each role.
RIGHTS = {
    "member": {Right.SEE_TEAM},
    "lead": {Right.SEE_TEAM, Right.SEE_USAGE, Right.SEE_PLANS, Right.PLAN},
    "admin": set(Right),
}
SEES_OTHERS = {"member": False, "lead": True, "admin": True}
NAMES = ("member1", "member2", "lead1", "lead2", "admin1", "admin2")


@pytest.fixture
def roster() -> Roster:
    return make_roster()


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("right", Right)
def test_a_role_has_exactly_its_rights(
    roster: Roster, role: Role, right: Right
) -> None:
    viewer, team_id = roster.users[f"{role}1"], roster.team.pk
    if right in RIGHTS[role]:
        found = access.require_right(viewer, team_id, right)
        assert (found.team, found.role) == (roster.team, role)
    else:
        with pytest.raises(PermissionDenied):
            access.require_right(viewer, team_id, right)


@pytest.mark.parametrize("right", Right)
def test_an_outsider_does_not_learn_that_a_team_exists(
    roster: Roster, right: Right
) -> None:
    for team_id in (roster.team.pk, 2**40):
        with pytest.raises(Http404):
            access.require_right(roster.users["outsider"], team_id, right)


@pytest.mark.parametrize(
    ("viewer", "subject"), list(itertools.product(NAMES, NAMES))
)
def test_a_member_sees_the_usage_of_whom_their_role_allows(
    roster: Roster, viewer: str, subject: str
) -> None:
    is_allowed = viewer == subject or SEES_OTHERS[viewer[:-1]]
    viewer_access = access.require_right(
        roster.users[viewer], roster.team.pk, Right.SEE_TEAM
    )
    subject_id = roster.users[subject].pk
    visible = set(
        access.filter_visible_members(viewer_access).values_list(
            "user_id", flat=True
        )
    )

    assert (subject_id in visible) == is_allowed
    if is_allowed:
        found = access.require_visible_member(viewer_access, subject_id)
        assert found.user_id == subject_id
    else:
        with pytest.raises(Http404):
            access.require_visible_member(viewer_access, subject_id)


@pytest.mark.parametrize(
    ("viewer", "subject"), list(itertools.product(NAMES, NAMES))
)
@pytest.mark.parametrize("is_shared", [False, True])
def test_sessions_are_seen_only_if_their_owner_shares_them(
    roster: Roster, viewer: str, subject: str, *, is_shared: bool
) -> None:
    subject_membership = roster.get_membership(subject)
    subject_membership.shares_sessions = is_shared
    viewer_access = access.require_right(
        roster.users[viewer], roster.team.pk, Right.SEE_TEAM
    )

    is_allowed = viewer == subject or (is_shared and SEES_OTHERS[viewer[:-1]])
    assert (
        access.can_see_sessions(viewer_access, subject_membership)
        == is_allowed
    )


@pytest.mark.parametrize("viewer", NAMES)
def test_the_members_of_another_team_are_not_seen(
    roster: Roster, viewer: str
) -> None:
    other = make_team("Other")
    stranger = make_user("stranger")
    membership = add_member(other, stranger, shares_sessions=True)
    viewer_access = access.require_right(
        roster.users[viewer], roster.team.pk, Right.SEE_TEAM
    )

    with pytest.raises(Http404):
        access.require_visible_member(viewer_access, stranger.pk)
    assert not access.can_see_sessions(viewer_access, membership)


@pytest.mark.parametrize("name", NAMES)
def test_leaving_ends_access_at_once(roster: Roster, name: str) -> None:
    user = roster.users[name]
    Membership.objects.filter(user=user).delete()

    assert access.find_team_access(user, roster.team.pk) is None
    assert access.list_team_access(user) == ()
    for viewer in NAMES:
        viewer_access = access.find_team_access(
            roster.users[viewer], roster.team.pk
        )
        if viewer_access is not None:
            with pytest.raises(Http404):
                access.require_visible_member(viewer_access, user.pk)


@pytest.mark.parametrize("name", NAMES)
def test_a_deactivated_user_has_no_access(roster: Roster, name: str) -> None:
    user = roster.users[name]
    user.is_active = False
    user.save()

    assert access.find_team_access(user, roster.team.pk) is None
    assert access.list_team_access(user) == ()
    assert list(access.filter_managed_users(user)) == []
    assert not access.can_manage_user(user, user)


@pytest.mark.parametrize("actor", [*NAMES, "outsider", "staff"])
@pytest.mark.parametrize("kind", ["managed", "joined", "managed-staff"])
def test_users_are_managed_by_staff_and_by_admins_who_created_them(
    roster: Roster, actor: str, kind: str
) -> None:
    roster.users["staff"] = make_user("staff", is_staff=True)
    subject = make_user("subject", is_staff=kind == "managed-staff")
    add_member(roster.team, subject, is_managed=kind != "joined")

    is_allowed = actor == "staff" or (
        actor.startswith("admin") and kind == "managed"
    )
    user = roster.users[actor]
    assert access.can_manage_user(user, subject) == is_allowed
    assert (subject in access.filter_managed_users(user)) == is_allowed
    if is_allowed:
        assert access.require_managed_user(user, subject.pk) == subject
    else:
        with pytest.raises(Http404):
            access.require_managed_user(user, subject.pk)


def test_an_admin_of_another_team_manages_nobody_here(roster: Roster) -> None:
    subject, admin = make_user("subject"), make_user("admin")
    add_member(roster.team, subject, is_managed=True)
    other = make_team("Other")
    add_member(other, admin, Role.ADMIN)
    add_member(other, subject)

    assert not access.can_manage_user(admin, subject)


def test_a_user_that_does_not_exist_is_not_found() -> None:
    staff = make_user("staff", is_staff=True)
    with pytest.raises(Http404):
        access.require_managed_user(staff, 2**40)


def test_teams_are_listed_by_name(roster: Roster) -> None:
    user = roster.users["member1"]
    first = make_team("Analytics")
    add_member(first, user, Role.LEAD)

    found = access.list_team_access(user)

    assert [(a.team.name, a.role) for a in found] == [
        ("Analytics", "lead"),
        ("Platform", "member"),
    ]
