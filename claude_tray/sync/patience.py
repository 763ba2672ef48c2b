"""When something is tried, and when it is tried again."""

from __future__ import annotations

import math
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.sync.policy import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_FIRST_SECONDS: Final = 2.0
_LONGEST_SECONDS: Final = 900.0
# What a server may ask for.
_LONGEST_ASKED_SECONDS: Final = 3600.0
_DOUBLINGS: Final = 20
_LITTLE_MORE: Final = 0.1
_CONFIG_SECONDS: Final = 60.0
# A receiver of ours hears now and then that there is nothing new, so that it
# knows up to when it has seen all.
ALIVE_SECONDS: Final = 900.0


def wait_after(failures: int, asked: float | None, chance: float) -> float:
    """
    Return the seconds until something that failed is tried again.

    Args:
        failures: How often in a row it has failed, this time included.
        asked: The seconds the other side asked for; None if it did not.
        chance: From 0 to 1, so that many senders do not come at once.
    """
    doublings = min(failures - 1, _DOUBLINGS)
    longest = min(_LONGEST_SECONDS, _FIRST_SECONDS * 2.0**doublings)
    if asked:
        return asked * (1 + _LITTLE_MORE * chance)
    return chance * longest


def wait_after_misconfigured(failures: int) -> float:
    """Return the seconds until what a person must mend is looked at again."""
    longest = _CONFIG_SECONDS * 2.0 ** min(failures - 1, _DOUBLINGS)
    return min(_LONGEST_ASKED_SECONDS, longest)


def asked_seconds(headers: Mapping[str, str], now: datetime) -> float | None:
    """
    Return what Retry-After asks for, an hour at most; None if nothing.

    A date is measured against the answer's own Date: the two clocks may
    disagree.
    """
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = _until(text, headers.get("date", ""), now)
    if math.isnan(seconds) or seconds < 0:
        return None
    return min(seconds, _LONGEST_ASKED_SECONDS)


def still_to_wait(not_before_ms: int, now_ms: int) -> float:
    """
    Return the seconds until a destination may be tried.

    More than any wait can be means that the clock was set back.
    """
    seconds = (not_before_ms - now_ms) / 1000
    longest = _LONGEST_ASKED_SECONDS * (1 + _LITTLE_MORE)
    return seconds if 0 < seconds <= longest else 0.0


class Rhythm(NamedTuple):
    """
    How often something is sent.

    Attributes:
        gather: The seconds that new data is let gather.
        every: The seconds between tries, for receivers of whole sessions.
    """

    gather: float = 10.0
    every: float = 300.0


def due_in(
    kind: Kind | None,
    age: float,
    since_try: float,
    rhythm: Rhythm,
) -> float:
    """
    Return the seconds until what waits is sent.

    Args:
        kind: The receiver's; None before the first handshake.
        age: Seconds since the first of what waits was seen.
        since_try: Seconds since the last try.
        rhythm: How often that is.
    """
    gathered = rhythm.gather - age
    if kind is Kind.SESSIONS:
        return max(gathered, rhythm.every - since_try, 0.0)
    return max(gathered, 0.0)


def _until(text: str, date: str, now: datetime) -> float:
    try:
        moment = parsedate_to_datetime(text)
        base = parsedate_to_datetime(date) if date else now
        return max(0.0, (moment - base).total_seconds())
    except (ValueError, TypeError):
        return -1.0
