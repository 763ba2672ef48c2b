from __future__ import annotations

from claude_tray.engine.inbox import FileTouched, Inbox, Rescan, Stop


def test_each_distinct_message_waits_once() -> None:
    inbox = Inbox()
    for _ in range(1_000):
        inbox.put(FileTouched("/a"))
    inbox.put(Rescan())
    inbox.put(FileTouched("/a"))

    assert inbox.take(1) == FileTouched("/a")
    assert inbox.take(1) == Rescan()
    assert inbox.take(0) is None


def test_the_wish_to_end_is_seen_behind_whatever_waits() -> None:
    inbox = Inbox()
    inbox.put(Rescan())
    assert not inbox.is_stopping()

    inbox.put(Stop())

    assert inbox.is_stopping()


def test_one_may_wait_for_the_end_whatever_else_comes() -> None:
    inbox = Inbox()
    inbox.put(FileTouched("/a"))

    assert not inbox.is_stopping(within=0.01)
    inbox.put(Stop())

    assert inbox.is_stopping(within=60)
