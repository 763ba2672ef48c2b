"""Record who did what, and list it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q
from django.utils import timezone

from claude_tray.server.accounts.events import AccountEvent
from claude_tray.server.accounts.models import User
from claude_tray.server.teams.models import (
    MAX_KEY_LENGTH,
    AuditEntry,
    Membership,
    Team,
)
from claude_tray.text import make_visible, shorten

if TYPE_CHECKING:
    from django.db.models import QuerySet


_MAX_DETAIL_LENGTH: Final = 500


class Action(StrEnum):
    """What the audit log records; the values are stored."""

    TEAM_CREATED = "team.created"
    TEAM_CHANGED = "team.changed"
    TEAM_DELETED = "team.deleted"
    MEMBER_INVITED = "member.invited"
    INVITATION_REVOKED = "invitation.revoked"
    MEMBER_JOINED = "member.joined"
    MEMBER_LEFT = "member.left"
    MEMBER_REMOVED = "member.removed"
    ROLE_CHANGED = "role.changed"
    SESSIONS_SHARED = "sessions.shared"
    SESSIONS_HIDDEN = "sessions.hidden"
    ACCOUNT_NAMED = "account.named"
    BUDGET_SET = "budget.set"
    BUDGET_DELETED = "budget.deleted"
    USER_CREATED = AccountEvent.USER_CREATED
    USER_RENAMED = "user.renamed"
    USER_DEACTIVATED = "user.deactivated"
    USER_ACTIVATED = "user.activated"
    USER_DELETED = "user.deleted"
    DATA_EXPORTED = "data.exported"
    TOKEN_CREATED = AccountEvent.TOKEN_CREATED
    TOKEN_REVOKED = AccountEvent.TOKEN_REVOKED
    MACHINE_REVOKED = AccountEvent.MACHINE_REVOKED
    MACHINE_ALLOWED = AccountEvent.MACHINE_ALLOWED
    PASSWORD_CHANGED = AccountEvent.PASSWORD_CHANGED


def record(
    actor: User | None,
    action: Action | str,
    target: User | str = "",
    detail: str = "",
    *,
    team: Team | None = None,
) -> None:
    """
    Record an action; call it in the transaction of the action.

    Args:
        actor: Who did it; None is a command on the server.
        action: One of Action.
        target: To whom or what.
        detail: What changed; never a secret.
        team: The team it belongs to; None if it concerns a user only.
    """
    subject = target if isinstance(target, User) else None
    name = target.username if isinstance(target, User) else target
    AuditEntry.objects.create(
        team=team,
        at=timezone.now(),
        actor=actor,
        actor_name=actor.username if actor else "",
        action=str(action),
        subject=subject,
        target=shorten(make_visible(name), MAX_KEY_LENGTH),
        detail=shorten(make_visible(detail), _MAX_DETAIL_LENGTH),
    )


def record_account_event(
    *,
    actor: User | None,
    event: AccountEvent,
    target: User,
    detail: str,
    **_: object,
) -> None:
    """Record an event that `accounts` announces."""
    record(actor, event, target, detail)


def list_team_entries(team: Team) -> QuerySet[AuditEntry]:
    """List entries of a team and about users it manages, newest first."""
    managed = Membership.objects.filter(team=team, is_managed=True)
    about_managed = Q(team=None) & (
        Q(actor__in=managed.values("user"))
        | Q(subject__in=managed.values("user"))
    )
    return AuditEntry.objects.filter(Q(team=team) | about_managed).order_by(
        "-at", "-pk"
    )


def list_all_entries() -> QuerySet[AuditEntry]:
    """List the entries of the whole server, newest first."""
    return AuditEntry.objects.order_by("-at", "-pk")


def forget_user(user: User) -> None:
    """Remove the name of a user from the log, before they are deleted."""
    empty: dict[str, Any] = {"target": "", "detail": ""}
    AuditEntry.objects.filter(subject=user).update(**empty)
    AuditEntry.objects.filter(actor=user).update(actor_name="")
