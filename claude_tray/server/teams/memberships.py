"""Create teams, and change who belongs to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction

from claude_tray.errors import ClaudeTrayError, gettext_noop
from claude_tray.i18n.translator import list_languages
from claude_tray.server.teams.audit import Action, record
from claude_tray.server.teams.models import (
    MAX_NAME_LENGTH,
    Membership,
    Role,
    Team,
)

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from claude_tray.server.accounts.models import User


# Bounds of the sums and lists of a team, and of what one user can create.
MAX_MEMBERS: Final = 500
MAX_TEAMS: Final = 50
# The order in which members become admin if the last one is deleted.
_SUCCESSION: Final = (Role.LEAD, Role.MEMBER)


NAME_DIFFERS: Final = gettext_noop("The name differs, so nothing was deleted.")


class TeamRuleError(ClaudeTrayError):
    """A rule of teams does not allow a change."""


def clean_name(text: str) -> str:
    """
    Return a name without surrounding spaces.

    Raises:
        TeamRuleError: It is empty, too long or has control characters.
    """
    name = text.strip()
    if not name or len(name) > MAX_NAME_LENGTH or not name.isprintable():
        raise TeamRuleError(
            gettext_noop(
                "Enter a name of at most {count} printable characters."
            ),
            count=MAX_NAME_LENGTH,
        )
    return name


def check_zone(name: str) -> str:
    """
    Return the name of a time zone.

    Raises:
        TeamRuleError: There is no such zone.
    """
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise TeamRuleError(
            gettext_noop("There is no time zone {name}."),
            hint=gettext_noop("Use a name such as Europe/Berlin."),
            name=name,
        ) from error


def check_language(code: str) -> str:
    """
    Return the code of a language that there is a catalog for.

    Raises:
        TeamRuleError: There is none.
    """
    languages = list_languages()
    if code not in languages:
        raise TeamRuleError(
            gettext_noop("There is no language {name}."),
            hint=gettext_noop("Use one of: {names}."),
            name=code,
            names=", ".join(languages),
        )
    return code


def create_team(
    actor: User | None,
    name: str,
    admin: User,
    now: datetime,
    zone: str = "UTC",
) -> Team:
    """
    Create a team with its first admin.

    Args:
        actor: Who creates it; None is a command.
        name: Name of the team.
        admin: Its first admin.
        now: Current time.
        zone: Time zone of its months, weeks and days.

    Raises:
        TeamRuleError: The name or zone is invalid, or the admin has too many
            teams.
    """
    with transaction.atomic():
        _check_team_count(admin)
        team = Team.objects.create(
            name=clean_name(name), time_zone=check_zone(zone), created_at=now
        )
        record(actor, Action.TEAM_CREATED, team.name, team=team)
        add_member(actor, team, admin, Role.ADMIN, now)
    return team


def _check_team_count(user: User) -> None:
    if Membership.objects.filter(user=user).count() >= MAX_TEAMS:
        raise TeamRuleError(
            gettext_noop("A user can be in at most {count} teams."),
            count=MAX_TEAMS,
        )


def change_team(
    actor: User | None, team: Team, changes: dict[str, str | bool]
) -> None:
    """
    Change a team's name, time zone, language or alerts.

    Args:
        actor: Who changes it; None is a command.
        team: The team.
        changes: New values by field.

    Raises:
        TeamRuleError: A value is invalid.
    """
    checks = {
        "name": clean_name,
        "time_zone": check_zone,
        "language": check_language,
    }
    for field, value in changes.items():
        check = checks.get(field)
        setattr(team, field, check(str(value)) if check else value)
    with transaction.atomic():
        team.save(update_fields=[*changes])
        # The secret of the webhook must not get into the log.
        record(
            actor,
            Action.TEAM_CHANGED,
            team.name,
            ", ".join(sorted(changes)),
            team=team,
        )


def delete_team(actor: User | None, team: Team) -> None:
    """Delete a team; the usage of its members stays theirs."""
    with transaction.atomic():
        # Without the team, because its log is deleted with it.
        record(actor, Action.TEAM_DELETED, team.name)
        team.delete()


def add_member(
    actor: User | None,
    team: Team,
    user: User,
    role: Role,
    now: datetime,
    *,
    is_managed: bool = False,
) -> Membership:
    """
    Make a user a member.

    Raises:
        TeamRuleError: They are one already, or there are too many.
    """
    with transaction.atomic():
        _lock_team(team)
        members = Membership.objects.filter(team=team)
        if members.filter(user=user).exists():
            raise TeamRuleError(
                gettext_noop("{name} is already a member of this team."),
                name=user.username,
            )
        if members.count() >= MAX_MEMBERS:
            raise TeamRuleError(
                gettext_noop("A team can have at most {count} members."),
                count=MAX_MEMBERS,
            )
        _check_team_count(user)
        membership = Membership.objects.create(
            team=team,
            user=user,
            role=role,
            is_managed=is_managed,
            joined_at=now,
        )
        record(actor, Action.MEMBER_JOINED, user, str(role), team=team)
    return membership


def change_role(
    actor: User | None, membership: Membership, role: Role
) -> None:
    """
    Change the role of a member.

    Raises:
        TeamRuleError: The team would be without an admin.
    """
    with transaction.atomic():
        _lock_team(membership.team)
        membership.refresh_from_db()
        if membership.role == role:
            return
        _check_other_admin(membership)
        membership.role = role
        membership.save(update_fields=["role"])
        record(
            actor,
            Action.ROLE_CHANGED,
            membership.user,
            str(role),
            team=membership.team,
        )


def remove_member(actor: User | None, membership: Membership) -> None:
    """
    End a membership, which ends all access at once.

    Raises:
        TeamRuleError: The team would be without an admin.
    """
    is_own = actor is not None and actor.pk == membership.user_id
    with transaction.atomic():
        _lock_team(membership.team)
        _check_other_admin(membership)
        membership.delete()
        record(
            actor,
            Action.MEMBER_LEFT if is_own else Action.MEMBER_REMOVED,
            membership.user,
            team=membership.team,
        )


def share_sessions(membership: Membership, *, is_shared: bool) -> None:
    """Share the member's single sessions with the leads, or stop it."""
    with transaction.atomic():
        membership.shares_sessions = is_shared
        membership.save(update_fields=["shares_sessions"])
        record(
            membership.user,
            Action.SESSIONS_SHARED if is_shared else Action.SESSIONS_HIDDEN,
            membership.user,
            team=membership.team,
        )


