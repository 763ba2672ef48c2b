"""Times and spans of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import tzinfo

_MINUTE: Final = timedelta(minutes=1)
_HOUR_MINUTES: Final = 60


def duration(span: timedelta) -> str:
    """
    Return a span as "2h 47m", below an hour as "47m".

    Begun minutes count, so that "1m" is shown to the end.
    """
    minutes = max(0, -(-span // _MINUTE))
    hours, rest = divmod(minutes, _HOUR_MINUTES)
    return f"{hours}h {rest}m" if hours else f"{rest}m"


def clock(moment: datetime, zone: tzinfo | None = None) -> str:
    """Return a moment as the clock on the wall shows it, as "15:00"."""
    return f"{moment.astimezone(zone):%H:%M}"


def day_and_clock(moment: datetime, zone: tzinfo | None = None) -> str:
    """Return a moment of another day, as "2026-11-24 15:00"."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def iso(moment: datetime) -> str:
    """Return a moment for programs: UTC, milliseconds, Z."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def iso_of(at_ms: int) -> str:
    """Return milliseconds since 1970 for programs."""
    seconds, ms = divmod(at_ms, 1000)
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{ms:03d}Z"
