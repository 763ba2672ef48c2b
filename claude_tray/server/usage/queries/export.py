"""Every reply of a person, as rows of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from claude_tray.domain.price import NanoUsd, dollars
from claude_tray.server.usage.models import UsageSnapshot
from claude_tray.wire.timestamps import iso_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIELDS: Final = {
    "project": "session__project__name",
    "session_id": "session__session_id",
    "machine_id": "machine__machine_id",
    "account": "account__key",
    "model": "model__name",
    "input_tokens": "input_tokens",
    "output_tokens": "output_tokens",
    "cache_creation_5m_tokens": "cache_5m_tokens",
    "cache_creation_1h_tokens": "cache_1h_tokens",
    "cache_read_tokens": "cache_read_tokens",
}
COLUMNS: Final = ("timestamp", *_FIELDS, "cost_usd")


def rows(user: int) -> Iterator[dict[str, Any]]:
    """Give out a person's replies by COLUMNS, oldest first."""
    found = UsageSnapshot.objects.filter(user=user).order_by("at_ms", "key")
    for at_ms, cost, *values in found.values_list(
        "at_ms",
        "cost_nano",
        *_FIELDS.values(),
    ).iterator():
        yield {
            "timestamp": iso_of(at_ms),
            **dict(zip(_FIELDS, values, strict=True)),
            "cost_usd": None if cost is None else dollars(NanoUsd(cost)),
        }
