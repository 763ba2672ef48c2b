from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from claude_tray.errors import StoreCorruptError, StoreTooNewError
from claude_tray.store import recovery
from claude_tray.store.export import iter_export_rows
from claude_tray.store.recovery import is_sqlite_file, recover_rows
from tests.support.builders import make_record
from tests.support.old_stores import add_lookups, write_old_store
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.store.connection import Writer


@pytest.fixture
def filled(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> Writer:
    monkeypatch.setattr(recovery, "_CHUNK_ROWS", 4)
    save_records(writer, *(make_record(message=f"msg_{n}") for n in range(10)))
    return writer


def _recover(writer: Writer, store: Path) -> tuple[set[str], int]:
    writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    found, lost = recover_rows(store)
    return {row["message_id"] for row in found}, lost


def test_intact_store_is_recovered_completely(
    filled: Writer, store: Path
) -> None:
    filled.execute(
        "INSERT INTO imported_sum VALUES"
        " ('ccusage', '2026-03-01', 1, 1, 0, 3, 0, 0, 0, 0, NULL)",
    )
    filled.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    found, lost = recover_rows(store)

    assert lost == 0
    assert sorted(map(str, found)) == sorted(
        map(str, iter_export_rows(filled))
    )


def test_only_damaged_rows_are_skipped(
    filled: Writer,
    store: Path,
) -> None:
    filled.execute(
        "UPDATE message SET message_id = CAST(x'ff' AS TEXT) WHERE seq = 3",
    )
    filled.execute("UPDATE message SET at_ms = 1 << 60 WHERE seq = 7")

    names, lost = _recover(filled, store)

    assert lost == 2
    assert names == {f"msg_{n}" for n in range(10)} - {"msg_2", "msg_6"}


def test_damaged_page_loses_its_rows(
    filled: Writer,
    store: Path,
) -> None:
    save_records(
        filled, *(make_record(message=f"more_{n}") for n in range(300))
    )
    filled.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = store.read_bytes()
    at = data.index(b"req_of_msg_5") // 4096 * 4096
    store.write_bytes(data[:at] + bytes(4096) + data[at + 4096 :])

    found, lost = recover_rows(store)

    assert 0 < lost < 200
    assert len(found) == 310 - lost


def test_damaged_imported_totals_are_skipped(
    filled: Writer,
    store: Path,
) -> None:
    filled.execute("DROP TABLE imported_sum")

    names, lost = _recover(filled, store)

    assert (len(names), lost) == (10, 1)


def test_empty_store_has_no_rows(writer: Writer, store: Path) -> None:
    assert _recover(writer, store) == (set(), 0)


def test_copy_of_an_earlier_version_is_recovered(store: Path) -> None:
    write_old_store(store, 8, messages=3)
    add_lookups(store)
    before = store.read_bytes()

    rows, lost = recover_rows(store)

    assert (len(rows), lost) == (3, 0)
    assert store.read_bytes() == before
    assert list(store.parent.iterdir()) == [store]


def test_other_files_cannot_be_recovered(
    store: Path,
    tmp_path: Path,
) -> None:
    write_old_store(store, 1)
    with closing(sqlite3.connect(store)) as other:
        other.execute("PRAGMA user_version = 999")
    with pytest.raises(StoreTooNewError):
        recover_rows(store)
    noise = tmp_path / "noise"
    noise.write_bytes(b"SQLite format 3\0" + b"harmed" * 1_000)
    assert is_sqlite_file(noise)
    with pytest.raises(StoreCorruptError):
        recover_rows(noise)
