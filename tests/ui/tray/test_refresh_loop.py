from __future__ import annotations

import queue
import threading
from datetime import timedelta
from typing import TYPE_CHECKING

from claude_tray.core.snapshot import Snapshot
from claude_tray.ingest.snapshot_channel import SnapshotChannel
from claude_tray.ui.tray.menu_model import ViewOptions
from claude_tray.ui.tray.refresh_loop import SyncAnimation, run_refresh_loop
from tests.support.builders import at

if TYPE_CHECKING:
    from claude_tray.ui.tray.view_model import TrayView


def test_animation_starts_after_two_seconds_and_stops_immediately() -> None:
    animation = SyncAnimation()
    begin = at("12:00")

    phases = [
        animation.compute_phase(
            begin + timedelta(seconds=second), is_running=True
        )
        for second in (0, 1.9, 2, 2.5, 4)
    ]

    assert phases == [None, None, 4, 5, 0]
    assert animation.compute_phase(begin, is_running=False) is None
    assert animation.compute_phase(begin, is_running=True) is None


def test_every_snapshot_is_shown_until_the_channel_closes() -> None:
    channel = SnapshotChannel()
    shown: queue.SimpleQueue[TrayView] = queue.SimpleQueue()
    thread = threading.Thread(
        target=run_refresh_loop, args=(channel, shown.put, ViewOptions)
    )
    thread.start()

    channel.publish(Snapshot(at("12:00"), is_demo=True))
    first = shown.get(timeout=5)
    channel.publish(Snapshot(at("12:00"), is_demo=True))
    shown.get(timeout=5)
    channel.close()

    thread.join(5)
    assert not thread.is_alive()
    assert "(sample data)" in first.tooltip
