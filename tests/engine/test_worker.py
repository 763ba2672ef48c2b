from __future__ import annotations

import shutil
import sqlite3
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from claude_tray.domain.price_list import Prices, PriceTable
from claude_tray.domain.window import Rule
from claude_tray.engine import rounds, worker
from claude_tray.engine.board import Board
from claude_tray.engine.choices import Choices, Folder
from claude_tray.engine.inbox import (
    Choose,
    Do,
    FileTouched,
    Inbox,
    Rescan,
    Stop,
)
from claude_tray.engine.worker import Engine, now_utc
from claude_tray.errors import UsageError
from claude_tray.store.connection import Writer, open_writer
from claude_tray.transcripts import spool
from tests.support.builders import PRICES, ClaudeFolder, a_line, at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from claude_tray.domain.snapshot import Snapshot
    from claude_tray.engine.gain import Gain

PATIENCE = 10


class Album(Board):
    """A board that keeps everything that was posted."""

    def __init__(self) -> None:
        super().__init__()
        self.posted: list[Snapshot] = []

    def post(self, snapshot: Snapshot) -> None:
        self.posted.append(snapshot)
        super().post(snapshot)


class Running:
    """An engine in its thread, with what one does to it."""

    def __init__(self, folder: Path) -> None:
        self.claude = ClaudeFolder(folder / "claude")
        self.store = folder / "own" / "usage.db"
        self.inbox = Inbox()
        self.board = Album()
        self.choices = Choices((Folder(self.claude.path),), PRICES, Rule.EXACT)
        self.now = at("10:00")
        self.is_watched = True
        self._edition = 0
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        engine = Engine(
            self.store,
            self.inbox,
            self.board,
            self.choices,
            self._attach,
            self._clock,
        )
        self._thread = threading.Thread(target=engine.run)
        self._thread.start()

    def until(self, holds: Callable[[Snapshot], bool]) -> Snapshot:
        while True:
            news = self.board.read_after(self._edition, PATIENCE)
            assert news is not None, "nothing was posted"
            self._edition, snapshot = news
            if holds(snapshot):
                return snapshot

    def messages(self, count: int) -> Snapshot:
        return self.until(lambda s: s.today.messages == count)

    def stop(self) -> None:
        self.inbox.put(Stop())
        self.join()

    def join(self) -> None:
        if self._thread:
            self._thread.join(PATIENCE)
            assert not self._thread.is_alive()

    def _attach(self, folders: Iterable[Path], seen: int) -> str:
        del folders, seen
        return "" if self.is_watched else "nothing is watched"

    def _clock(self) -> datetime:
        return self.now


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Running]:
    running = Running(tmp_path)
    yield running
    running.stop()


def test_it_reads_what_is_there_and_what_is_appended(engine: Running) -> None:
    path = engine.claude.append(a_line(message="msg_1"))
    engine.start()
    engine.messages(1)

    engine.claude.append(a_line(message="msg_2"))
    engine.inbox.put(FileTouched(str(path)))
    snapshot = engine.messages(2)

    assert snapshot.profile is not None
    assert snapshot.profile.window is not None
    assert snapshot.profile.window.start == at("09:00")
    assert snapshot.problem == ""


def test_lines_that_are_no_replies_change_no_figure(engine: Running) -> None:
    path = engine.claude.append(a_line())
    engine.start()
    engine.messages(1)

    engine.claude.append(b'{"type":"user"}\n')
    engine.inbox.put(FileTouched(str(path)))

    assert engine.until(lambda _: True).today.messages == 1


def test_a_touch_that_brought_nothing_posts_nothing(engine: Running) -> None:
    path = engine.claude.append(a_line())
    engine.start()
    engine.messages(1)

    engine.inbox.put(FileTouched(str(path)))
    engine.inbox.put(Rescan())

    assert engine.until(lambda _: True).today.messages == 1


def test_the_newest_is_shown_while_the_rest_is_read(engine: Running) -> None:
    filler = b'{"type":"user","x":"' + b"x" * 1_000_000 + b'"}\n'
    for number in range(3):
        engine.claude.append(
            a_line(message=f"msg_{number}"),
            filler * 5,
            name=f"s{number}.jsonl",
        )
    engine.start()

    last = engine.until(lambda s: s.reading is None)
    first = engine.board.posted[0]

    assert first.reading is not None
    assert 0 < first.reading < 1
    assert first.profile is not None
    assert first.profile.is_provisional
    assert last.today.messages == 3


