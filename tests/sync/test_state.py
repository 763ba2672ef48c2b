from __future__ import annotations

import pytest

from claude_tray.domain.snapshot import SyncPhase
from claude_tray.store.destinations import Destination
from claude_tray.sync.policy import State
from claude_tray.sync.state import state_of
from tests.support.builders import at, ms


@pytest.mark.parametrize(
    ("state", "phase"),
    [
        (State.OK, SyncPhase.IDLE),
        (State.DELAYED, SyncPhase.DELAYED),
        (State.SIGN_IN, SyncPhase.STOPPED),
        (State.MISCONFIGURED, SyncPhase.STOPPED),
    ],
)
def test_how_a_destination_stands(state: State, phase: SyncPhase) -> None:
    known = Destination("https://usage.example", state=state, reason="why")

    told = state_of(known, 3, 2)

    assert told.phase is phase
    assert (told.waiting, told.quarantined, told.problem) == (3, 2, "why")
    assert told.last_ok_at is told.failing_since is None
    running = state_of(known, 3, 2, is_running=True)
    assert running.phase is SyncPhase.RUNNING


def test_times_are_told() -> None:
    known = Destination(
        "https://usage.example",
        last_ok_ms=ms("09:00"),
        failing_since_ms=ms("09:12"),
    )

    told = state_of(known, 0, 0)

    assert (told.last_ok_at, told.failing_since) == (at("09:00"), at("09:12"))
