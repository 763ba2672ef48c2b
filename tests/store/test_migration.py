from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from claude_tray.store import identity, migration
from claude_tray.store.connection import open_writer
from claude_tray.store.schema import STEPS

if TYPE_CHECKING:
    from pathlib import Path

NEXT = "CREATE TABLE later (x);\nCREATE TABLE more (y);\n"
BROKEN = "CREATE TABLE later (x);\nCREATE NONSENSE;\n"


def test_a_store_is_told_from_all_others(tmp_path: Path) -> None:
    with (
        closing(open_writer(tmp_path / "a.db")) as one,
        closing(open_writer(tmp_path / "b.db")) as other,
    ):
        ids = {identity.get(w, "store_id") for w in (one, other)}

    assert len(ids) == 2


def test_an_earlier_store_is_copied_and_then_brought_up_to_date(
    store: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with closing(open_writer(store)) as writer:
        identity.put(writer, "fact", "told")
    monkeypatch.setattr(migration, "STEPS", (*STEPS, NEXT))

    with closing(open_writer(store)) as writer:
        assert migration.version_of(writer) == len(STEPS) + 1
        assert identity.get(writer, "fact") == "told"

    backup = store.with_name(f"usage.db.before-{len(STEPS) + 1}")
    with closing(sqlite3.connect(backup)) as old:
        assert migration.version_of(old) == len(STEPS)


def test_a_step_that_fails_changes_nothing(
    store: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    open_writer(store).close()
    with closing(sqlite3.connect(store, isolation_level=None)) as connection:
        monkeypatch.setattr(migration, "STEPS", (*STEPS, BROKEN))

        with pytest.raises(sqlite3.OperationalError):
            migration.migrate(connection, store)

        assert migration.version_of(connection) == len(STEPS)
        tables = connection.execute("SELECT name FROM sqlite_master")
        assert "later" not in {name for (name,) in tables}


def test_a_step_that_another_process_took_is_not_taken_again(
    store: Path,
) -> None:
    open_writer(store).close()
    with closing(sqlite3.connect(store, isolation_level=None)) as connection:
        migration._take(connection, 0)  # noqa: SLF001 - the race itself

        assert migration.version_of(connection) == len(STEPS)


def test_records_are_numbered_as_they_were_by_the_first_schema(
    store: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(migration, "STEPS", STEPS[:1])
    with closing(open_writer(store)) as writer:
        writer.executemany(
            "INSERT INTO message VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            [
                (-5, 2, 20, *range(1, 13), "msg_b", "req_b"),
                (7, 1, 10, *range(1, 13), "msg_a", "req_a"),
            ],
        )
    monkeypatch.setattr(migration, "STEPS", STEPS)

    with closing(open_writer(store)) as writer:
        rows = writer.execute(
            "SELECT seq, key, at_ms, message_id FROM message"
        )
        assert rows.fetchall() == [(1, 7, 10, "msg_a"), (2, -5, 20, "msg_b")]
