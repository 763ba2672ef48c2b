from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from claude_tray.engine import errands as errands_module
from claude_tray.engine.errands import Errands
from claude_tray.engine.inbox import Do, Inbox, Stop
from claude_tray.errors import StoreError
from claude_tray.store import identity
from claude_tray.store.connection import Writer, open_writer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    """An inbox whose errands are run by a thread that owns the writer."""
    inbox = Inbox()

    def work() -> None:
        writer = open_writer(tmp_path / "usage.db")
        while (message := inbox.take(10)) != Stop():
            if isinstance(message, Do):
                message.work(writer)
        writer.close()

    thread = threading.Thread(target=work)
    thread.start()
    yield inbox
    inbox.put(Stop())
    thread.join()


def test_work_is_done_by_whoever_owns_the_writer(
    inbox: Inbox,
    tmp_path: Path,
) -> None:
    threads: list[int] = []

    def work(writer: Writer) -> None:
        threads.append(threading.get_ident())
        identity.put(writer, "told", "yes")

    Errands(inbox, tmp_path / "usage.db").run(work)

    assert threads != [threading.get_ident()]
    writer = open_writer(tmp_path / "usage.db")
    assert identity.get(writer, "told") == "yes"
    writer.close()


def test_work_that_fails_is_undone_and_told(
    inbox: Inbox,
    tmp_path: Path,
) -> None:
    def work(writer: Writer) -> None:
        identity.put(writer, "told", "yes")
        writer.execute("SELECT * FROM nowhere")

    errands = Errands(inbox, tmp_path / "usage.db")
    with pytest.raises(StoreError):
        errands.run(work)

    found: list[str] = []
    errands.run(lambda writer: found.append(identity.get(writer, "told")))
    assert found == [""]


def test_work_that_takes_its_time_is_waited_for(
    inbox: Inbox,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(errands_module, "_LOOK_SECONDS", 0.01)
    done: list[bool] = []

    def work(_: Writer) -> None:
        done.append(threading.Event().wait(0.1))

    Errands(inbox, tmp_path / "usage.db").run(work)

    assert done == [False]


def test_nobody_waits_for_an_engine_that_ends(tmp_path: Path) -> None:
    errands = Errands(Inbox(), tmp_path / "usage.db")
    errands.end()

    with pytest.raises(StoreError, match="ends"):
        errands.run(lambda _: None)