def test_it_ends_in_the_midst_of_a_first_load(engine: Running) -> None:
    engine.inbox.put(Stop())
    engine.claude.append(a_line())

    engine.start()
    engine.stop()

    with closing(sqlite3.connect(engine.store)) as store:
        assert store.execute("SELECT count(*) FROM message").fetchone() == (0,)


def test_who_asks_for_a_look_is_told_what_it_brought(engine: Running) -> None:
    engine.start()
    engine.until(lambda _: True)
    engine.claude.append(a_line())
    done = threading.Event()
    gains: list[Gain] = []

    def tell(gain: Gain) -> None:
        gains.append(gain)
        done.set()

    engine.inbox.put(Rescan(tell))

    assert done.wait(PATIENCE)
    assert gains[0].added == 1


def test_what_the_statusline_heard_is_shown(
    engine: Running,
    tmp_path: Path,
) -> None:
    path = engine.claude.append(a_line())
    waiting = tmp_path / "statusline"
    engine.choices = engine.choices._replace(waiting=waiting)
    engine.start()
    engine.messages(1)
    payload = {
        "transcript_path": str(path),
        "rate_limits": {
            "five_hour": {
                "used_percentage": 38,
                "resets_at": at("14:00").timestamp(),
            },
        },
    }
    spool.put(waiting, payload, int(at("10:00").timestamp() * 1e9))

    engine.inbox.put(FileTouched(str(path)))
    snapshot = engine.until(
        lambda s: s.profile is not None and s.profile.used is not None,
    )

    assert snapshot.profile is not None
    assert snapshot.profile.used is not None
    assert snapshot.profile.used.percent == 38


def test_other_choices_hold_at_once(engine: Running) -> None:
    engine.claude.append(a_line("09:47"))
    engine.start()
    engine.messages(1)

    unpriced = PriceTable("none", {})
    engine.inbox.put(
        Choose(engine.choices._replace(rule=Rule.HOUR, prices=unpriced)),
    )
    snapshot = engine.until(lambda s: s.today.unpriced == 1)

    assert snapshot.profile is not None
    assert snapshot.profile.window is not None
    assert snapshot.profile.window.start == at("09:00")


def test_work_is_done_on_the_writer_and_its_errors_are_its_own(
    engine: Running,
) -> None:
    engine.start()
    done = threading.Event()

    def fail(_: Writer) -> None:
        summary = "Not today."
        raise UsageError(summary)

    def work(writer: Writer) -> None:
        writer.execute("SELECT 1")
        done.set()

    engine.inbox.put(Do(fail))
    engine.inbox.put(Do(work))

    assert done.wait(PATIENCE)


def test_a_fault_of_its_own_is_told_and_gone_on_after(
    engine: Running,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worker, "AGAIN_SECONDS", 0.05)
    engine.claude.append(a_line(message="msg_1"))
    engine.start()
    engine.messages(1)

    def stumble(_: Writer) -> None:
        raise KeyError

    engine.inbox.put(Do(stumble))
    told = engine.until(lambda s: s.problem != "")
    engine.claude.append(a_line(message="msg_2"))

    assert "fault of its own: KeyError in test_worker.py" in told.problem
    assert told.today.messages == 1
    engine.until(lambda s: s.problem == "")


def test_what_cannot_be_read_is_told_and_goes_away(engine: Running) -> None:
    shutil.rmtree(engine.claude.projects)
    engine.claude.projects.write_text("no folder")
    engine.start()

    told = engine.until(lambda s: s.problem != "")
    assert str(engine.claude.projects) in told.problem

    engine.claude.projects.unlink()
    engine.claude.append(b"no json\n", a_line())
    engine.inbox.put(Rescan())

    assert engine.messages(1).problem == ""


