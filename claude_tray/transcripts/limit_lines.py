"""
The lines with which Claude Code says that a limit is reached.

The texts of the years and their grammar: README.md beside this file.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Final

from claude_tray.domain.limit_hit import LimitHit, LimitKind
from claude_tray.domain.usage import Millis, millis
from claude_tray.transcripts.lines import decode_texts
from claude_tray.transcripts.parse import SYNTHETIC

if TYPE_CHECKING:
    from claude_tray.transcripts.lines import Line

_OLD: Final = re.compile(r"limit reached\|(\d{10,13})\b")
_HIT: Final = re.compile(
    r"(?:you['\N{RIGHT SINGLE QUOTATION MARK}]ve hit your"
    r" (?P<which>[\w ]*?)\s*limit"
    r"|(?P<other>[\w. -]+?) limit reached)"
    r"(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_RESETS: Final = re.compile(
    r"resets?(?: at)?\s+"
    r"(?:(?P<weekday>mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+"
    r"|(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\s+"
    r"(?P<day>\d{1,2}),?\s+(?:at\s+)?)?"
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d\d))?\s*(?P<half>[ap]m)"
    r"(?:\s*\((?P<zone>[\w/+-]+)\))?",
    re.IGNORECASE,
)
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS: Final = (
    "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905
)
_FIVE_HOUR_NAMES: Final = ("", "session", "5-hour", "usage", "claude usage")
_HALF_A_DAY: Final = 12


def limit_hit_of(
    line: Line,
    data: memoryview | bytes,
    local: tzinfo | None = None,
) -> LimitHit | None:
    """
    Return the limit that a line says is reached, or None.

    Args:
        line: Any line; throttling and server errors are no plan limits.
        data: The bytes it was decoded from.
        local: The zone of a time that names none; None is this machine's.
    """
    message = line.message
    if (
        line.type != "assistant"
        or message is None
        or message.model != SYNTHETIC
        or line.timestamp is None
    ):
        return None
    told = line.is_api_error_message and line.error in (None, "rate_limit")
    for text in decode_texts(data):
        if old := _OLD.search(text):
            return _old_hit(old, millis(line.timestamp))
        hit = _HIT.search(text) if told else None
        if hit and (kind := _kind(hit)):
            said_at = line.timestamp
            if said_at.tzinfo is None:
                said_at = said_at.replace(tzinfo=UTC)
            resets = _reset_time(hit["rest"], said_at, local)
            return LimitHit(
                kind,
                millis(said_at),
                millis(resets) if resets else None,
            )
    return None


def _old_hit(match: re.Match[str], at_ms: Millis) -> LimitHit:
    seconds = int(match[1][:10])
    return LimitHit(LimitKind.FIVE_HOUR, at_ms, Millis(seconds * 1000))


def _kind(match: re.Match[str]) -> LimitKind | None:
    name = (match["which"] or match["other"] or "").strip().lower()
    if name in _FIVE_HOUR_NAMES:
        return LimitKind.FIVE_HOUR
    if name == "weekly":
        return LimitKind.SEVEN_DAY
    # "API Error: Rate limit reached" is throttling.
    return None if name.endswith("rate") else LimitKind.MODEL


def _reset_time(
    text: str,
    said_at: datetime,
    local: tzinfo | None,
) -> datetime | None:
    """Return the first such wall time after the moment it was said."""
    match = _RESETS.search(text.replace("\N{NO-BREAK SPACE}", " "))
    if match is None:
        return None
    # Late: few lines name a zone.
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415

    try:
        zone = ZoneInfo(match["zone"]) if match["zone"] else local
        said = said_at.astimezone(zone)
        return _first_after(said, match)
    except (ValueError, OverflowError, ZoneInfoNotFoundError):
        return None


def _first_after(said: datetime, match: re.Match[str]) -> datetime:
    hour = int(match["hour"]) % _HALF_A_DAY
    if match["half"].lower() == "pm":
        hour += _HALF_A_DAY
    wall = said.replace(
        hour=hour,
        minute=int(match["minute"] or 0),
        second=0,
        microsecond=0,
    )
    if match["month"]:
        month = _MONTHS.index(match["month"].lower()) + 1
        wall = wall.replace(month=month, day=int(match["day"]))
        return wall if wall > said else wall.replace(year=wall.year + 1)
    if match["weekday"]:
        wanted = _WEEKDAYS.index(match["weekday"].lower())
        wall += timedelta(days=(wanted - wall.weekday()) % 7)
        return wall if wall > said else wall + timedelta(days=7)
    return wall if wall > said else wall + timedelta(days=1)
