from __future__ import annotations

import queue
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from claude_tray.desktop.notify import Message, Notifier
from claude_tray.domain.snapshot import ProfileState, Snapshot, Used
from claude_tray.domain.window import WINDOW_LENGTH, Source, Window
from claude_tray.engine.board import Board
from claude_tray.settings.parse import Settings
from claude_tray.tray.herald import Herald, moment_of
from claude_tray.tray.manner import Manner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NOW = datetime.now(UTC)


class Recording:
    """A desktop that keeps what it is to show."""

    def __init__(self) -> None:
        self.shown: queue.SimpleQueue[Message] = queue.SimpleQueue()

    def send(self, message: Message) -> None:
        self.shown.put(message)

    def close(self) -> None:
        pass


class Stand:
    """A herald with its board and its desktop."""

    def __init__(self, path: Path) -> None:
        self.board = Board()
        self.desktop = Recording()
        self.manner = Manner()
        self.muted: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self.herald = Herald(
            self.board,
            path,
            Notifier([lambda: self.desktop]),
            lambda: self.manner,
            self.muted.put,
        )
        self.herald.start()

    def post(self, percent: float) -> None:
        self.board.post(_snapshot(percent))
        self.muted.get(timeout=10)

    def end(self) -> None:
        self.board.end()
        self.herald.join()


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Callable[[], Stand]]:
    stands: list[Stand] = []

    def make() -> Stand:
        stands.append(Stand(tmp_path / "notices.json"))
        return stands[-1]

    yield make
    for one in stands:
        one.end()


def _snapshot(percent: float) -> Snapshot:
    start = NOW - timedelta(hours=2)
    window = Window(start, start + WINDOW_LENGTH, Source.OFFICIAL, None)
    used = Used("five_hour", percent, window.end, Source.OFFICIAL, NOW)
    state = ProfileState("a", "/a", window, used)
    return Snapshot(NOW, profiles=(state,))


def test_a_threshold_that_is_passed_is_told(
    stand: Callable[[], Stand],
) -> None:
    one = stand()
    one.post(10)
    one.post(91)

    message = one.desktop.shown.get(timeout=10)

    assert message.title == "91% of the 5-hour limit used"
    assert message.click == "Show stats"
    assert not message.is_urgent


def test_a_limit_is_urgent(stand: Callable[[], Stand]) -> None:
    one = stand()
    one.post(100)

    assert one.desktop.shown.get(timeout=10).is_urgent


def test_another_run_repeats_nothing(stand: Callable[[], Stand]) -> None:
    first = stand()
    first.post(100)
    first.desktop.shown.get(timeout=10)
    first.end()

    second = stand()
    second.post(100)
    second.end()

    assert second.desktop.shown.empty()


def test_muted_it_is_silent_until_it_may_speak(
    stand: Callable[[], Stand],
) -> None:
    one = stand()
    one.herald.mute()
    one.post(10)
    one.herald.mute()
    assert one.muted.get(timeout=10)
    one.post(100)
    assert one.desktop.shown.empty()

    one.herald.unmute()
    one.muted.get(timeout=10)
    one.post(100)

    assert one.desktop.shown.get(timeout=10).title == "5-hour limit reached"


def test_who_wants_nothing_is_told_only_what_they_asked_for(
    stand: Callable[[], Stand],
) -> None:
    one = stand()
    one.manner = Manner(Settings(notifications_enabled=False))
    one.post(100)

    one.herald.tell_trouble("It cannot.", "Install it.")

    message = one.desktop.shown.get(timeout=10)
    assert (message.title, message.body) == ("It cannot.", "Install it.")


def test_a_moment_has_the_local_minute_and_the_next_midnight() -> None:
    now = datetime(2026, 3, 1, 12, 34, tzinfo=UTC)
    local = now.astimezone()

    moment = moment_of(_snapshot(1), now)

    assert moment.minute == local.hour * 60 + local.minute
    assert timedelta() < moment.midnight - now <= timedelta(days=1)
    assert moment.midnight.astimezone().hour == 0
