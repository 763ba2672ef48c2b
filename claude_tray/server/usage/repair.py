"""
Repair usage that earlier versions accepted and would not store today.

It runs once after the migrations, in short transactions, and may be
interrupted: a repaired value needs no repair.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import connection, transaction

from claude_tray.core import billing, bounds, price_table, time
from claude_tray.protocol.agent_sync import sanitize_text
from claude_tray.server.accounts.models import User
from claude_tray.server.pricing import get_price_table
from claude_tray.server.usage import (
    aggregates,
    bulk_sql,
    maintenance,
    models,
    projects,
    row_mapping,
    server_identity,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Model as DjangoModel


# Increase it when a repair is added: all run again.
REPAIR_VERSION: Final = 1
_BATCH_SIZE: Final = 5000
_NO_USAGE: Final = " AND ".join(
    f"{name} = 0" for name in (*models.TOKEN_FIELDS, "web_searches")
)
_UNBILLED_ROWS_SQL: Final = (
    f"SELECT {', '.join(row_mapping.ROW_COLUMNS)} FROM usage_usagesnapshot"
    " WHERE user_id = %s AND key > %s AND (model_id {condition}"
    f" OR (cost_nano IS NULL AND {_NO_USAGE})) ORDER BY key LIMIT %s"
)
_DELETE_SQL: Final = (
    "DELETE FROM usage_usagesnapshot WHERE user_id = %s AND key "
)
# Less than any key, which is a signed 64-bit integer.
_MIN_KEY: Final = -(2**63)


def repair_stored_usage() -> None:
    """Repair the usage of all users, unless this version has."""
    server = server_identity.get_server()
    if server.repair_version >= REPAIR_VERSION:
        return
    _repair_times()
    _repair_names()
    users = models.Machine.objects.values_list("user_id", flat=True).distinct()
    for user in list(User.objects.filter(pk__in=users)):
        _repair_unbilled(user.pk)
        with transaction.atomic():
            bulk_sql.lock_user(user.pk)
            projects.join_projects(user)
    version = get_price_table().version
    if server.price_version == version.replace(
        price_table.RULES_VERSION, "", 1
    ):
        # The only costs that this version computes otherwise are repaired.
        server.price_version = version
    server.repair_version = REPAIR_VERSION
    server.save()


def _repair_times() -> None:
    """Forget times that no date can have in every time zone."""
    for field in ("told_ms", "resets_ms"):
        for condition in (
            {f"{field}__lt": bounds.MIN_TIME_MS},
            {f"{field}__gte": bounds.END_TIME_MS},
        ):
            models.LimitTold.objects.filter(**condition).delete()
    first = time.from_epoch_ms(bounds.MIN_TIME_MS)
    models.Machine.objects.filter(as_of__lt=first).update(as_of=None)


def _repair_names() -> None:
    """Replace characters that are no longer accepted in names and IDs."""
    for model, field in (
        (models.Machine, "machine_id"),
        (models.Machine, "name"),
        (models.Machine, "version"),
        (models.Machine, "store_id"),
        (models.ClaudeAccount, "key"),
        (models.LimitTold, "name"),
        (models.Session, "session_id"),
        (models.Project, "name"),
    ):
        _repair_texts(
            model,
            field,
            is_in_address=model in (models.Session, models.Project),
        )


def _repair_texts(
    model: type[DjangoModel], field: str, *, is_in_address: bool
) -> None:
    rows = model._default_manager.values_list("pk", field)  # noqa: SLF001
    for pk, text in list(rows):
        new = sanitize_text(text)
        if is_in_address:
            new = new.replace("/", "_")
            new = f"_{new}" if new in (".", "..") else new
        if new != text:
            # Another row may have that name already.
            new = f"{new[:_MAX_REPAIRED_LENGTH]}~{pk}"
            model._default_manager.filter(pk=pk).update(  # noqa: SLF001
                **{field: new}
            )


_MAX_REPAIRED_LENGTH: Final = 230


def _repair_unbilled(user_id: int) -> None:
    """Remove what is not billed, and price what costs nothing."""
    synthetic_pks = set(
        models.Model.objects.filter(name=billing.SYNTHETIC_MODEL).values_list(
            "pk", flat=True
        )
    )
    key = _MIN_KEY
    while True:
        with transaction.atomic():
            bulk_sql.lock_user(user_id)
            rows = _load_unbilled(user_id, key, synthetic_pks)
            if not rows:
                return
            _save_repaired(user_id, rows, synthetic_pks)
        key = rows[-1].key


def _load_unbilled(
    user_id: int, after_key: int, model_pks: Iterable[int]
) -> list[row_mapping.UsageRow]:
    condition, value = bulk_sql.build_in_condition(model_pks)
    with connection.cursor() as cursor:
        cursor.execute(
            _UNBILLED_ROWS_SQL.format(condition=condition),
            [user_id, after_key, value, _BATCH_SIZE],
        )
        return [row_mapping.UsageRow(*row) for row in cursor.fetchall()]


def _save_repaired(
    user_id: int, rows: list[row_mapping.UsageRow], synthetic_pks: set[int]
) -> None:
    delta = aggregates.UserAggregateDelta(user_id)
    removed_keys, priced_rows = [], []
    for row in rows:
        delta.subtract(row)
        if row.model_id in synthetic_pks:
            removed_keys.append(row.key)
        else:
            priced_rows.append(row._replace(cost_nano=0))
            delta.add(priced_rows[-1])
    condition, value = bulk_sql.build_in_condition(removed_keys)
    with connection.cursor() as cursor:
        cursor.execute(_DELETE_SQL + condition, [user_id, value])
    bulk_sql.upsert(
        models.UsageSnapshot,
        row_mapping.ROW_COLUMNS,
        priced_rows,
        "user_id, key",
        "cost_nano = excluded.cost_nano",
    )
    delta.apply(maintenance.get_horizon_ms(user_id))
