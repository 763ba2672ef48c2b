"""Delete all usage of a user, reading only that user's partitions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction

from claude_tray.core import bounds
from claude_tray.server.usage import archive, bulk_sql, maintenance, models

if TYPE_CHECKING:
    from django.db.models import Model


_DELETE_BATCH_SIZE: Final = 2000
# With the column that the key continues with after the user.
_LARGE: Final = (
    (models.SessionShare, "session_id"),
    (models.UsageCell, "cell"),
    (models.Session, "pk"),
)
_SMALL: Final = (
    models.UsageDay,
    models.UsageTotal,
    models.DayCoverage,
    models.LimitTold,
    models.ProjectPath,
    models.RetiredName,
    models.Project,
    models.ClaudeAccount,
    models.Machine,
    models.Horizon,
)


def delete_usage(user_id: int) -> None:
    """
    Delete a user's usage in short transactions, so that others can write.

    Without Django's search for rows that refer to the deleted ones: it does
    not know that these belong to the same user, and all are deleted anyway.
    """
    for _ in maintenance.prune_records(user_id, bounds.END_TIME_MS):
        continue
    for model, column in _LARGE:
        _delete_in_batches(model, user_id, column)
    with transaction.atomic():
        bulk_sql.lock_user(user_id)
        for small in _SMALL:
            _delete_rows(small, user=user_id)
    archive.delete_archives(user_id)


def _delete_in_batches(model: type[Model], user_id: int, column: str) -> None:
    rows = model._default_manager.filter(user=user_id)  # noqa: SLF001
    ordered = rows.order_by(column).values_list(column, flat=True)
    while values := list(ordered[:_DELETE_BATCH_SIZE]):
        with transaction.atomic():
            bulk_sql.lock_user(user_id)
            _delete_rows(model, user=user_id, **{f"{column}__lte": values[-1]})


def _delete_rows(model: type[Model], **conditions: object) -> None:
    rows = model._default_manager.filter(**conditions)  # noqa: SLF001
    rows._raw_delete(rows.db)  # noqa: SLF001
