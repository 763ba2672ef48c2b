"""Invite users to a team by a link that works once."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from claude_tray.errors import gettext_noop
from claude_tray.server.accounts.models import User
from claude_tray.server.teams import audit, memberships
from claude_tray.server.teams.models import Invitation, Role, Team

if TYPE_CHECKING:
    from django.db.models import QuerySet


LIFETIME: Final = timedelta(days=7)
_MAX_OPEN: Final = 100
_TOKEN_BYTES: Final = 32
# Longer texts are no token of ours.
_MAX_TOKEN_LENGTH: Final = 100


class NewUser(NamedTuple):
    """What a user without an account enters to join a team."""

    name: str
    email: str
    password: str


def create_invitation(
    actor: User | None,
    team: Team,
    role: Role,
    now: datetime,
    email: str = "",
) -> str:
    """
    Create an invitation and return the token of its link, shown once.

    Args:
        actor: Who invites; None is a command.
        team: The team.
        role: Role of the new member.
        now: Current time.
        email: Address that the link is sent to; may be empty.

    Raises:
        TeamRuleError: The address is invalid, or too many are open.
    """
    if email:
        _check_email(email)
    if list_open_invitations(team, now).count() >= _MAX_OPEN:
        raise memberships.TeamRuleError(
            gettext_noop("There are already {count} open invitations."),
            hint=gettext_noop("Revoke some of them first."),
            count=_MAX_OPEN,
        )
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    with transaction.atomic():
        Invitation.objects.create(
            team=team,
            token_hash=_hash_token(token),
            role=role,
            email=email,
            created_by=actor,
            created_at=now,
            expires_at=now + LIFETIME,
        )
        audit.record(
            actor, audit.Action.MEMBER_INVITED, email, str(role), team=team
        )
    return token


def list_open_invitations(team: Team, now: datetime) -> QuerySet[Invitation]:
    """List the invitations that can still be accepted, newest first."""
    return _filter_open(now).filter(team=team).order_by("-created_at", "-pk")


def find_open_invitation(token: str, now: datetime) -> Invitation | None:
    """Return the invitation of a token; None if it cannot be accepted."""
    if len(token) > _MAX_TOKEN_LENGTH:
        return None
    invitations = _filter_open(now).select_related("team")
    return invitations.filter(token_hash=_hash_token(token)).first()


def revoke_invitation(
    actor: User | None, team: Team, invitation_id: int, now: datetime
) -> bool:
    """Revoke an invitation; return whether there was an open one."""
    with transaction.atomic():
        count = (
            _filter_open(now)
            .filter(team=team, pk=invitation_id)
            .update(revoked_at=now)
        )
        if count:
            audit.record(actor, audit.Action.INVITATION_REVOKED, team=team)
    return bool(count)


def accept_invitation(
    invitation: Invitation, user: User, now: datetime
) -> None:
    """
    Make a user a member and use up the invitation.

    Raises:
        TeamRuleError: It was used meanwhile, or the user cannot join.
    """
    with transaction.atomic():
        _use_up(invitation, user, now)
        memberships.add_member(
            user, invitation.team, user, Role(invitation.role), now
        )


def accept_as_new_user(
    invitation: Invitation, new_user: NewUser, now: datetime
) -> User:
    """
    Create a user whom the team manages, and make them a member.

    Raises:
        TeamRuleError: The invitation was used meanwhile.
        ValidationError: Name, address or password is invalid.
    """
    user = User(username=new_user.name, email=new_user.email)
    user.full_clean(exclude=["password"])
    validate_password(new_user.password, user)
    user.set_password(new_user.password)
    with transaction.atomic():
        user.save()
        _use_up(invitation, user, now)
        audit.record(
            user, audit.Action.USER_CREATED, user, team=invitation.team
        )
        memberships.add_member(
            user,
            invitation.team,
            user,
            Role(invitation.role),
            now,
            is_managed=True,
        )
    return user


def _use_up(invitation: Invitation, user: User, now: datetime) -> None:
    used = (
        _filter_open(now)
        .filter(pk=invitation.pk)
        .update(accepted_at=now, accepted_by=user)
    )
    if not used:
        raise memberships.TeamRuleError(
            gettext_noop("This invitation is no longer valid."),
            hint=gettext_noop("Ask for a new one."),
        )


def _filter_open(now: datetime) -> QuerySet[Invitation]:
    return Invitation.objects.filter(
        accepted_at=None, revoked_at=None, expires_at__gt=now
    )


def _check_email(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError as error:
        raise memberships.TeamRuleError(
            gettext_noop("{email} is not an e-mail address."), email=email
        ) from error


def _hash_token(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()
