"""
Parse the time at which a limit resets from a sentence.

Claude Code has written "resets 8pm (Asia/Tokyo)", "resets Oct 7, 1am",
"resets Mon 12:00am", "resets 20:30", and "It will reset at 3pm".
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from claude_tray.core.time import Millis, from_epoch_ms, to_epoch_ms

_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS: Final = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
_MONTH: Final = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]{{0,6}}\.?"
_DAY: Final = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?(?!\d)"
# Anchored parts, matched one after the other: none can backtrack far.
_VERB: Final = re.compile(
    r"\b(?:resets?|resetting|available again|try again|back|renews?) ?"
    r"(?:at |on |in |by )?",
    re.IGNORECASE,
)
_ISO_DATE: Final = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?:T| |, )?"
)
_NAMED_DATES: Final = (
    re.compile(rf"{_MONTH} {_DAY}", re.IGNORECASE),
    re.compile(rf"{_DAY}\.? {_MONTH}", re.IGNORECASE),
)
_YEAR: Final = re.compile(r",? (?P<year>\d{4})(?!\d)")
_WEEKDAY: Final = re.compile(
    rf"(?P<weekday>{'|'.join(_WEEKDAYS)})[a-z]{{0,6}}\.?(?![a-z])",
    re.IGNORECASE,
)
_RELATIVE_DAY: Final = re.compile(
    r"(?P<relative>today|tomorrow)\b", re.IGNORECASE
)
_GLUE: Final = re.compile(r",? ?(?:at )?", re.IGNORECASE)
_CLOCK: Final = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d)(?::\d\d)?)?"
    r"(?: ?(?P<half>[ap])\.?m\b)?(?![\w:])",
    re.IGNORECASE,
)
_NAMED_HOUR: Final = re.compile(r"(?P<name>noon|midnight)\b", re.IGNORECASE)
_ZONE: Final = re.compile(r"\.? ?\((?P<zone>[^()]{1,64})\)")
_DURATION: Final = re.compile(
    r"(?:(?P<days>\d{1,2}) ?d(?:ays?)?[ ,]*)?"
    r"(?:(?P<hours>\d{1,3}) ?h(?:(?:ou)?rs?)?[ ,]*)?"
    r"(?:(?P<minutes>\d{1,3}) ?m(?:in(?:ute)?s?)?)?(?!\w)",
    re.IGNORECASE,
)
_NOON: Final = 12
_HOURS_OF_DAY: Final = 24


def parse_reset_time(
    text: str, written_at_ms: Millis, local_zone: tzinfo | None
) -> Millis | None:
    """
    Return the first time after a message that matches its text.

    Args:
        text: A message with plain blanks.
        written_at_ms: Time of the message.
        local_zone: Zone of times that name none, or one that is not known;
            None is the local zone.

    Returns:
        The time; None without one, or with an impossible one.
    """
    for verb in _VERB.finditer(text):
        rest = text[verb.end() :]
        try:
            written_at = from_epoch_ms(written_at_ms)
            found = _parse_duration(rest, written_at) or _parse_wall_time(
                rest, written_at, local_zone
            )
        except (ValueError, OverflowError):
            return None
        if found is not None:
            return to_epoch_ms(found)
    return None


def _parse_duration(text: str, written_at: datetime) -> datetime | None:
    match = _DURATION.match(text)
    if match is None or not any(match.groups()):
        return None
    numbers = {unit: int(n) for unit, n in match.groupdict("0").items()}
    return written_at + timedelta(**numbers)


def _parse_wall_time(
    text: str, written_at: datetime, local_zone: tzinfo | None
) -> datetime | None:
    """
    Return the first matching wall time after the message.

    Raises:
        ValueError: There is no such date or time.
        OverflowError: It is after the year 9999.
    """
    fields, position = _parse_day(text)
    clock = _CLOCK.match(text, position)
    named_hour = _NAMED_HOUR.match(text, position)
    if clock is not None:
        hour, minute = _parse_clock(clock)
        position = clock.end()
    elif named_hour is not None:
        hour = _NOON if named_hour["name"].lower() == "noon" else 0
        minute, position = 0, named_hour.end()
    elif fields:
        hour = minute = 0
    else:
        return None
    zone = _ZONE.match(text, position)
    local_time = written_at.astimezone(
        _find_zone(zone["zone"] if zone else "", local_zone)
    )
    candidate = local_time.replace(
        hour=hour, minute=minute, second=0, microsecond=0
    )
    return _apply_day(candidate, local_time, fields).astimezone(UTC)


def _parse_day(text: str) -> tuple[dict[str, str], int]:
    """Return the parts of the day before a clock time, and where they end."""
    fields: dict[str, str] = {}
    position = 0
    weekday = _WEEKDAY.match(text)
    if weekday is not None:
        fields, position = weekday.groupdict(), weekday.end()
        position = _skip(text, position)
    for pattern in (_ISO_DATE, *_NAMED_DATES, _RELATIVE_DAY):
        match = pattern.match(text, position)
        if match is not None:
            fields |= match.groupdict()
            position = match.end()
            year = _YEAR.match(text, position)
            if year is not None and "year" not in fields:
                fields |= year.groupdict()
                position = year.end()
            break
    return fields, _skip(text, position)


def _skip(text: str, position: int) -> int:
    glue = _GLUE.match(text, position)
    return glue.end() if glue else position


def _parse_clock(match: re.Match[str]) -> tuple[int, int]:
    hour, half = int(match["hour"]), (match["half"] or "").lower()
    if half and not 1 <= hour <= _NOON:
        message = "no hour of half a day"
        raise ValueError(message)
    if half:
        hour = hour % _NOON + (_NOON if half == "p" else 0)
    return hour % _HOURS_OF_DAY if hour == _HOURS_OF_DAY else hour, int(
        match["minute"] or 0
    )


def _find_zone(name: str, local_zone: tzinfo | None) -> tzinfo | None:
    """Return a zone by name; the local one if the name is not known."""
    if not name:
        return local_zone
    # Late: few messages name a zone.
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return local_zone


def _apply_day(
    candidate: datetime, local_time: datetime, fields: dict[str, str]
) -> datetime:
    """Return the first time after the message on the day that is named."""
    if "month" in fields:
        name = fields["month"].lower()
        month = int(name) if name.isdigit() else _MONTHS.index(name) + 1
        day = candidate.replace(month=month, day=int(fields["day"]))
        if "year" in fields:
            return day.replace(year=int(fields["year"]))
        is_past = day <= local_time
        return day.replace(year=day.year + 1) if is_past else day
    if "weekday" in fields:
        weekday = _WEEKDAYS.index(fields["weekday"].lower())
        candidate += timedelta(days=(weekday - candidate.weekday()) % 7)
        is_past = candidate <= local_time
        return candidate + timedelta(days=7) if is_past else candidate
    if fields.get("relative", "").lower() == "tomorrow":
        return candidate + timedelta(days=1)
    is_past = candidate <= local_time
    return candidate + timedelta(days=1) if is_past else candidate