def test_without_events_it_looks_often(
    engine: Running,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rounds, "SOON_SECONDS", 0.05)
    monkeypatch.setattr(rounds, "_REST", 1)
    engine.is_watched = False
    engine.start()
    engine.until(lambda _: True)

    for number in range(1, 4):
        engine.claude.append(a_line(message=f"msg_{number}"))
        engine.messages(number)


def test_changes_that_nobody_told_of_are_found_and_told_once(
    engine: Running,
    caplog: pytest.LogCaptureFixture,
) -> None:
    engine.choices = engine.choices._replace(look_seconds=0.05)
    engine.claude.append(a_line(message="msg_0"))
    engine.start()
    engine.messages(1)

    for number in range(1, 4):
        engine.claude.append(a_line(message=f"msg_{number}"))
        engine.messages(number + 1)
    engine.stop()

    assert caplog.text.count("Changes were not told") == 1


def test_a_damaged_store_is_set_aside_and_read_anew(engine: Running) -> None:
    engine.store.parent.mkdir()
    engine.store.write_bytes(b"damaged" * 10_000)
    engine.claude.append(a_line())
    engine.start()

    snapshot = engine.messages(1)

    assert "usage.db.corrupt-20260301T100000" in snapshot.problem


def test_a_store_that_was_taken_away_is_made_anew(
    engine: Running,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rounds, "SOON_SECONDS", 0.05)
    monkeypatch.setattr(rounds, "_REST", 1)
    engine.is_watched = False
    engine.claude.append(a_line())
    engine.start()
    engine.messages(1)

    shutil.rmtree(engine.store.parent)
    while not engine.store.exists():
        time.sleep(0.01)

    engine.claude.append(a_line(message="msg_2"))
    engine.messages(2)


def test_a_store_that_cannot_be_opened_is_tried_again(
    engine: Running,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worker, "AGAIN_SECONDS", 0.05)
    engine.claude.append(a_line())
    engine.store.parent.write_text("no folder")
    engine.start()
    told = engine.until(lambda s: s.problem != "")
    assert "cannot be made" in told.problem

    engine.store.parent.unlink()

    engine.messages(1)


def test_a_full_disk_is_told_until_there_is_room(
    engine: Running,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worker, "AGAIN_SECONDS", 0.2)
    engine.claude.append(a_line(message="msg_1"))
    engine.start()
    engine.messages(1)

    def fill(writer: Writer) -> None:
        (pages,) = writer.execute("PRAGMA page_count").fetchone()
        writer.execute(f"PRAGMA max_page_count = {pages}")

    engine.inbox.put(Do(fill))
    lines = [a_line(message=f"msg_{n}") for n in range(2, 2_002)]
    path = engine.claude.append(*lines)
    engine.inbox.put(FileTouched(str(path)))

    full = engine.until(lambda s: s.problem != "")
    assert "no room" in full.problem
    assert full.today.messages == 1

    assert engine.messages(2_001).problem == ""


def test_a_newer_store_is_left_alone(engine: Running) -> None:
    open_writer(engine.store).close()
    with closing(sqlite3.connect(engine.store)) as store:
        store.execute("PRAGMA user_version = 999")
    engine.start()

    told = engine.until(lambda s: s.problem != "")
    assert "newer claude-tray" in told.problem


def test_its_own_clock_is_aware() -> None:
    assert now_utc().tzinfo is not None


class StoppingPrices(PriceTable):
    """Prices that somebody has enough of at once."""

    def __init__(self, inbox: Inbox) -> None:
        super().__init__("stopping", {})
        self._inbox = inbox

    def prices_of(self, model: str) -> tuple[Prices, ...]:
        self._inbox.put(Stop())
        return super().prices_of(model)


def test_it_can_be_stopped_while_it_prices_anew(
    engine: Running,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("claude_tray.store.reprice._SOME", 1)
    engine.claude.append(*(a_line(message=f"msg_{n}") for n in range(5)))
    engine.start()
    engine.messages(5)

    prices = StoppingPrices(engine.inbox)
    engine.inbox.put(Choose(engine.choices._replace(prices=prices)))
    engine.join()

    with closing(sqlite3.connect(engine.store)) as store:
        rows = store.execute("SELECT count(*) FROM message WHERE cost IS NULL")
        assert rows.fetchone() == (1,)
