"""Validate values of foreign files and build records from them."""

from __future__ import annotations

import time
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.core.billing import is_billed
from claude_tray.core.bounds import (
    bound_text,
    compute_latest_ms,
    is_plausible_count,
    is_plausible_time,
)
from claude_tray.core.time import Millis, from_epoch_ms, parse_iso_ms
from claude_tray.core.usage import (
    STANDARD_TERMS,
    ImportedRecord,
    ProjectPath,
    SessionId,
    TokenCounts,
    UsageRecord,
    compute_record_key,
)
from claude_tray.errors import gettext_noop

if TYPE_CHECKING:
    from collections.abc import Mapping


class UnusableValueError(ValueError):
    """An entry cannot be used; the text is the reason for users."""


class SkippedEntries:
    """Count skipped entries by reason."""

    def __init__(self) -> None:
        self._reasons: Counter[str] = Counter()

    def add(self, reason: object) -> None:
        self._reasons[str(reason)] += 1

    def count_by_reason(self) -> tuple[tuple[str, int], ...]:
        return tuple(self._reasons.items())


def parse_text(value: Any) -> str:
    """Return a string of limited length, "" for anything else."""
    return bound_text(value) if isinstance(value, str) else ""


def parse_token_counts(
    values: Mapping[str, Any],
    key_by_kind: Mapping[str, str],
) -> TokenCounts:
    """
    Parse the counts in a JSON object; a missing one is 0.

    Args:
        values: The object.
        key_by_kind: Its key for each TokenKind.name that it has.

    Raises:
        UnusableValueError: A value is not a plausible number of tokens.
    """
    return TokenCounts(
        **{
            kind: parse_count(values.get(key))
            for kind, key in key_by_kind.items()
        }
    )


def parse_count(value: Any) -> int:
    """
    Parse a count; None is 0.

    Raises:
        UnusableValueError: The value is not a plausible number.
    """
    number = 0 if value is None else value
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    if isinstance(number, bool) or not isinstance(number, int):
        raise UnusableValueError(_INVALID_COUNT)
    if not is_plausible_count(number):
        raise UnusableValueError(_INVALID_COUNT)
    return number


def parse_epoch_seconds(value: Any) -> Millis:
    """
    Parse a time in seconds since 1970.

    Raises:
        UnusableValueError: The value is not a plausible time.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnusableValueError(_INVALID_TIME)
    if not 0 < value < _MAX_EPOCH_SECONDS:
        raise UnusableValueError(_INVALID_TIME)
    return require_plausible_time(Millis(round(value * 1000)))


def parse_iso_time(value: Any, latest_ms: int | None = None) -> Millis:
    """
    Parse a time in ISO 8601; without an offset it is in UTC.

    Args:
        value: The time.
        latest_ms: Latest plausible time; None means tomorrow.

    Raises:
        UnusableValueError: The value is not a plausible time.
    """
    at_ms = parse_iso_ms(parse_text(value))
    if at_ms is None:
        raise UnusableValueError(_INVALID_TIME)
    return require_plausible_time(at_ms, latest_ms)


def require_plausible_time(
    at_ms: Millis, latest_ms: int | None = None
) -> Millis:
    """
    Return a time unchanged.

    Raises:
        UnusableValueError: It is before 2020 or after the latest time.
    """
    if not is_plausible_time(
        at_ms, _compute_latest_ms() if latest_ms is None else latest_ms
    ):
        raise UnusableValueError(_INVALID_TIME)
    return at_ms


def _compute_latest_ms() -> int:
    return compute_latest_ms(time.time_ns() // 10**6)


def parse_day(value: Any) -> date:
    """
    Parse a day in ISO 8601.

    Raises:
        UnusableValueError: The value is not a day from 2020 to tomorrow.
    """
    try:
        day = date.fromisoformat(parse_text(value))
    except ValueError:
        raise UnusableValueError(INVALID_DAY) from None
    # The date at the end of tomorrow, which is further in other time zones.
    last_day = from_epoch_ms(_compute_latest_ms()).date()
    if not _FIRST_DAY <= day <= last_day:
        raise UnusableValueError(INVALID_DAY)
    return day


_INVALID_COUNT: Final = gettext_noop("impossible token counts")
_INVALID_TIME: Final = gettext_noop("no valid time")
INVALID_DAY: Final = gettext_noop("no valid day")
NOT_AN_OBJECT: Final = gettext_noop("not a JSON object")
OTHER_PROGRAM: Final = gettext_noop("another program's usage")
_FIRST_DAY: Final = date(2020, 1, 1)
# In the year 5138.
_MAX_EPOCH_SECONDS: Final = 10**11


class ForeignRecord(NamedTuple):
    """Data of one response in another program's file."""

    message_id: str
    request_id: str
    at_ms: Millis
    model: str
    tokens: TokenCounts
    session: str
    project: str
    is_sidechain: bool = False


def build_imported_record(foreign: ForeignRecord) -> ImportedRecord:
    """
    Build the record of a response in another program's file.

    Such programs store the first line of a response, whose output is mostly
    the start of a stream, so the record is not final.

    Raises:
        UnusableValueError: It cannot be matched with records of transcripts.
    """
    if not foreign.message_id:
        raise UnusableValueError(_MISSING_ID)
    if not is_billed(foreign.model):
        raise UnusableValueError(_MISSING_MODEL)
    record = UsageRecord(
        compute_record_key(foreign.message_id, foreign.request_id, ""),
        foreign.message_id,
        foreign.at_ms,
        foreign.tokens,
        foreign.at_ms,
        foreign.model,
        STANDARD_TERMS,
        foreign.request_id,
        foreign.is_sidechain,
        foreign.at_ms,
        SessionId(foreign.session),
        ProjectPath(foreign.project),
        is_final=False,
    )
    return ImportedRecord(record)


_MISSING_ID: Final = "no message ID"
_MISSING_MODEL: Final = "no model"
