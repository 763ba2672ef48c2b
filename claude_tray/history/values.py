"""Values of foreign JSON, believed only as far as they make sense."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from typing import Any, Final

from claude_tray.domain.usage import Millis, TokenCounts

# No reply has a billion tokens, no day seventy; their costs stay far from
# the end of SQLite's numbers.
_REPLY_BITS: Final = 30
DAY_BITS: Final = 36


class NotUsableError(ValueError):
    """A value that cannot be used; its text is the reason, for people."""


class LeftOut:
    """Counts what is left out, by the reason."""

    def __init__(self) -> None:
        self._reasons: Counter[str] = Counter()

    def because(self, reason: object) -> None:
        self._reasons[str(reason)] += 1

    def told(self) -> tuple[tuple[str, int], ...]:
        return tuple(self._reasons.items())


def text(value: Any) -> str:  # noqa: ANN401 - JSON is anything
    """Return a text; an empty one for anything else."""
    return value if isinstance(value, str) else ""


def counts(
    *values: Any,  # noqa: ANN401 - JSON is anything
    bits: int = _REPLY_BITS,
) -> TokenCounts:
    """
    Return the five counts; one that is missing is 0.

    Args:
        values: In their order.
        bits: How large one may be.

    Raises:
        NotUsableError: One is no number of tokens.
    """
    numbers = []
    for value in values:
        number = 0 if value is None else value
        if isinstance(number, float) and number.is_integer():
            number = int(number)
        if isinstance(number, bool) or not isinstance(number, int):
            raise NotUsableError(_NO_COUNT)
        if number < 0 or number >> bits:
            raise NotUsableError(_NO_COUNT)
        numbers.append(number)
    return TokenCounts(*numbers)


def at_seconds(value: Any) -> Millis:  # noqa: ANN401 - JSON is anything
    """
    Return a time given in seconds since 1970.

    Raises:
        NotUsableError: It is none.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NotUsableError(_NO_TIME)
    if not 0 < value < _LATEST:
        raise NotUsableError(_NO_TIME)
    return Millis(round(value * 1000))


def at_iso(value: Any) -> Millis:  # noqa: ANN401 - JSON is anything
    """
    Return a time given by ISO 8601; one without a zone is in UTC.

    Raises:
        NotUsableError: It is none.
    """
    try:
        moment = datetime.fromisoformat(text(value))
    except ValueError:
        raise NotUsableError(_NO_TIME) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return Millis(round(moment.timestamp() * 1000))


def day_of(value: Any) -> date:  # noqa: ANN401 - JSON is anything
    """
    Return a day given by ISO 8601.

    Raises:
        NotUsableError: It is none, or one of another age.
    """
    try:
        day = date.fromisoformat(text(value))
    except ValueError:
        raise NotUsableError(_NO_DAY) from None
    if not _FIRST_YEAR <= day.year < _LAST_YEAR:
        raise NotUsableError(_NO_DAY)
    return day


_NO_COUNT: Final = "impossible token counts"
_NO_TIME: Final = "no time"
_NO_DAY: Final = "no day"
_FIRST_YEAR, _LAST_YEAR = 2000, 2200
# Of the year 5138.
_LATEST: Final = 10**11
