from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from claude_tray.errors import StoreError
from claude_tray.store import metadata, migrations
from claude_tray.store.connection import open_reader, open_writer
from claude_tray.store.schema import MIGRATIONS
from tests.support.builders import make_record
from tests.support.old_stores import write_old_store
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from pathlib import Path


NEXT_STEP = "CREATE TABLE later (x);\nCREATE TABLE more (y);\n"
BROKEN_STEP = "CREATE TABLE later (x);\nCREATE NONSENSE;\n"


def test_a_store_is_told_from_all_others(tmp_path: Path) -> None:
    with (
        closing(open_writer(tmp_path / "a.db")) as one,
        closing(open_writer(tmp_path / "b.db")) as other,
    ):
        ids = {metadata.get_value(w, "store_id") for w in (one, other)}

    assert len(ids) == 2


def test_an_earlier_store_is_copied_and_then_brought_up_to_date(
    store: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with closing(open_writer(store)) as writer:
        metadata.set_value(writer, "fact", "told")
    monkeypatch.setattr(migrations, "MIGRATIONS", (*MIGRATIONS, NEXT_STEP))

    with closing(open_writer(store)) as writer:
        assert migrations.get_schema_version(writer) == len(MIGRATIONS) + 1
        assert metadata.get_value(writer, "fact") == "told"

    (backup,) = store.parent.glob(f"usage.db.before-{len(MIGRATIONS) + 1}-2*")
    with closing(sqlite3.connect(backup)) as old:
        assert migrations.get_schema_version(old) == len(MIGRATIONS)


def test_a_step_that_fails_changes_nothing(
    store: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    open_writer(store).close()
    with closing(sqlite3.connect(store, isolation_level=None)) as connection:
        monkeypatch.setattr(
            migrations, "MIGRATIONS", (*MIGRATIONS, BROKEN_STEP)
        )

        with pytest.raises(sqlite3.OperationalError):
            migrations.migrate(connection, store)

        assert migrations.get_schema_version(connection) == len(MIGRATIONS)
        tables = connection.execute("SELECT name FROM sqlite_master")
        assert "later" not in {name for (name,) in tables}


def test_steps_that_another_process_took_are_not_taken_again(
    store: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    open_writer(store).close()
    monkeypatch.setattr(migrations, "MIGRATIONS", (*MIGRATIONS, NEXT_STEP))
    with closing(sqlite3.connect(store, isolation_level=None)) as connection:
        # As one that looked before the other had begun.
        monkeypatch.setattr(migrations, "needs_migration", lambda _: True)
        migrations.migrate(connection, store)
        migrations.migrate(connection, store)

        assert migrations.get_schema_version(connection) == len(MIGRATIONS) + 1
    assert len(list(store.parent.glob("*.before-*"))) == 1


def test_a_backup_takes_the_place_of_one_of_the_same_version(
    store: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    open_writer(store).close()
    old = store.with_name(
        f"usage.db.before-{len(MIGRATIONS) + 1}-20260101T000000"
    )
    old.write_bytes(b"an earlier try")
    monkeypatch.setattr(migrations, "MIGRATIONS", (*MIGRATIONS, NEXT_STEP))

    open_writer(store).close()

    (backup,) = store.parent.glob("usage.db.before-*")
    assert backup != old


def test_a_second_try_within_the_second_keeps_its_backup(
    store: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_old_store(store, 1)
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", (*MIGRATIONS, BROKEN_STEP))
        with pytest.raises(StoreError):
            open_writer(store)

    open_writer(store).close()

    (backup,) = store.parent.glob("usage.db.before-*")
    with closing(sqlite3.connect(backup)) as old:
        assert migrations.get_schema_version(old) == 1


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS)))
def test_a_store_of_every_earlier_schema_keeps_what_it_holds(
    store: Path,
    tmp_path: Path,
    version: int,
) -> None:
    write_old_store(store, version)
    with closing(open_reader(store)) as reader:
        assert migrations.get_schema_version(reader) == len(MIGRATIONS)
        before_rows = reader.execute(
            "SELECT key, seq, at_ms, input, request_id FROM message"
            " ORDER BY seq",
        ).fetchall()
    assert before_rows == [
        (-7919, 1, 10, 5, "req_1"),
        (-15838, 2, 20, 5, "req_2"),
    ]
    with (
        closing(open_writer(store)) as old,
        closing(open_writer(tmp_path / "new.db")) as new,
    ):
        assert _read_schema(old) == _read_schema(new)
        save_records(old, make_record())


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS)))
def test_a_migration_that_is_cut_short_changes_nothing(
    store: Path,
    version: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_old_store(store, version)
    monkeypatch.setattr(migrations, "MIGRATIONS", (*MIGRATIONS, BROKEN_STEP))
    with closing(sqlite3.connect(store)) as before:
        schema = _read_schema(before)

    with pytest.raises(StoreError):
        open_writer(store)

    with closing(sqlite3.connect(store)) as after:
        assert _read_schema(after) == schema
        assert migrations.get_schema_version(after) == version
        (count,) = after.execute("SELECT count(*) FROM message").fetchone()
    assert count == 2


def _read_schema(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    return connection.execute(
        "SELECT name, sql FROM sqlite_master ORDER BY name",
    ).fetchall()
