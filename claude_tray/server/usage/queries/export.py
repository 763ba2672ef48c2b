"""Export all records of a user as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from claude_tray.core.cost import NanoUsd, format_usd
from claude_tray.core.time import format_iso_ms
from claude_tray.core.usage import TOKEN_KINDS
from claude_tray.server.usage.models import UsageSnapshot

if TYPE_CHECKING:
    from collections.abc import Iterator


_EXPORT_FIELDS: Final = {
    "project": "session__project__name",
    "session_id": "session__session_id",
    "machine_id": "machine__machine_id",
    "account": "account__key",
    "model": "model__name",
    **{kind.server_export_name: kind.server_column for kind in TOKEN_KINDS},
}
EXPORT_COLUMNS: Final = ("timestamp", *_EXPORT_FIELDS, "cost_usd")


def iter_export_rows(user: int) -> Iterator[dict[str, Any]]:
    """Yield a user's records with EXPORT_COLUMNS, oldest first."""
    records = UsageSnapshot.objects.filter(user=user).order_by("at_ms", "key")
    for at_ms, cost, *values in records.values_list(
        "at_ms",
        "cost_nano",
        *_EXPORT_FIELDS.values(),
    ).iterator():
        yield {
            "timestamp": format_iso_ms(at_ms),
            **dict(zip(_EXPORT_FIELDS, values, strict=True)),
            "cost_usd": None if cost is None else format_usd(NanoUsd(cost)),
        }