def release_teams(user: User) -> None:
    """
    End all memberships of a user who is about to be deleted.

    A team without another admin gets the lead, or else the member, who has
    been in it for longest; an empty team is deleted.
    """
    with transaction.atomic():
        for membership in Membership.objects.filter(user=user):
            team = _lock_team(membership.team)
            membership.delete()
            members = Membership.objects.filter(team=team)
            if not members.exists():
                team.delete()
            elif not members.filter(role=Role.ADMIN).exists():
                _appoint_admin(members)


def _appoint_admin(members: QuerySet[Membership]) -> None:
    oldest = members.order_by("joined_at", "pk")
    successor = next(
        found
        for role in _SUCCESSION
        if (found := oldest.filter(role=role).first())
    )
    change_role(None, successor, Role.ADMIN)


def _check_other_admin(membership: Membership) -> None:
    """Raise if the member is the only admin of the team."""
    if membership.role != Role.ADMIN:
        return
    others = Membership.objects.filter(
        team=membership.team, role=Role.ADMIN, user__is_active=True
    ).exclude(pk=membership.pk)
    if not others.exists():
        raise TeamRuleError(
            gettext_noop("The team needs an admin."),
            hint=gettext_noop("Make another member admin first."),
        )


def _lock_team(team: Team) -> Team:
    """Lock a team until the transaction ends, so that counts stay right."""
    return Team.objects.select_for_update().get(pk=team.pk)
