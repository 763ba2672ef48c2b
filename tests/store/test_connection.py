from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from claude_tray.errors import (
    StoreCorruptError,
    StoreError,
    StoreFullError,
    StoreLockedError,
    StoreTooNewError,
)
from claude_tray.store import metadata
from claude_tray.store.connection import (
    Writer,
    open_reader,
    open_writer,
    transaction,
    translate_sqlite_errors,
    writer_with_short_timeout,
)
from tests.support.builders import make_record
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_writer_creates_the_store_and_reader_sees_changes(
    store: Path,
    writer: Writer,
) -> None:
    with closing(open_reader(store)) as reader:
        metadata.set_value(writer, "fact", "told")

        assert metadata.get_value(reader, "fact") == "told"


@pytest.mark.skipif(sys.platform == "win32", reason="limits are of POSIX")
def test_store_on_a_full_disk_is_readable(
    store: Path,
) -> None:
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not available on Windows

    with closing(open_writer(store)) as writer:
        metadata.set_value(writer, "fact", "told")
    least, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    # Files cannot grow beyond this, like on a full disk.
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, most))
    try:
        with closing(open_reader(store)) as reader:
            assert metadata.get_value(reader, "fact") == "told"
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (least, most))


def test_reader_does_not_write(store: Path, writer: Writer) -> None:
    del writer
    with (
        closing(open_reader(store)) as reader,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        reader.execute("DELETE FROM identity")


def test_reader_needs_an_existing_store(
    store: Path,
) -> None:
    with pytest.raises(StoreError):
        open_reader(store)


def test_failure_to_create_the_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "own").write_text("no folder")

    with pytest.raises(StoreError) as excinfo:
        open_writer(tmp_path / "own" / "data" / "usage.db")

    assert "CLAUDE_TRAY_HOME" in excinfo.value.hint


@pytest.mark.parametrize("open_", [open_writer, open_reader])
def test_newer_store_is_rejected_unchanged(
    store: Path,
    open_: object,
) -> None:
    open_writer(store).close()
    with closing(sqlite3.connect(store)) as other:
        other.execute("PRAGMA user_version = 999")
    before = store.read_bytes()

    with pytest.raises(StoreTooNewError):
        (open_writer if open_ is open_writer else open_reader)(store)

    assert store.read_bytes() == before


def test_other_file_is_damaged(store: Path) -> None:
    store.parent.mkdir()
    store.write_bytes(b"this is no database" * 1000)

    with pytest.raises(StoreCorruptError):
        open_writer(store)


@pytest.mark.parametrize("open_", [open_writer, open_reader])
def test_truncated_store_is_damaged(
    store: Path,
    open_: Callable[[Path], object],
) -> None:
    open_writer(store).close()
    store.write_bytes(store.read_bytes()[:-1000])

    with pytest.raises(StoreCorruptError):
        open_(store)


def test_end_of_the_store_may_be_in_the_wal(
    store: Path,
    writer: Writer,
) -> None:
    metadata.set_value(writer, "fact", "told")
    with store.open("ab") as file:
        file.write(b"part of a page")

    with closing(open_reader(store)) as reader:
        assert metadata.get_value(reader, "fact") == "told"


def test_transaction_is_atomic(writer: Writer) -> None:
    def fail() -> None:
        with transaction(writer):
            metadata.set_value(writer, "fact", "told")
            raise KeyError

    with pytest.raises(KeyError):
        fail()

    assert metadata.get_value(writer, "fact") == ""


def test_full_disk_is_reported_without_loss(
    store: Path,
    writer: Writer,
) -> None:
    save_records(writer, make_record())
    (pages,) = writer.execute("PRAGMA page_count").fetchone()
    writer.execute(f"PRAGMA max_page_count = {pages}")

    def fill() -> None:
        with translate_sqlite_errors(store):
            save_records(writer, *(make_record() for _ in range(2_000)))

    with pytest.raises(StoreFullError):
        fill()

    (count,) = writer.execute("SELECT count(*) FROM message").fetchone()
    assert count == 1
    writer.execute("PRAGMA max_page_count = 1000000")
    save_records(writer, *(make_record() for _ in range(2_000)))


def test_unreadable_disk_is_not_a_full_disk(tmp_path: Path) -> None:
    (tmp_path / "usage.db").mkdir()

    with pytest.raises(StoreError) as excinfo:
        open_reader(tmp_path / "usage.db")

    assert type(excinfo.value) is StoreError
    assert "full" not in excinfo.value.summary


def test_unopenable_store_has_a_hint(
    tmp_path: Path,
) -> None:
    (tmp_path / "usage.db").mkdir()

    with pytest.raises(StoreError, match="not a regular file") as excinfo:
        open_writer(tmp_path / "usage.db")

    assert excinfo.value.hint == "Remove it, or set CLAUDE_TRAY_HOME."


def test_locked_store_is_reported(
    store: Path,
    writer: Writer,
) -> None:
    with (
        transaction(writer),
        pytest.raises(StoreLockedError) as excinfo,
        writer_with_short_timeout(store) as other,
        transaction(other),
    ):
        pass

    assert excinfo.value.hint == "Try again later."


def test_other_errors_are_reported_in_one_sentence(
    store: Path,
    writer: Writer,
) -> None:
    with pytest.raises(StoreError) as excinfo, translate_sqlite_errors(store):
        writer.execute("SELECT * FROM nothing")

    assert "doctor" in excinfo.value.hint


def test_value_error_is_not_explained_by_a_store_that_cannot_be_repaired(
    store: Path,
) -> None:
    open_writer(store).close()
    with closing(sqlite3.connect(store)) as other:
        other.execute("PRAGMA user_version = 999")
    before = store.read_bytes()

    with (
        pytest.raises(ValueError, match="invalid literal"),
        translate_sqlite_errors(store),
    ):
        int("1x")

    assert store.read_bytes() == before
