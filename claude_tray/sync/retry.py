"""When something is tried, and when it is tried again."""

from __future__ import annotations

import math
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.errors import (
    SyncDelayedError,
    SyncError,
    SyncMisconfiguredError,
    SyncRefusedError,
)
from claude_tray.sync.destination_state import BackoffDecision
from claude_tray.sync.responses import (
    DestinationStatus,
    Outcome,
    ReceiverKind,
    ResponseAction,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


_INITIAL_SECONDS: Final = 2.0
_MAX_SECONDS: Final = 900.0
# What a server may ask for.
_MAX_RETRY_AFTER_SECONDS: Final = 3600.0
_MAX_DOUBLINGS: Final = 20
_JITTER_FRACTION: Final = 0.1
_MISCONFIGURED_SECONDS: Final = 60.0
# A receiver of ours hears now and then that there is nothing new, so that it
# knows up to when it has seen all.
HEARTBEAT_SECONDS: Final = 900.0


def backoff_seconds(
    failures: int, retry_after: float | None, jitter: float
) -> float:
    """
    Return the seconds until something that failed is tried again.

    Args:
        failures: How often in a row it has failed, this time included.
        retry_after: The seconds the other side asked for; None if it did not.
        jitter: From 0 to 1, so that many senders do not come at once.
    """
    doublings = min(failures - 1, _MAX_DOUBLINGS)
    maximum = min(_MAX_SECONDS, _INITIAL_SECONDS * 2.0**doublings)
    if retry_after:
        return retry_after * (1 + _JITTER_FRACTION * jitter)
    return jitter * maximum


def misconfigured_backoff_seconds(failures: int) -> float:
    """Return the seconds until what a person must mend is looked at again."""
    maximum = _MISCONFIGURED_SECONDS * 2.0 ** min(failures - 1, _MAX_DOUBLINGS)
    return min(_MAX_RETRY_AFTER_SECONDS, maximum)


def retry_after_seconds(
    headers: Mapping[str, str], now: datetime
) -> float | None:
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
        seconds = _seconds_until(text, headers.get("date", ""), now)
    if math.isnan(seconds) or seconds < 0:
        return None
    return min(seconds, _MAX_RETRY_AFTER_SECONDS)


def remaining_backoff(not_before_ms: int, now_ms: int) -> float:
    """
    Return the seconds until a destination may be tried.

    More than any wait can be means that the clock was set back.
    """
    seconds = (not_before_ms - now_ms) / 1000
    maximum = _MAX_RETRY_AFTER_SECONDS * (1 + _JITTER_FRACTION)
    return seconds if 0 < seconds <= maximum else 0.0


class SyncInterval(NamedTuple):
    """
    How often something is sent.

    Attributes:
        batch_seconds: The seconds that new data is let gather.
        retry_seconds: The seconds between tries, for receivers of whole sessions.
    """

    batch_seconds: float = 10.0
    retry_seconds: float = 300.0


def next_attempt_in(
    kind: ReceiverKind | None,
    pending_seconds: float,
    since_attempt: float,
    interval: SyncInterval,
) -> float:
    """
    Return the seconds until what waits is sent.

    Args:
        kind: The receiver's; None before the first handshake.
        pending_seconds: Seconds since the first of what waits was seen.
        since_attempt: Seconds since the last try.
        interval: How often that is.
    """
    batch_remaining = interval.batch_seconds - pending_seconds
    if kind is ReceiverKind.REPLACING:
        return max(
            batch_remaining, interval.retry_seconds - since_attempt, 0.0
        )
    return max(batch_remaining, 0.0)


def _seconds_until(text: str, date: str, now: datetime) -> float:
    try:
        retry_at = parsedate_to_datetime(text)
        base = parsedate_to_datetime(date) if date else now
        return max(0.0, (retry_at - base).total_seconds())
    except (ValueError, TypeError):
        return -1.0


_HINTS: Final = {
    DestinationStatus.DELAYED: "Nothing is lost; it is tried again by itself.",
    DestinationStatus.SIGN_IN: (
        "Get a new token from the server and set CLAUDE_USAGE_API_TOKEN."
    ),
    DestinationStatus.MISCONFIGURED: "Check the address: sync.url in settings.toml.",
}
_ERRORS: Final[dict[DestinationStatus, type[SyncError]]] = {
    DestinationStatus.DELAYED: SyncDelayedError,
    DestinationStatus.SIGN_IN: SyncRefusedError,
    DestinationStatus.MISCONFIGURED: SyncMisconfiguredError,
}


def backoff_for(
    outcome: Outcome,
    failures: int,
    retry_after: float | None,
    jitter: float,
) -> BackoffDecision:
    """
    Return how long a destination is left alone.

    Args:
        outcome: No success.
        failures: How often in a row it has failed, this time included.
        retry_after: The seconds that the other side asked for.
        jitter: From 0 to 1.
    """
    if outcome.action is ResponseAction.SIGN_IN:
        # For ever: until the token changes or a person asks for it.
        return BackoffDecision(DestinationStatus.SIGN_IN, outcome.reason, 0.0)
    if outcome.action in (
        ResponseAction.MISCONFIGURED,
        ResponseAction.BAD_ROWS,
    ):
        seconds = misconfigured_backoff_seconds(failures)
        return BackoffDecision(
            DestinationStatus.MISCONFIGURED, outcome.reason, seconds
        )
    seconds = backoff_seconds(failures, retry_after, jitter)
    return BackoffDecision(DestinationStatus.DELAYED, outcome.reason, seconds)


def error_for(state: DestinationStatus, reason: str) -> SyncError:
    """Return what is told of a destination that is left alone."""
    summary = f"Usage could not be sent: {reason}."
    return _ERRORS[state](summary, hint=_HINTS[state])
