from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from claude_tray.core.accounts import Account
from claude_tray.core.windows import WindowRule
from claude_tray.errors import StoreCorruptError, StoreError
from claude_tray.store.connection import (
    Writer,
    check_integrity,
    checked_writer,
    is_truncated,
    open_writer,
    transaction,
    translate_sqlite_errors,
)
from claude_tray.store.integrity import (
    is_damaged,
    is_intact,
    is_marked_clean,
    list_corrupt_copies,
    mark_clean,
    move_corrupt_database,
)
from claude_tray.store.minute_sums import maintain_minutes
from claude_tray.store.recovery import recover_rows
from claude_tray.store.repair import repair_values
from claude_tray.store.windows import persist_closed
from tests.support.builders import at, make_record, ms
from tests.support.old_stores import write_old_store
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from pathlib import Path


def test_damaged_store_is_moved_away(tmp_path: Path) -> None:
    store = tmp_path / "usage.db"
    for suffix in ("", "-wal", "-shm"):
        store.with_name(f"usage.db{suffix}").write_bytes(b"damaged")

    corrupt_copy = move_corrupt_database(store, at("09:00"))

    assert corrupt_copy.name == "usage.db.corrupt-20260301T090000"
    assert [path.name for path in tmp_path.iterdir()] == [corrupt_copy.name]
    assert corrupt_copy.read_bytes() == b"damaged"


def test_an_earlier_copy_is_never_overwritten(tmp_path: Path) -> None:
    store = tmp_path / "usage.db"
    for number in ("", "-2"):
        name = f"usage.db.corrupt-20260301T090000{number}"
        store.with_name(name).write_text(f"history{number}")
    store.write_text("damaged")

    corrupt_copy = move_corrupt_database(store, at("09:00"))

    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "usage.db.corrupt-20260301T090000": "history",
        "usage.db.corrupt-20260301T090000-2": "history-2",
        "usage.db.corrupt-20260301T090000-3": "damaged",
    }
    assert corrupt_copy.name.endswith("-3")


def test_a_database_is_moved_away_once_in_a_process(tmp_path: Path) -> None:
    store = tmp_path / "usage.db"
    store.write_text("damaged")
    move_corrupt_database(store, at("09:00"))
    store.write_text("damaged again")

    with pytest.raises(StoreError, match="damaged again"):
        move_corrupt_database(store, at("09:01"))

    assert store.read_text() == "damaged again"


def test_the_log_of_a_damaged_database_is_kept(
    store: Path, filled: Writer
) -> None:
    wal = store.with_name("usage.db-wal")
    log = wal.read_bytes()
    assert log

    corrupt_copy = move_corrupt_database(store, at("09:00"))
    filled.close()

    kept = corrupt_copy.with_name(f"{corrupt_copy.name}-wal")
    assert kept.read_bytes() == log
    assert list_corrupt_copies(store) == [corrupt_copy]
    rows, lost = recover_rows(corrupt_copy)
    assert (len(rows), lost) == (5, 0)


def test_no_folder_has_no_corrupt_copies(tmp_path: Path) -> None:
    assert list_corrupt_copies(tmp_path / "gone" / "usage.db") == []


def test_a_corrupt_database_that_cannot_be_moved_raises(
    tmp_path: Path,
) -> None:
    with pytest.raises(StoreError, match="cannot be moved away") as excinfo:
        move_corrupt_database(tmp_path / "gone" / "usage.db", at("09:00"))

    assert str(tmp_path / "gone") in excinfo.value.hint


def test_a_corrupt_database_that_is_gone_leaves_no_empty_copy(
    tmp_path: Path,
) -> None:
    with pytest.raises(StoreError, match="cannot be moved away"):
        move_corrupt_database(tmp_path / "usage.db", at("09:00"))

    assert list(tmp_path.iterdir()) == []


def test_just_deleted_store_is_not_truncated(store: Path) -> None:
    with closing(open_writer(store)) as writer:
        store.unlink()
        store.with_name("usage.db-wal").unlink()

        assert not is_truncated(writer, store)


def test_new_store_with_an_extra_index_is_intact(
    store: Path,
) -> None:
    with closing(open_writer(store)) as writer:
        assert not is_damaged(store)
        writer.execute("CREATE INDEX own ON message (model)")

    assert not is_damaged(store)


def test_unopenable_store_is_not_damaged(
    store: Path,
) -> None:
    assert not is_damaged(store)
    assert not store.exists()


@pytest.mark.parametrize(
    ("name", "other"),
    [(b"counted_ms", b"counted_mt"), (b"counted_ms", b"counted\xff\xfe\xfd")],
)
def test_changed_table_is_damage(
    store: Path,
    name: bytes,
    other: bytes,
) -> None:
    open_writer(store).close()
    data = store.read_bytes()
    assert name in data
    store.write_bytes(data.replace(name, other))

    assert is_damaged(store)


def test_value_error_means_damage_only_in_a_damaged_store(
    store: Path,
) -> None:
    open_writer(store).close()
    with (
        pytest.raises(ValueError, match="invalid literal"),
        translate_sqlite_errors(store),
    ):
        int("1x")
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("DROP TABLE file")

    with pytest.raises(StoreCorruptError), translate_sqlite_errors(store):
        int("1x")
    with (
        closing(sqlite3.connect(store)) as connection,
        pytest.raises(StoreCorruptError),
        translate_sqlite_errors(store),
    ):
        connection.execute("SELECT * FROM file")


