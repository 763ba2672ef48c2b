"""Decide when to sync: backoff with jitter after failures, else an interval."""

from __future__ import annotations

import math
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.errors import (
    SyncDelayedError,
    SyncError,
    SyncMisconfiguredError,
    SyncRefusedError,
    gettext_noop,
)
from claude_tray.sync.receiver import (
    DestinationStatus,
    Outcome,
    ResponseAction,
)
from claude_tray.sync.request import ReceiverKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from claude_tray.sync.config import SyncInterval


_INITIAL_SECONDS: Final = 2.0
_MAX_SECONDS: Final = 900.0
# Longest Retry-After that is respected.
_MAX_RETRY_AFTER_SECONDS: Final = 3600.0
_MAX_DOUBLINGS: Final = 20
_JITTER_FRACTION: Final = 0.1
_MISCONFIGURED_SECONDS: Final = 60.0
# An incremental receiver is sent an empty request that often, to learn up to
# when it has all data.
HEARTBEAT_SECONDS: Final = 900.0


def backoff_seconds(
    failures: int, retry_after: float | None, jitter: float
) -> float:
    """
    Compute the seconds until a failed request is retried.

    Args:
        failures: Number of successive failures, this one included.
        retry_after: Seconds requested by the server; None without a request.
        jitter: Random number in [0, 1); spreads the load of many clients.
    """
    doublings = min(failures - 1, _MAX_DOUBLINGS)
    # Full jitter: spreads retries best when many clients fail at once.
    maximum = min(_MAX_SECONDS, _INITIAL_SECONDS * 2.0**doublings)
    if retry_after:
        return retry_after * (1 + _JITTER_FRACTION * jitter)
    return jitter * maximum


def misconfigured_backoff_seconds(failures: int) -> float:
    """Compute the seconds until a retry of what the user must fix."""
    maximum = _MISCONFIGURED_SECONDS * 2.0 ** min(failures - 1, _MAX_DOUBLINGS)
    return min(_MAX_RETRY_AFTER_SECONDS, maximum)


def retry_after_seconds(
    headers: Mapping[str, str], now: datetime
) -> float | None:
    """
    Parse Retry-After in seconds, at most an hour; None without one.

    A date is compared to the response's own Date: the clocks of server and
    client may differ.
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
    Compute the seconds left of a backoff.

    Ignore a backoff longer than possible: the clock was set back.
    """
    seconds = (not_before_ms - now_ms) / 1000
    maximum = _MAX_RETRY_AFTER_SECONDS * (1 + _JITTER_FRACTION)
    return seconds if 0 < seconds <= maximum else 0.0


def next_attempt_in(
    kind: ReceiverKind | None,
    pending_seconds: float,
    since_attempt: float,
    interval: SyncInterval,
) -> float:
    """
    Compute the seconds until pending data is sent.

    Args:
        kind: What the receiver accepts; None before the first handshake.
        pending_seconds: Seconds since data became pending.
        since_attempt: Seconds since the last run.
        interval: Time between requests.
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
    DestinationStatus.DELAYED: gettext_noop(
        "Nothing is lost; it will be retried automatically."
    ),
    DestinationStatus.SIGN_IN: gettext_noop(
        "Create a new token on the server and set CLAUDE_USAGE_API_TOKEN."
    ),
    DestinationStatus.MISCONFIGURED: gettext_noop(
        "Check the address: sync.url in settings.toml."
    ),
}
_ERRORS: Final[dict[DestinationStatus, type[SyncError]]] = {
    DestinationStatus.DELAYED: SyncDelayedError,
    DestinationStatus.SIGN_IN: SyncRefusedError,
    DestinationStatus.MISCONFIGURED: SyncMisconfiguredError,
}


class BackoffDecision(NamedTuple):
    """
    How long to leave a destination alone.

    Attributes:
        status: Status of the destination.
        reason: Why, for the user.
        seconds: Seconds until the next retry.
    """

    status: DestinationStatus
    reason: str
    seconds: float


def decide_backoff(
    outcome: Outcome,
    failures: int,
    retry_after: float | None,
    jitter: float,
) -> BackoffDecision:
    """
    Decide how long to leave a destination alone.

    Args:
        outcome: The failure.
        failures: Number of successive failures, this one included.
        retry_after: Seconds requested by the server.
        jitter: Random number in [0, 1).
    """
    if outcome.action is ResponseAction.SIGN_IN:
        # Until the token changes or the user retries.
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


def build_error(status: DestinationStatus, reason: str) -> SyncError:
    """Build the error of a destination that cannot be reached."""
    return _ERRORS[status](
        gettext_noop("Usage could not be synced: {reason}."),
        hint=_HINTS[status],
        reason=reason,
    )
