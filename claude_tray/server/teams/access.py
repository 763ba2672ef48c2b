"""
Decide who may see what of whom: the only place of these rules.

Views, API and commands ask here before they read data of other users or
change a team. A user who is no member learns nothing, not even that the team
exists.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple

from django.core.exceptions import PermissionDenied
from django.http import Http404

from claude_tray.server.accounts.models import User
from claude_tray.server.teams.models import Membership, Role, Team

if TYPE_CHECKING:
    from django.db.models import QuerySet


class Right(Enum):
    """
    What a member may do in a team, with the lowest role that may.

    SEE_TEAM: the names and roles of the members. SEE_USAGE: sums of all
    members by project, model, account and month, and their limits. SEE_PLANS:
    budgets and alerts. PLAN: set budgets and name accounts. MANAGE: people,
    invitations, settings and the audit log.
    """

    SEE_TEAM = (Role.MEMBER, "see_team")
    SEE_USAGE = (Role.LEAD, "see_usage")
    SEE_PLANS = (Role.LEAD, "see_plans")
    PLAN = (Role.LEAD, "plan")
    MANAGE = (Role.ADMIN, "manage")

    @property
    def lowest_role(self) -> Role:
        return self.value[0]


_ROLE_ORDER: Final = (Role.MEMBER, Role.LEAD, Role.ADMIN)


class TeamAccess(NamedTuple):
    """A member who looks at a team."""

    user: User
    team: Team
    membership: Membership

    @property
    def role(self) -> Role:
        return Role(self.membership.role)

    def has(self, right: Right) -> bool:
        return includes_right(self.role, right)


def includes_right(role: Role, right: Right) -> bool:
    """Return whether a role may do something."""
    return _ROLE_ORDER.index(role) >= _ROLE_ORDER.index(right.lowest_role)


def find_team_access(user: User, team_id: int) -> TeamAccess | None:
    """Return a user's access to a team; None if they have none."""
    membership = (
        Membership.objects.filter(
            team_id=team_id, user=user, user__is_active=True
        )
        .select_related("team")
        .first()
    )
    if membership is None:
        return None
    return TeamAccess(user, membership.team, membership)


def require_right(user: User, team_id: int, right: Right) -> TeamAccess:
    """
    Return a user's access to a team.

    Raises:
        Http404: The user is no member, or there is no such team.
        PermissionDenied: Their role does not include the right.
    """
    access = find_team_access(user, team_id)
    if access is None:
        raise Http404
    if not access.has(right):
        raise PermissionDenied
    return access


def list_team_access(user: User) -> tuple[TeamAccess, ...]:
    """List the teams of a user, by name."""
    if not user.is_active:
        return ()
    memberships = (
        Membership.objects.filter(user=user)
        .select_related("team")
        .order_by("team__name", "team_id")
    )
    return tuple(TeamAccess(user, m.team, m) for m in memberships)


def filter_visible_members(access: TeamAccess) -> QuerySet[Membership]:
    """Select the members whose usage and limits a member may see."""
    members = Membership.objects.filter(team=access.team)
    if access.has(Right.SEE_USAGE):
        return members
    return members.filter(user=access.user)


def require_visible_member(access: TeamAccess, user_id: int) -> Membership:
    """
    Return a member whose usage and limits the viewer may see.

    Raises:
        Http404: There is no such member, or the viewer may not see them.
    """
    members = filter_visible_members(access).select_related("user")
    membership = members.filter(user_id=user_id).first()
    if membership is None:
        raise Http404
    return membership


def can_see_sessions(access: TeamAccess, subject: Membership) -> bool:
    """
    Return whether a member may see another one's single sessions.

    Nobody but the member decides this: admins cannot share for others.
    """
    if subject.team_id != access.team.pk:
        return False
    if subject.user_id == access.user.pk:
        return True
    return access.has(Right.SEE_USAGE) and subject.shares_sessions


def can_manage_user(actor: User, subject: User) -> bool:
    """
    Return whether a user may rename, deactivate or delete another one.

    Staff may. Admins of a team may do it to members that its own invitation
    created, but not to staff; everyone else has joined with an account that
    the team does not own.
    """
    if not actor.is_active:
        return False
    if actor.is_staff:
        return True
    if subject.is_staff:
        return False
    managing_teams = Membership.objects.filter(
        user=subject, is_managed=True
    ).values("team")
    return Membership.objects.filter(
        user=actor, role=Role.ADMIN, team__in=managing_teams
    ).exists()


def require_managed_user(actor: User, user_id: int) -> User:
    """
    Return a user that another one may manage.

    Raises:
        Http404: There is no such user, or the actor may not manage them.
    """
    subject = User.objects.filter(pk=user_id).first()
    if subject is None or not can_manage_user(actor, subject):
        raise Http404
    return subject


def filter_managed_users(actor: User) -> QuerySet[User]:
    """Select the users that another one may manage."""
    if not actor.is_active:
        return User.objects.none()
    if actor.is_staff:
        return User.objects.all()
    teams = Membership.objects.filter(user=actor, role=Role.ADMIN)
    members = Membership.objects.filter(
        team__in=teams.values("team"), is_managed=True
    )
    return User.objects.filter(pk__in=members.values("user"), is_staff=False)
