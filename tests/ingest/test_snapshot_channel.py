from __future__ import annotations

import threading
import time

from claude_tray.core.snapshot import Snapshot, SyncPhase, SyncState
from claude_tray.ingest.snapshot_channel import PublishTimer, SnapshotChannel
from tests.support.builders import at


def test_readers_get_only_later_snapshots() -> None:
    channel = SnapshotChannel()
    assert channel.latest() is None
    assert channel.wait_for_newer(0, timeout=0) is None

    snapshot = Snapshot(at("09:00"))
    channel.publish(snapshot)

    assert channel.wait_for_newer(0, timeout=1) == (1, snapshot)
    assert channel.wait_for_newer(1, timeout=0) is None
    assert channel.latest() == snapshot


def test_every_snapshot_contains_the_sync_state() -> None:
    channel = SnapshotChannel()
    state = SyncState(SyncPhase.IDLE, pending=2)
    channel.publish_sync_state(state)
    channel.publish(Snapshot(at("09:00")))
    first = channel.latest()
    assert first is not None
    assert first.sync == state

    channel.publish_sync_state(state)
    assert channel.wait_for_newer(1, timeout=0) is None
    channel.publish_sync_state(SyncState())
    found = channel.wait_for_newer(1, timeout=0)
    assert found is not None
    assert found[1].sync == SyncState()


def test_listeners_are_called_for_each_snapshot() -> None:
    channel = SnapshotChannel()
    notifications: list[bool] = []
    channel.subscribe(lambda: notifications.append(True))

    channel.publish(Snapshot(at("09:00")))

    assert notifications == [True]


def test_republishing_makes_the_latest_readable_again() -> None:
    channel = SnapshotChannel()
    channel.republish()
    assert channel.wait_for_newer(0, timeout=0) is None
    channel.publish(Snapshot(at("09:00")))
    channel.wait_for_newer(0, timeout=0)

    channel.republish()

    found = channel.wait_for_newer(1, timeout=0)
    assert found is not None
    assert found[1] == Snapshot(at("09:00"))


def test_closed_channels_do_not_wait() -> None:
    channel = SnapshotChannel()
    reader = threading.Thread(target=channel.wait_for_newer, args=(0, 60))
    reader.start()

    channel.close()

    reader.join(timeout=5)
    assert not reader.is_alive()
    assert channel.is_closed


def test_a_change_is_published_when_nothing_else_waits() -> None:
    timer = PublishTimer()
    assert not timer.is_due(has_more=False)

    timer.is_dirty = True
    assert timer.is_due(has_more=False)

    timer.begin()
    timer.end()
    timer.is_dirty = True
    # Just published: the changes that wait are read first.
    assert not timer.is_due(has_more=True)
    assert timer.is_due(has_more=False)


def test_a_stream_of_changes_is_published_now_and_then() -> None:
    timer = PublishTimer()
    timer.begin()
    timer.end()
    timer.is_dirty = True

    time.sleep(0.11)

    assert timer.is_due(has_more=True)


def test_progress_is_shown_the_less_often_the_longer_it_takes() -> None:
    timer = PublishTimer()
    assert timer.may_show_progress()

    timer.begin()
    time.sleep(0.02)
    timer.end()

    assert not timer.may_show_progress()
