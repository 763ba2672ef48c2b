"""Validate values of foreign files and build records from them."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.core.time import Millis, parse_iso_ms
from claude_tray.core.usage import (
    STANDARD_TERMS,
    ImportedRecord,
    ProjectPath,
    SessionId,
    TokenCounts,
    UsageRecord,
    compute_record_key,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


# A response has less than a billion tokens, a day less than 70 billion; sums
# of their costs fit SQLite's integers.
_MAX_RECORD_TOKEN_BITS: Final = 30
MAX_DAY_TOKEN_BITS: Final = 36


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
    """Return a string, "" for anything else."""
    return value if isinstance(value, str) else ""


def parse_token_counts(
    values: Mapping[str, Any],
    key_by_kind: Mapping[str, str],
    max_bits: int = _MAX_RECORD_TOKEN_BITS,
) -> TokenCounts:
    """
    Parse the counts in a JSON object; a missing one is 0.

    Args:
        values: The object.
        key_by_kind: Its key for each TokenKind.name that it has.
        max_bits: Maximum size of a count.

    Raises:
        UnusableValueError: A value is not a plausible number of tokens.
    """
    return TokenCounts(
        **{
            kind: parse_count(values.get(key), max_bits)
            for kind, key in key_by_kind.items()
        }
    )


def parse_count(value: Any, max_bits: int = _MAX_RECORD_TOKEN_BITS) -> int:
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
    if number < 0 or number >> max_bits:
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
    return Millis(round(value * 1000))


def parse_iso_time(value: Any) -> Millis:
    """
    Parse a time in ISO 8601; without an offset it is in UTC.

    Raises:
        UnusableValueError: The value is not a time.
    """
    at_ms = parse_iso_ms(parse_text(value))
    if at_ms is None:
        raise UnusableValueError(_INVALID_TIME)
    return at_ms


def parse_day(value: Any) -> date:
    """
    Parse a day in ISO 8601.

    Raises:
        UnusableValueError: The value is not a day from 2000 to 2199.
    """
    try:
        day = date.fromisoformat(parse_text(value))
    except ValueError:
        raise UnusableValueError(_INVALID_DAY) from None
    if not _MIN_YEAR <= day.year < _END_YEAR:
        raise UnusableValueError(_INVALID_DAY)
    return day


_INVALID_COUNT: Final = "impossible token counts"
_INVALID_TIME: Final = "no valid time"
_INVALID_DAY: Final = "no valid day"
_MIN_YEAR, _END_YEAR = 2000, 2200
# In the year 5138.
_MAX_EPOCH_SECONDS: Final = 10**11


_SYNTHETIC_MODEL: Final = "<synthetic>"


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
    if not foreign.model or foreign.model == _SYNTHETIC_MODEL:
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
