"""
Parse the messages that Claude Code writes when a limit is reached.

The wording has changed several times; the tests list all known forms.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from claude_tray.core.limits import LimitHit, LimitKind
from claude_tray.core.time import Millis, to_epoch_ms
from claude_tray.providers.claude_code.records import SYNTHETIC_MODEL
from claude_tray.providers.claude_code.schema import (
    TranscriptLine,
    decode_texts,
)

_LEGACY_PATTERN: Final = re.compile(r"limit reached\|(\d{10,13})\b")
_HIT_PATTERN: Final = re.compile(
    r"(?:you['\N{RIGHT SINGLE QUOTATION MARK}]ve hit your"
    r" (?P<which>[\w ]*?)\s*limit"
    r"|(?P<other>[\w. -]+?) limit reached)"
    r"(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_RESET_PATTERN: Final = re.compile(
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
_HALF_DAY_HOURS: Final = 12


def parse_limit_hit(
    line: TranscriptLine,
    data: memoryview | bytes,
    local_zone: tzinfo | None = None,
) -> LimitHit | None:
    """
    Return the limit that a line reports as reached, or None.

    Args:
        line: Any line. Throttling and server errors are not plan limits.
        data: The bytes of the line.
        local_zone: Zone of times that name none; None is the local zone.
    """
    message = line.message
    if (
        line.type != "assistant"
        or message is None
        or message.model != SYNTHETIC_MODEL
        or line.timestamp is None
    ):
        return None
    is_limit_error = line.is_api_error_message and line.error in (
        None,
        "rate_limit",
    )
    for text in decode_texts(data):
        if legacy := _LEGACY_PATTERN.search(text):
            return _parse_legacy_hit(legacy, to_epoch_ms(line.timestamp))
        hit = _HIT_PATTERN.search(text) if is_limit_error else None
        if hit and (kind := _classify_limit(hit)):
            written_at = line.timestamp
            if written_at.tzinfo is None:
                written_at = written_at.replace(tzinfo=UTC)
            reset_at = _parse_reset_time(hit["rest"], written_at, local_zone)
            return LimitHit(
                kind,
                to_epoch_ms(written_at),
                to_epoch_ms(reset_at) if reset_at else None,
            )
    return None


def _parse_legacy_hit(match: re.Match[str], at_ms: Millis) -> LimitHit:
    seconds = int(match[1][:10])
    return LimitHit(LimitKind.FIVE_HOUR, at_ms, Millis(seconds * 1000))


def _classify_limit(match: re.Match[str]) -> LimitKind | None:
    name = (match["which"] or match["other"] or "").strip().lower()
    if name in _FIVE_HOUR_NAMES:
        return LimitKind.FIVE_HOUR
    if name == "weekly":
        return LimitKind.SEVEN_DAY
    # "API Error: Rate limit reached" is throttling.
    return None if name.endswith("rate") else LimitKind.MODEL


def _parse_reset_time(
    text: str,
    written_at: datetime,
    local_zone: tzinfo | None,
) -> datetime | None:
    """Return the first matching wall time after the message."""
    match = _RESET_PATTERN.search(text.replace("\N{NO-BREAK SPACE}", " "))
    if match is None:
        return None
    # Late: few messages name a zone.
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        zone = ZoneInfo(match["zone"]) if match["zone"] else local_zone
        local_time = written_at.astimezone(zone)
        return _find_first_time_after(local_time, match)
    except (ValueError, OverflowError, ZoneInfoNotFoundError):
        return None


def _find_first_time_after(
    local_time: datetime, match: re.Match[str]
) -> datetime:
    hour = int(match["hour"]) % _HALF_DAY_HOURS
    if match["half"].lower() == "pm":
        hour += _HALF_DAY_HOURS
    candidate = local_time.replace(
        hour=hour,
        minute=int(match["minute"] or 0),
        second=0,
        microsecond=0,
    )
    if match["month"]:
        month = _MONTHS.index(match["month"].lower()) + 1
        candidate = candidate.replace(month=month, day=int(match["day"]))
        return (
            candidate
            if candidate > local_time
            else candidate.replace(year=candidate.year + 1)
        )
    if match["weekday"]:
        target_weekday = _WEEKDAYS.index(match["weekday"].lower())
        candidate += timedelta(days=(target_weekday - candidate.weekday()) % 7)
        return (
            candidate
            if candidate > local_time
            else candidate + timedelta(days=7)
        )
    return (
        candidate if candidate > local_time else candidate + timedelta(days=1)
    )
