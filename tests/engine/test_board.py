from __future__ import annotations

import threading

from claude_tray.domain.snapshot import Snapshot
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
    assert board.newest() is snapshot


def test_nobody_waits_when_it_has_ended() -> None:
    board = Board()
    reader = threading.Thread(target=board.read_after, args=(0, 60))
    reader.start()

    board.end()

    reader.join(timeout=5)
    assert not reader.is_alive()
    assert board.has_ended
