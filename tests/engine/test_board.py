from __future__ import annotations

import threading

from claude_tray.domain.snapshot import Snapshot, SyncPhase, SyncState
from claude_tray.engine.board import Board
from tests.support.builders import at


def test_a_reader_gets_what_is_newer_than_it_has() -> None:
    board = Board()
    assert board.newest() is None
    assert board.read_after(0, timeout=0) is None

    snapshot = Snapshot(at("09:00"))
    board.post(snapshot)

    assert board.read_after(0, timeout=1) == (1, snapshot)
    assert board.read_after(1, timeout=0) is None
    assert board.newest() == snapshot


def test_how_forwarding_stands_is_shown_with_every_snapshot() -> None:
    board = Board()
    state = SyncState(SyncPhase.IDLE, waiting=2)
    board.tell_sync(state)
    board.post(Snapshot(at("09:00")))
    first = board.newest()
    assert first is not None
    assert first.sync == state

    board.tell_sync(state)
    assert board.read_after(1, timeout=0) is None
    board.tell_sync(SyncState())
    found = board.read_after(1, timeout=0)
    assert found is not None
    assert found[1].sync == SyncState()


def test_who_listens_is_told_of_each_snapshot() -> None:
    board = Board()
    heard: list[bool] = []
    board.heard = lambda: heard.append(True)

    board.post(Snapshot(at("09:00")))

    assert heard == [True]


def test_a_nudge_lets_the_newest_be_read_again() -> None:
    board = Board()
    board.nudge()
    assert board.read_after(0, timeout=0) is None
    board.post(Snapshot(at("09:00")))
    board.read_after(0, timeout=0)

    board.nudge()

    found = board.read_after(1, timeout=0)
    assert found is not None
    assert found[1] == Snapshot(at("09:00"))


def test_nobody_waits_when_it_has_ended() -> None:
    board = Board()
    reader = threading.Thread(target=board.read_after, args=(0, 60))
    reader.start()

    board.end()

    reader.join(timeout=5)
    assert not reader.is_alive()
    assert board.has_ended
