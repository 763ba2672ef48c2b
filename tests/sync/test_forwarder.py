"""Forwarding beside a real engine, to a real receiver."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.domain.snapshot import SyncPhase
from claude_tray.engine.board import Board
from claude_tray.engine.choices import Choices, Folder
from claude_tray.engine.inbox import Inbox, Rescan, Stop
from claude_tray.engine.worker import Engine
from claude_tray.errors import SyncMisconfiguredError
from claude_tray.settings.secret import Secret
from claude_tray.store.connection import open_reader
from claude_tray.sync.address import address_of
from claude_tray.sync.dispatch import Dispatch
from claude_tray.sync.forwarding import Forwarding
from claude_tray.sync.naming import Privacy
from claude_tray.sync.patience import Rhythm
from claude_tray.sync.plan import Plan
from tests.support.builders import PRICES, ClaudeFolder, a_line
from tests.support.desktop import until
from tests.support.receiver import TOKEN, Make, Receiver, answer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from claude_tray.domain.snapshot import SyncState
    from claude_tray.sync.dispatch import Means


class Running:
    """An engine with forwarding beside it."""

    def __init__(self, folder: Path) -> None:
        self.claude = ClaudeFolder(folder / "claude")
        self.store = folder / "own" / "usage.db"
        self.board, self.inbox = Board(), Inbox()
        self.forwarding = Forwarding(self.store, self.inbox, self.board)
        self.token = TOKEN
        self.rhythm = Rhythm(gather=0.02, every=0.02)
        choices = Choices((Folder(self.claude.path),), PRICES)
        engine = Engine(
            self.store,
            self.inbox,
            self.board,
            choices,
            lambda _, __: "",
        )
        self._engine = threading.Thread(target=engine.run, name="engine")
        self._engine.start()
        until(self.board.newest)

    def to(self, url: str) -> None:
        def make(means: Means) -> Dispatch:
            plan = Plan(
                address_of(url),
                Secret(self.token),
                Privacy(),
                {"": str(self.claude.path)},
                "machine",
                "thinkpad",
                self.rhythm,
            )
            return Dispatch(plan, means)

        self.forwarding.choose(make)

    def append(self, *messages: str) -> None:
        self.claude.append(*[a_line("09:00", name) for name in messages])
        self.inbox.put(Rescan())

    @property
    def state(self) -> SyncState:
        snapshot = self.board.newest()
        assert snapshot is not None
        return snapshot.sync

    def stop(self) -> float:
        started = time.monotonic()
        self.forwarding.stop()
        took = time.monotonic() - started
        self.inbox.put(Stop())
        self._engine.join()
        return took


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    running = Running(tmp_path)
    yield running
    running.stop()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.mark.parametrize("make", list(Make))
def test_what_is_written_arrives_by_itself(
    running: Running,
    receiver: Receiver,
    make: Make,
) -> None:
    receiver.make = make
    running.append("msg_1", "msg_2")
    running.to(receiver.url)
    until(lambda: len(receiver.rows) == 2)

    running.append("msg_3")
    until(lambda: len(receiver.rows) == 3)
    until(lambda: running.state.phase is SyncPhase.IDLE)

    assert running.state.last_ok_at is not None
    assert running.state.waiting == 0


def test_off_is_off(running: Running, receiver: Receiver) -> None:
    running.append("msg_1")
    running.to(receiver.url)
    until(lambda: receiver.rows)

    running.forwarding.choose(None)
    until(lambda: running.state.phase is SyncPhase.OFF)
    asked = len(receiver.asked)
    running.append("msg_2")
    until(lambda: _messages(running) == 2)
    time.sleep(0.2)

    assert len(receiver.asked) == asked


def _messages(running: Running) -> int:
    with closing(open_reader(running.store)) as reader:
        (count,) = reader.execute("SELECT count(*) FROM message").fetchone()
    return int(count)


def test_who_never_switched_it_on_has_no_thread_of_it(
    running: Running,
) -> None:
    running.forwarding.choose(None)
    running.forwarding.ask()

    assert "sync" not in [thread.name for thread in threading.enumerate()]


def test_a_person_who_asks_is_served_at_once(
    running: Running,
    receiver: Receiver,
) -> None:
    running.rhythm = Rhythm(gather=600, every=600)
    running.append("msg_1")
    running.to(receiver.url)
    until(lambda: running.state.waiting == 1)
    assert receiver.asked == []

    running.forwarding.ask()

    until(lambda: receiver.rows)


def test_what_goes_wrong_is_told_with_what_waits(
    running: Running,
    receiver: Receiver,
) -> None:
    receiver.plan = lambda _: answer(503, Retry_After="600")
    running.append("msg_1", "msg_2")
    running.to(receiver.url)

    until(lambda: running.state.phase is SyncPhase.DELAYED)

    assert running.state.waiting == 2
    assert "503" in running.state.problem
    assert running.state.failing_since is not None


def test_a_long_sending_tells_how_much_is_left(
    running: Running,
    receiver: Receiver,
) -> None:
    receiver.most_messages = 10
    receiver.plan = lambda a: ("late", 0.4) if a.is_post else None
    running.append(*(f"msg_{number}" for number in range(80)))
    running.to(receiver.url)
    seen: set[int] = set()

    def is_under_way() -> bool:
        if running.state.phase is SyncPhase.RUNNING:
            seen.add(running.state.waiting)
        return len(seen) > 1

    until(is_under_way)

    assert max(seen) == 80
    assert 0 < min(seen) < 80


def test_another_token_helps_once_it_is_asked_for(
    running: Running,
    receiver: Receiver,
) -> None:
    running.token = "a-token-that-is-refused"
    running.append("msg_1")
    running.to(receiver.url)
    until(lambda: running.state.phase is SyncPhase.STOPPED)

    running.token = TOKEN
    running.forwarding.ask()

    until(lambda: receiver.rows)


def test_what_cannot_be_begun_is_told(running: Running) -> None:
    def make(_: Means) -> Dispatch:
        summary = "There is no address to sync with."
        raise SyncMisconfiguredError(summary)

    running.forwarding.choose(make)

    until(lambda: running.state.phase is SyncPhase.STOPPED)
    assert running.state.problem == "There is no address to sync with."


def test_while_another_process_sends_it_waits(
    running: Running,
    receiver: Receiver,
) -> None:
    lock = running.store.with_name("sync.lock")
    code = (
        "import sys, filelock\n"
        "with filelock.FileLock(sys.argv[1]):\n"
        "    print(flush=True)\n"
        "    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(lock)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        running.append("msg_1")
        running.to(receiver.url)
        time.sleep(0.3)
        assert receiver.asked == []
        assert other.stdin is not None
        other.stdin.close()

    until(lambda: receiver.rows)


@pytest.mark.parametrize("fault", ["black hole", "drip head", "drip body"])
def test_it_ends_within_a_second_whatever_is_being_sent(
    tmp_path: Path,
    receiver: Receiver,
    fault: str,
) -> None:
    busy = threading.Event()

    def plan(_: Any) -> str:
        busy.set()
        return fault

    receiver.plan = plan
    running = Running(tmp_path)
    running.append("msg_1")
    running.to(receiver.url)
    assert busy.wait(20)

    assert running.stop() < 1

    # Ending is no failure: nothing of it is kept.
    with closing(open_reader(running.store)) as reader:
        (failures,) = reader.execute(
            "SELECT ifnull(sum(failures), 0) FROM destination",
        ).fetchone()
    assert failures == 0


def test_other_choices_end_what_is_being_sent(
    running: Running,
    receiver: Receiver,
) -> None:
    receiver.plan = lambda _: "black hole"
    running.append("msg_1")
    running.to(receiver.url)
    until(lambda: receiver.asked)

    with Receiver() as other:
        running.to(other.url)

        until(lambda: other.rows)


def test_idle_it_costs_nothing(running: Running, receiver: Receiver) -> None:
    running.append("msg_1")
    running.to(receiver.url)
    until(lambda: receiver.rows)
    until(lambda: running.state.phase is SyncPhase.IDLE)
    asked, used = len(receiver.asked), time.process_time()

    time.sleep(1)

    assert len(receiver.asked) == asked
    # The receiver's own thread wakes fifty times a second.
    assert time.process_time() - used < 0.1
