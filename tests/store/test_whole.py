from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from claude_tray.domain.account import Account
from claude_tray.domain.window import Rule
from claude_tray.errors import StoreCorruptError
from claude_tray.store import windows
from claude_tray.store.connection import Writer, open_writer, whole_writer
from claude_tray.store.whole import is_known, is_whole, leave
from tests.support.builders import a_record, ms
from tests.support.earlier import write_earlier
from tests.support.keeping import keep

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def filled(writer: Writer) -> Writer:
    keep(writer, *(a_record(f"{9 + n}:00") for n in range(5)))
    windows.close(writer, Account("", "ada", "", Rule.EXACT), ms("23:00"))
    return writer


def test_a_store_as_it_was_written_is_whole(filled: Writer) -> None:
    filled.execute(
        "INSERT INTO imported_sum VALUES"
        " ('ccusage', '2026-03-01', 1, 1, 0, 3, 0, 0, 0, 0, NULL)",
    )
    filled.execute(
        "UPDATE cell SET input = input + 3"
        " WHERE bucket = (SELECT min(bucket) FROM cell)",
    )
    filled.execute("UPDATE usage_session SET input = input + 3")
    filled.execute("UPDATE usage_project SET input = input + 3")

    assert is_whole(filled)


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE session SET uuid = CAST(x'ff' AS TEXT)",
        "UPDATE message SET output = output + 64 WHERE seq = 3",
        "UPDATE message SET at_ms = at_ms + (1 << 60) WHERE seq = 3",
        "UPDATE message SET origin_ms = -(1 << 60) WHERE seq = 3",
        "UPDATE cell SET cost = cost + 1",
        "UPDATE usage_session SET incomplete = 1",
        "UPDATE usage_project SET messages = messages + 1",
        "UPDATE closed_window SET source = 'espimated'",
        "UPDATE closed_window SET rule = 'exacd'",
        "UPDATE closed_window SET end_ms = 1 << 60",
        "DROP TABLE told_limit",
    ],
)
def test_what_only_a_changed_bit_can_write_is_damage(
    filled: Writer,
    harm: str,
) -> None:
    assert filled.execute("SELECT count(*) FROM closed_window").fetchone()[0]

    filled.execute(harm)

    assert not is_whole(filled)


def test_a_store_that_another_writes_meanwhile_is_whole(
    filled: Writer,
    store: Path,
) -> None:
    ended = threading.Event()

    def write() -> None:
        with closing(open_writer(store)) as other:
            while not ended.is_set():
                keep(other, a_record())

    writing = threading.Thread(target=write)
    writing.start()
    found = {is_whole(filled) for _ in range(200)}
    ended.set()
    writing.join()

    assert found == {True}


def test_an_earlier_store_is_whole_without_the_tables_of_today(
    store: Path,
) -> None:
    write_earlier(store, 1)

    with closing(sqlite3.connect(store)) as earlier:
        assert is_whole(earlier)
    with whole_writer(store) as writer:
        assert is_whole(writer)


def test_a_store_that_a_command_left_is_not_looked_through_again(
    store: Path,
) -> None:
    with whole_writer(store) as writer:
        keep(writer, a_record())
    assert is_known(store)
    before = store.stat()
    writer = open_writer(store)
    writer.execute("UPDATE message SET input = input + 1")
    writer.close()
    assert not is_known(store)

    # As if nobody had changed it.
    os.utime(store, ns=(before.st_atime_ns, before.st_mtime_ns))
    with whole_writer(store):
        pass
    os.utime(store)
    with pytest.raises(StoreCorruptError), whole_writer(store):
        pass


def test_a_store_that_cannot_be_looked_at_is_not_thereby_damaged(
    store: Path,
) -> None:
    write_earlier(store, 1)
    with (
        closing(sqlite3.connect(store)) as holder,
        closing(sqlite3.connect(store, timeout=0)) as other,
    ):
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            is_whole(other)


def test_what_cannot_be_remembered_is_asked_again(store: Path) -> None:
    with whole_writer(store):
        pass
    mark = store.with_name("usage.db.known")
    mark.unlink()
    mark.mkdir()

    leave(store)

    assert not is_known(store)
