"""Moments as programs read them: ISO 8601 in UTC, milliseconds, Z."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MS: Final = timedelta(milliseconds=1)


def iso(moment: datetime) -> str:
    """Return a moment for programs."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def iso_of(at_ms: int) -> str:
    """Return milliseconds since 1970 for programs."""
    return iso(EPOCH + at_ms * MS)
