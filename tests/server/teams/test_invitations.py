from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from claude_tray.server.accounts.models import User
from claude_tray.server.teams import access, audit, invitations
from claude_tray.server.teams.access import Right
from claude_tray.server.teams.invitations import NewUser
from claude_tray.server.teams.memberships import TeamRuleError
from claude_tray.server.teams.models import Invitation, Membership, Role
from tests.server.teams.roster import make_team
from tests.support.server_api import make_user
from tests.support.server_process import PASSWORD

NOW = timezone.now()


def invite(role: Role = Role.MEMBER, email: str = "") -> str:
    team = make_team()
    return invitations.create_invitation(None, team, role, NOW, email)


def require_invitation(token: str) -> Invitation:
    found = invitations.find_open_invitation(token, NOW)
    assert found is not None
    return found


def test_an_invitation_makes_a_user_a_member_once() -> None:
    token, bob, eve = invite(Role.LEAD), make_user("bob"), make_user("eve")
    invitation = require_invitation(token)

    invitations.accept_invitation(invitation, bob, NOW)

    found = access.require_right(bob, invitation.team_id, Right.PLAN)
    assert (found.role, found.membership.is_managed) == ("lead", False)
    assert invitations.find_open_invitation(token, NOW) is None
    with pytest.raises(TeamRuleError, match="no longer valid"):
        invitations.accept_invitation(invitation, eve, NOW)
    assert access.find_team_access(eve, invitation.team_id) is None


def test_the_token_is_not_stored() -> None:
    token = invite(email="bob@example.org")

    row = Invitation.objects.get(pk=require_invitation(token).pk)
    assert all(
        token not in str(getattr(row, field.attname))
        for field in Invitation._meta.fields  # noqa: SLF001
    )


def test_an_invitation_ends_after_a_week() -> None:
    token = invite()

    week = timedelta(days=7)
    second = timedelta(seconds=1)
    assert invitations.find_open_invitation(token, NOW + week - second)
    assert not invitations.find_open_invitation(token, NOW + week)


def test_a_revoked_invitation_is_not_valid() -> None:
    token = invite()
    invitation = require_invitation(token)
    other = make_team("Other")

    assert not invitations.revoke_invitation(None, other, invitation.pk, NOW)
    assert invitations.find_open_invitation(token, NOW)
    assert invitations.revoke_invitation(
        None, invitation.team, invitation.pk, NOW
    )
    assert not invitations.revoke_invitation(
        None, invitation.team, invitation.pk, NOW
    )
    assert not invitations.find_open_invitation(token, NOW)
    with pytest.raises(TeamRuleError, match="no longer valid"):
        invitations.accept_invitation(invitation, make_user("bob"), NOW)


@pytest.mark.parametrize("token", ["", "x", "x" * 10_000, "\0", "\ud800"])
def test_a_made_up_token_finds_nothing(token: str) -> None:
    invite()
    assert invitations.find_open_invitation(token, NOW) is None


def test_a_member_does_not_use_up_an_invitation() -> None:
    token, bob = invite(), make_user("bob")
    invitation = require_invitation(token)
    second = invitations.create_invitation(
        None, invitation.team, Role.ADMIN, NOW
    )
    invitations.accept_invitation(invitation, bob, NOW)

    with pytest.raises(TeamRuleError, match="already a member"):
        invitations.accept_invitation(require_invitation(second), bob, NOW)
    assert invitations.find_open_invitation(second, NOW)
    membership = Membership.objects.get(user=bob)
    assert membership.role == Role.MEMBER


def test_a_new_user_is_managed_by_the_team() -> None:
    invitation = require_invitation(invite())

    user = invitations.accept_as_new_user(
        invitation, NewUser("grace7", "grace7@example.org", PASSWORD), NOW
    )

    assert user.check_password(PASSWORD)
    membership = Membership.objects.get(user=user, team=invitation.team)
    assert (membership.role, membership.is_managed) == ("member", True)
    assert [
        (e.action, e.actor_name)
        for e in audit.list_team_entries(invitation.team)[:2]
    ] == [("member.joined", "grace7"), ("user.created", "grace7")]


@pytest.mark.parametrize(
    ("name", "email", "password"),
    [
        ("", "a@example.org", PASSWORD),
        ("two words", "a@example.org", PASSWORD),
        ("taken", "a@example.org", PASSWORD),
        ("new", "taken@example.org", PASSWORD),
        ("new", "nonsense", PASSWORD),
        ("new", "a@example.org", "short"),
    ],
)
def test_an_invalid_user_is_not_created_and_the_link_still_works(
    name: str, email: str, password: str
) -> None:
    User.objects.get_or_create(
        username="taken", defaults={"email": "taken@example.org"}
    )
    token = invite()
    count = User.objects.count()

    with pytest.raises(ValidationError):
        invitations.accept_as_new_user(
            require_invitation(token), NewUser(name, email, password), NOW
        )

    assert User.objects.count() == count
    assert invitations.find_open_invitation(token, NOW)


def test_a_used_invitation_creates_no_user() -> None:
    invitation = require_invitation(invite())
    invitations.accept_invitation(invitation, make_user("bob"), NOW)

    with pytest.raises(TeamRuleError, match="no longer valid"):
        invitations.accept_as_new_user(
            invitation, NewUser("late", "late@example.org", PASSWORD), NOW
        )
    assert not User.objects.filter(username="late").exists()


def test_an_address_is_checked() -> None:
    with pytest.raises(TeamRuleError, match="is not an e-mail address"):
        invite(email="not an address")


def test_there_are_at_most_100_open_invitations() -> None:
    team = make_team()
    for _ in range(100):
        invitations.create_invitation(None, team, Role.MEMBER, NOW)

    with pytest.raises(TeamRuleError, match="already 100 open"):
        invitations.create_invitation(None, team, Role.MEMBER, NOW)
    assert invitations.list_open_invitations(team, NOW).count() == 100
