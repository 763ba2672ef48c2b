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


def test_each_store_has_its_own_id(tmp_path: Path) -> None:
    with (
        closing(open_writer(tmp_path / "a.db")) as one,
        closing(open_writer(tmp_path / "b.db")) as other,
    ):
        ids = {metadata.get_value(w, "store_id") for w in (one, other)}

    assert len(ids) == 2


def test_earlier_store_is_backed_up_and_migrated(
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


def test_failed_migration_is_rolled_back(
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


def test_migrations_of_another_process_are_not_repeated(
    store: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    open_writer(store).close()
    monkeypatch.setattr(migrations, "MIGRATIONS", (*MIGRATIONS, NEXT_STEP))
    with closing(sqlite3.connect(store, isolation_level=None)) as connection:
        # Like a process that checked before the other one started.
        monkeypatch.setattr(migrations, "needs_migration", lambda _: True)
        migrations.migrate(connection, store)
        migrations.migrate(connection, store)

        assert migrations.get_schema_version(connection) == len(MIGRATIONS) + 1
    assert len(list(store.parent.glob("*.before-*"))) == 1


def test_backup_replaces_one_of_the_same_version(
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


def test_retry_within_a_second_keeps_its_backup(
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
def test_stores_of_every_schema_keep_their_content(
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
def test_interrupted_migration_is_rolled_back(
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
