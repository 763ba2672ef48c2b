"""What follows from an answer that is no success: how long, and what to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.errors import (
    SyncDelayedError,
    SyncError,
    SyncMisconfiguredError,
    SyncRefusedError,
)
from claude_tray.sync.ledger import Trouble
from claude_tray.sync.patience import wait_after, wait_after_misconfigured
from claude_tray.sync.policy import State, Verdict

if TYPE_CHECKING:
    from claude_tray.sync.policy import Meaning

_HINTS: Final = {
    State.DELAYED: "Nothing is lost; it is tried again by itself.",
    State.SIGN_IN: (
        "Get a new token from the server and set CLAUDE_USAGE_API_TOKEN."
    ),
    State.MISCONFIGURED: "Check the address: sync.url in settings.toml.",
}
_ERRORS: Final[dict[State, type[SyncError]]] = {
    State.DELAYED: SyncDelayedError,
    State.SIGN_IN: SyncRefusedError,
    State.MISCONFIGURED: SyncMisconfiguredError,
}


def trouble_of(
    meaning: Meaning,
    failures: int,
    asked: float | None,
    chance: float,
) -> Trouble:
    """
    Return how long a destination is left alone.

    Args:
        meaning: No success.
        failures: How often in a row it has failed, this time included.
        asked: The seconds that the other side asked for.
        chance: From 0 to 1.
    """
    if meaning.verdict is Verdict.SIGN_IN:
        # For ever: until the token changes or a person asks for it.
        return Trouble(State.SIGN_IN, meaning.reason, 0.0)
    if meaning.verdict in (Verdict.MISCONFIGURED, Verdict.BAD_ROWS):
        wait = wait_after_misconfigured(failures)
        return Trouble(State.MISCONFIGURED, meaning.reason, wait)
    wait = wait_after(failures, asked, chance)
    return Trouble(State.DELAYED, meaning.reason, wait)


def error_of(state: State, reason: str) -> SyncError:
    """Return what is told of a destination that is left alone."""
    summary = f"Usage could not be sent: {reason}."
    return _ERRORS[state](summary, hint=_HINTS[state])
