"""List, rename, deactivate, delete and export users of the server."""

from __future__ import annotations

from django.db import transaction

from claude_tray.server.accounts.models import User
from claude_tray.server.teams import audit, memberships
from claude_tray.server.usage import bulk_sql, deletion


def rename_user(actor: User | None, user: User, name: str) -> None:
    """
    Rename a user.

    Raises:
        ValidationError: The name is invalid or taken.
    """
    old_name, user.username = user.username, name.strip()
    user.full_clean(exclude=["password"])
    with transaction.atomic():
        user.save(update_fields=["username"])
        audit.record(actor, audit.Action.USER_RENAMED, user, old_name)


def set_user_active(
    actor: User | None, user: User, *, is_active: bool
) -> None:
    """
    Deactivate a user, which ends sessions and tokens at once, or undo it.

    Their usage stays, and counts in their teams.
    """
    with transaction.atomic():
        user.is_active = is_active
        user.save(update_fields=["is_active"])
        audit.record(
            actor,
            audit.Action.USER_ACTIVATED
            if is_active
            else audit.Action.USER_DEACTIVATED,
            user,
        )


def delete_user(actor: User | None, user: User) -> None:
    """
    Delete a user and everything that is about them.

    Usage is deleted in short transactions, so that others can write
    meanwhile; the user is deactivated first, so that no usage arrives.
    """
    user_id = user.pk
    is_own = actor is not None and actor.pk == user_id
    User.objects.filter(pk=user_id).update(is_active=False)
    deletion.delete_usage(user_id)
    with transaction.atomic():
        bulk_sql.lock_user(user_id)
        memberships.release_teams(user)
        audit.forget_user(user)
        user.delete()
        audit.record(None if is_own else actor, audit.Action.USER_DELETED)
