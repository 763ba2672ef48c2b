"""How forwarding stands, for people."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from claude_tray.domain.snapshot import SyncPhase, SyncState
from claude_tray.sync.policy import State

if TYPE_CHECKING:
    from claude_tray.store.destinations import Destination

_PHASES: Final = {
    State.OK: SyncPhase.IDLE,
    State.DELAYED: SyncPhase.DELAYED,
    State.SIGN_IN: SyncPhase.STOPPED,
    State.MISCONFIGURED: SyncPhase.STOPPED,
}


def state_of(
    destination: Destination,
    waiting: int,
    set_aside: int,
    *,
    is_running: bool = False,
) -> SyncState:
    """
    Return how forwarding to a destination stands.

    Args:
        destination: As it is kept.
        waiting: How many changes it was not told.
        set_aside: How many records it will not take.
        is_running: Something is being sent.
    """
    phase = _PHASES[State(destination.state)]
    return SyncState(
        SyncPhase.RUNNING if is_running else phase,
        _moment(destination.last_ok_ms),
        waiting,
        set_aside,
        destination.reason,
        _moment(destination.failing_since_ms),
    )


def _moment(at_ms: int | None) -> datetime | None:
    return None if at_ms is None else datetime.fromtimestamp(at_ms / 1000, UTC)
