"""Create teams with members of every role."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils import timezone

from claude_tray.server.teams.models import Membership, Role, Team
from tests.support.server_api import make_user

if TYPE_CHECKING:
    from claude_tray.server.accounts.models import User


class Roster(NamedTuple):
    """A team with two members of each role, and a user outside of it."""

    team: Team
    users: dict[str, User]

    def get_membership(self, name: str) -> Membership:
        return Membership.objects.get(team=self.team, user=self.users[name])


def make_team(name: str = "Platform") -> Team:
    return Team.objects.create(name=name, created_at=timezone.now())


def add_member(
    team: Team,
    user: User,
    role: Role = Role.MEMBER,
    *,
    is_managed: bool = False,
    shares_sessions: bool = False,
) -> Membership:
    return Membership.objects.create(
        team=team,
        user=user,
        role=role,
        is_managed=is_managed,
        shares_sessions=shares_sessions,
        joined_at=timezone.now(),
    )


def make_roster() -> Roster:
    """Create users named by role: member1, member2, lead1, …, outsider."""
    team = make_team()
    users = {"outsider": make_user("outsider")}
    for role in Role:
        for number in (1, 2):
            name = f"{role}{number}"
            users[name] = make_user(f"{name}-")
            add_member(team, users[name], role)
    return Roster(team, users)
