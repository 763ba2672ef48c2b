"""Prune and reprice stored records in short transactions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import connection, transaction

from claude_tray.core.cost import compute_request_cost
from claude_tray.server.usage.aggregates import UserAggregateDelta
from claude_tray.server.usage.bulk_sql import (
    build_in_condition,
    lock_user,
    upsert,
)
from claude_tray.server.usage.lookup_ids import ModelKey
from claude_tray.server.usage.models import Horizon, Model, UsageSnapshot
from claude_tray.server.usage.row_mapping import (
    ROW_COLUMNS,
    UsageRow,
    get_row_tokens,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claude_tray.core.price_table import PriceTable


# Shown windows and the inference of window rules need this many days.
MIN_PRUNE_DAYS: Final = 60
_HORIZON_SQL: Final = "SELECT before_ms FROM usage_horizon WHERE user_id = %s"
_PRUNE_BATCH_SIZE: Final = 2000
_OLD_KEYS_SQL: Final = """
    SELECT key FROM usage_usagesnapshot
    WHERE user_id = %s AND at_ms < %s
    ORDER BY key LIMIT %s
"""
_DELETE_SQL: Final = (
    "DELETE FROM usage_usagesnapshot WHERE user_id = %s AND key "
)


def get_horizon_ms(user_id: int) -> int:
    """Return the time before which a user's records are deleted; 0 if never."""
    with connection.cursor() as cursor:
        cursor.execute(_HORIZON_SQL, [user_id])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def set_horizon(user_id: int, before_ms: int) -> None:
    """Reject records before a time from now on; the caller holds the lock."""
    Horizon.objects.update_or_create(
        user_id=user_id,
        defaults={"before_ms": max(before_ms, get_horizon_ms(user_id))},
    )


def prune_records(user_id: int, before_ms: int) -> Iterator[int]:
    """
    Delete a user's records before a time; yield the number of each batch.

    Records of that time are rejected from then on because the sums already
    count them.
    """
    with transaction.atomic():
        lock_user(user_id)
        set_horizon(user_id, before_ms)
    count = 1
    while count:
        with transaction.atomic():
            lock_user(user_id)
            count = _delete_batch(user_id, before_ms)
        yield count


def _delete_batch(user_id: int, before_ms: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_OLD_KEYS_SQL, [user_id, before_ms, _PRUNE_BATCH_SIZE])
        keys = [row[0] for row in cursor.fetchall()]
        condition, value = build_in_condition(keys)
        cursor.execute(_DELETE_SQL + condition, [user_id, value])
    return len(keys)


_REPRICE_BATCH_SIZE: Final = 5000
_NEXT_ROWS_SQL: Final = (
    f"SELECT {', '.join(ROW_COLUMNS)} FROM usage_usagesnapshot"
    " WHERE user_id = %s AND key > %s ORDER BY key LIMIT %s"
)
# Less than any key, which is a signed 64-bit integer.
_MIN_KEY: Final = -(2**63)


def reprice_records(user_id: int, table: PriceTable) -> Iterator[int]:
    """
    Reprice a user's records; yield the number of changes of each batch.

    Each batch and its sums change in one transaction.
    """
    models = {
        model.pk: ModelKey(
            model.name,
            model.speed,
            model.inference_geo,
            model.service_tier,
        )
        for model in Model.objects.all()
    }
    key = _MIN_KEY
    while True:
        with transaction.atomic():
            lock_user(user_id)
            rows = _load_batch(user_id, key)
            changed = [
                (row, new)
                for row in rows
                if (new := _reprice_row(row, models[row.model_id], table))
                != row
            ]
            _save_repriced(user_id, changed)
        if not rows:
            return
        key = rows[-1].key
        yield len(changed)


def _load_batch(user_id: int, key: int) -> list[UsageRow]:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_ROWS_SQL, [user_id, key, _REPRICE_BATCH_SIZE])
        return [UsageRow(*row) for row in cursor.fetchall()]


def _reprice_row(
    row: UsageRow, model: ModelKey, table: PriceTable
) -> UsageRow:
    terms = model.terms._replace(web_searches=row.web_searches)
    tokens = get_row_tokens(row)
    cost = compute_request_cost(tokens, model.name, terms, row.at_ms, table)
    return row._replace(cost_nano=cost)


def _save_repriced(
    user_id: int, changed: list[tuple[UsageRow, UsageRow]]
) -> None:
    delta = UserAggregateDelta(user_id)
    for old, new in changed:
        delta.subtract(old)
        delta.add(new)
    upsert(
        UsageSnapshot,
        ROW_COLUMNS,
        [new for _, new in changed],
        "user_id, key",
        "cost_nano = excluded.cost_nano",
    )
    delta.apply(get_horizon_ms(user_id))