@pytest.fixture
def filled(writer: Writer) -> Writer:
    save_records(writer, *(make_record(f"{9 + n}:00") for n in range(5)))
    persist_closed(
        writer, Account("", "ada", "", WindowRule.EXACT), ms("23:00")
    )
    return writer


def test_written_store_is_intact(filled: Writer) -> None:
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

    assert is_intact(filled)


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE session SET uuid = CAST(x'ff' AS TEXT)",
        "UPDATE message SET output = output + 64 WHERE seq = 3",
        "UPDATE cell SET cost = cost + 1",
        "UPDATE usage_session SET incomplete = 1",
        "UPDATE usage_project SET messages = messages + 1",
        "DROP TABLE told_limit",
    ],
)
def test_impossible_values_are_damage(
    filled: Writer,
    harm: str,
) -> None:
    filled.execute(harm)

    assert not is_intact(filled)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE message SET at_ms = at_ms + (1 << 60) WHERE seq = 3",
        "UPDATE message SET origin_ms = -(1 << 60) WHERE seq = 3",
        "UPDATE closed_window SET source = 'espimated'",
        "UPDATE closed_window SET rule = 'exacd'",
        "UPDATE closed_window SET end_ms = 1 << 60",
    ],
)
def test_a_value_is_no_damage_and_is_repaired(
    filled: Writer, store: Path, change: str
) -> None:
    assert filled.execute(change).rowcount == 1

    assert is_intact(filled)
    check_integrity(filled, store)

    assert is_intact(filled)
    assert repair_values(filled) == 0


def test_a_repair_rebuilds_all_sums(filled: Writer) -> None:
    with transaction(filled):
        maintain_minutes(filled, ms("14:00"))
    filled.execute("UPDATE message SET at_ms = 1 << 60 WHERE seq = 3")
    filled.execute("UPDATE usage_project SET cost = cost + 0.5")
    filled.execute("UPDATE usage_project SET input = 1e300")

    with transaction(filled):
        assert repair_values(filled) > 0
        maintain_minutes(filled, ms("14:00"))

    assert is_intact(filled)
    for table in ("cell", "usage_session", "usage_project", "minute"):
        (messages, kinds) = filled.execute(
            "SELECT sum(messages), group_concat(DISTINCT typeof(cost))"  # noqa: S608
            f" FROM {table}"
        ).fetchone()
        assert (messages, kinds) == (4, "integer"), table


@pytest.mark.parametrize(
    "table", ["cell", "usage_session", "usage_project", "closed_window"]
)
def test_a_sum_that_is_no_integer_is_computed_again(
    filled: Writer, table: str
) -> None:
    query = "SELECT sum(input), sum(messages) FROM usage_project"
    before = filled.execute(query).fetchone()
    filled.execute(f"UPDATE {table} SET input = 1e300")  # noqa: S608

    with transaction(filled):
        assert repair_values(filled) > 0

    assert is_intact(filled)
    assert filled.execute(query).fetchone() == before
    assert repair_values(filled) == 0


def test_concurrently_written_store_is_intact(
    filled: Writer,
    store: Path,
) -> None:
    ended = threading.Event()

    def write() -> None:
        with closing(open_writer(store)) as other:
            while not ended.is_set():
                save_records(other, make_record())

    writing = threading.Thread(target=write)
    writing.start()
    found = {is_intact(filled) for _ in range(200)}
    ended.set()
    writing.join()

    assert found == {True}


def test_earlier_store_is_intact_without_newer_tables(
    store: Path,
) -> None:
    write_old_store(store, 1)

    with closing(sqlite3.connect(store)) as earlier:
        assert is_intact(earlier)
    with checked_writer(store) as writer:
        assert is_intact(writer)


def test_store_of_a_newer_version_is_no_damage(store: Path) -> None:
    open_writer(store).close()
    with closing(sqlite3.connect(store)) as newer:
        newer.execute("DROP TABLE file")
        newer.execute("PRAGMA user_version = 999")

        with (
            pytest.raises(StoreError, match="no such table"),
            translate_sqlite_errors(store),
        ):
            newer.execute("SELECT * FROM file")

    assert not is_damaged(store)


def test_clean_store_is_not_checked_again(
    store: Path,
) -> None:
    with checked_writer(store) as writer:
        save_records(writer, make_record())
    assert is_marked_clean(store)
    before = store.stat()
    writer = open_writer(store)
    writer.execute("UPDATE message SET input = input + 1")
    writer.close()
    assert not is_marked_clean(store)

    # As if nobody had changed it.
    os.utime(store, ns=(before.st_atime_ns, before.st_mtime_ns))
    with checked_writer(store):
        pass
    os.utime(store)
    with pytest.raises(StoreCorruptError), checked_writer(store):
        pass


def test_uncheckable_store_is_not_damaged(
    store: Path,
) -> None:
    write_old_store(store, 1)
    with (
        closing(sqlite3.connect(store)) as holder,
        closing(sqlite3.connect(store, timeout=0)) as other,
    ):
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            is_intact(other)


def test_store_without_marker_is_checked_again(store: Path) -> None:
    with checked_writer(store):
        pass
    mark = store.with_name("usage.db.known")
    mark.unlink()
    mark.mkdir()

    mark_clean(store)

    assert not is_marked_clean(store)
