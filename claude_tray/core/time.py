"""
Convert between datetimes, milliseconds since 1970 and ISO 8601.

All of it in integers: a float of seconds loses milliseconds.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, NewType

# Milliseconds since 1970 in UTC.
Millis = NewType("Millis", int)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_DAY_MS: Final = 86_400_000


def to_epoch_ms(at: datetime) -> Millis:
    """Return a datetime as milliseconds, rounded down; naive means UTC."""
    try:
        elapsed = at - _EPOCH
    except TypeError:
        elapsed = at.replace(tzinfo=UTC) - _EPOCH
    # Dividing timedeltas takes twice as long, as does calling Millis.
    at_ms: Millis = (
        elapsed.days * _DAY_MS  # type: ignore[assignment]
        + elapsed.seconds * 1000
        + elapsed.microseconds // 1000
    )
    return at_ms


def from_epoch_ms(at_ms: int) -> datetime:
    """
    Return milliseconds as a datetime in UTC.

    Raises:
        OverflowError: It is before year 1 or after year 9999.
    """
    return _EPOCH + at_ms * _MILLISECOND


def to_duration_ms(duration: timedelta) -> int:
    """Return a duration as milliseconds, rounded down."""
    return duration // _MILLISECOND


def format_iso(at: datetime) -> str:
    """Return ISO 8601 in UTC, as "2026-03-01T14:05:00.000Z"."""
    text = at.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def format_iso_ms(at_ms: int) -> str:
    """Return milliseconds as ISO 8601 in UTC."""
    return format_iso(from_epoch_ms(at_ms))


def parse_iso_ms(text: str) -> Millis | None:
    """Return ISO 8601 as milliseconds, None if it is not; naive means UTC."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return to_epoch_ms(at)
