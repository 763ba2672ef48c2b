from __future__ import annotations

import queue
import threading
from datetime import timedelta
from typing import TYPE_CHECKING

from claude_tray.domain.snapshot import Snapshot
from claude_tray.engine.board import Board
from claude_tray.tray.follow import Syncing, follow
from claude_tray.tray.manner import Manner
from tests.support.builders import at

if TYPE_CHECKING:
    from claude_tray.tray.view import TrayView


def test_what_moves_begins_after_two_seconds_and_ends_at_once() -> None:
    syncing = Syncing()
    begin = at("12:00")

    phases = [
        syncing.phase(begin + timedelta(seconds=second), is_running=True)
        for second in (0, 1.9, 2, 2.5, 4)
    ]

    assert phases == [None, None, 4, 5, 0]
    assert syncing.phase(begin, is_running=False) is None
    assert syncing.phase(begin, is_running=True) is None


def test_each_new_snapshot_is_shown_until_the_end() -> None:
    board = Board()
    shown: queue.SimpleQueue[TrayView] = queue.SimpleQueue()
    follower = threading.Thread(target=follow, args=(board, shown.put, Manner))
    follower.start()

    board.post(Snapshot(at("12:00"), is_demo=True))
    first = shown.get(timeout=5)
    board.post(Snapshot(at("12:00"), is_demo=True))
    shown.get(timeout=5)
    board.end()

    follower.join(5)
    assert not follower.is_alive()
    assert "(demo)" in first.tooltip
