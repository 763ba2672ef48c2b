from __future__ import annotations

import pytest

from claude_tray.core.snapshot import SyncPhase
from claude_tray.store.outbox import Destination
from claude_tray.sync.destination_state import build_sync_state
from claude_tray.sync.receiver import DestinationStatus
from tests.support.builders import at, ms


@pytest.mark.parametrize(
    ("state", "phase"),
    [
        (DestinationStatus.OK, SyncPhase.IDLE),
        (DestinationStatus.DELAYED, SyncPhase.DELAYED),
        (DestinationStatus.SIGN_IN, SyncPhase.STOPPED),
        (DestinationStatus.MISCONFIGURED, SyncPhase.STOPPED),
    ],
)
def test_the_phase_follows_the_status(
    state: DestinationStatus, phase: SyncPhase
) -> None:
    known = Destination("https://usage.example", status=state, reason="why")

    status = build_sync_state(known, 3, 2)

    assert status.phase is phase
    assert (status.pending, status.quarantined, status.problem) == (
        3,
        2,
        "why",
    )
    assert status.last_ok_at is status.failing_since is None


def test_times_are_converted() -> None:
    known = Destination(
        "https://usage.example",
        last_ok_ms=ms("09:00"),
        failing_since_ms=ms("09:12"),
    )

    status = build_sync_state(known, 0, 0)

    assert (status.last_ok_at, status.failing_since) == (
        at("09:00"),
        at("09:12"),
    )
