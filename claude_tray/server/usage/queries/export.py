"""Export all records of a user as rows."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, transaction

from claude_tray.core.cost import NanoUsd, format_usd
from claude_tray.core.time import format_iso_ms
from claude_tray.core.usage import TOKEN_KINDS
from claude_tray.server.usage.models import UsageSnapshot

if TYPE_CHECKING:
    from collections.abc import Generator
    from contextlib import AbstractContextManager


_EXPORT_FIELDS: Final = {
    "project": "session__project__name",
    "session_id": "session__session_id",
    "machine_id": "machine__machine_id",
    "account": "account__key",
    "model": "model__name",
    **{kind.server_export_name: kind.server_column for kind in TOKEN_KINDS},
}
EXPORT_COLUMNS: Final = ("timestamp", *_EXPORT_FIELDS, "cost_usd")


def iter_export_rows(user: int) -> Generator[dict[str, Any], None, None]:
    """Yield a user's records with EXPORT_COLUMNS, oldest first."""
    # The user of the session says where to look for it: in one partition.
    records = UsageSnapshot.objects.filter(
        user=user, session__user=user
    ).order_by("at_ms", "key")
    columns = records.values_list(
        "at_ms", "cost_nano", *_EXPORT_FIELDS.values()
    )
    with _keep_connection():
        for at_ms, cost, *values in columns.iterator():
            yield {
                "timestamp": format_iso_ms(at_ms),
                **dict(zip(_EXPORT_FIELDS, values, strict=True)),
                "cost_usd": (
                    None if cost is None else format_usd(NanoUsd(cost))
                ),
            }


def _keep_connection() -> AbstractContextManager[None]:
    """
    Keep a connection to PostgreSQL for a cursor, by a transaction.

    A pool of transactions gives it to others otherwise. SQLite has no pool,
    and a transaction would keep out uploads.
    """
    if connection.vendor == "postgresql":
        return transaction.atomic()
    return nullcontext()
