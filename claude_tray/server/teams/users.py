"""List, rename, deactivate, delete and export users of the server."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils import timezone

from claude_tray.core.time import to_epoch_ms
from claude_tray.server.accounts.models import User
from claude_tray.server.teams import audit, memberships
from claude_tray.server.usage import bulk_sql, maintenance
from claude_tray.server.usage.models import Session, SessionShare, UsageCell

if TYPE_CHECKING:
    from django.db.models import Model


# Later than any record: their times are at most a few minutes ahead.
_AHEAD: Final = timedelta(days=3650)
_DELETE_BATCH_SIZE: Final = 2000


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
    user_id, now = user.pk, timezone.now()
    is_own = actor is not None and actor.pk == user_id
    User.objects.filter(pk=user_id).update(is_active=False)
    for _ in maintenance.prune_records(user_id, to_epoch_ms(now + _AHEAD)):
        continue
    _delete_in_batches(SessionShare, user_id, "session_id")
    _delete_in_batches(UsageCell, user_id, "cell")
    _delete_in_batches(Session, user_id, "pk")
    with transaction.atomic():
        bulk_sql.lock_user(user_id)
        memberships.release_teams(user)
        audit.forget_user(user)
        user.delete()
        audit.record(None if is_own else actor, audit.Action.USER_DELETED)


def _delete_in_batches(model: type[Model], user_id: int, column: str) -> None:
    """Delete a user's rows in the order of a column that the key begins with."""
    rows = model._default_manager.filter(user=user_id)  # noqa: SLF001
    ordered = rows.order_by(column).values_list(column, flat=True)
    while values := list(ordered[:_DELETE_BATCH_SIZE]):
        with transaction.atomic():
            bulk_sql.lock_user(user_id)
            rows.filter(**{f"{column}__lte": values[-1]}).delete()
