from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from claude_tray.errors import StoreCorruptError, StoreError
from claude_tray.store.connection import explained, open_writer
from claude_tray.store.repair import is_cut, is_damaged, set_aside
from tests.support.builders import at

if TYPE_CHECKING:
    from pathlib import Path


def test_a_damaged_store_is_kept_beside(tmp_path: Path) -> None:
    store = tmp_path / "usage.db"
    for suffix in ("", "-wal", "-shm"):
        store.with_name(f"usage.db{suffix}").write_bytes(b"damaged")

    aside = set_aside(store, at("09:00"))

    assert aside.name == "usage.db.corrupt-20260301T090000"
    assert [path.name for path in tmp_path.iterdir()] == [aside.name]


def test_a_store_that_cannot_be_set_aside_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be set aside") as caught:
        set_aside(tmp_path / "gone" / "usage.db", at("09:00"))

    assert str(tmp_path / "gone") in caught.value.hint


def test_a_store_that_is_just_deleted_is_not_cut(store: Path) -> None:
    with closing(open_writer(store)) as writer:
        store.unlink()
        store.with_name("usage.db-wal").unlink()

        assert not is_cut(writer, store)


def test_a_store_is_whole_as_it_is_made_and_with_an_index_more(
    store: Path,
) -> None:
    with closing(open_writer(store)) as writer:
        assert not is_damaged(store)
        writer.execute("CREATE INDEX own ON message (model)")

    assert not is_damaged(store)


def test_a_store_that_cannot_be_opened_is_not_thereby_damaged(
    store: Path,
) -> None:
    assert not is_damaged(store)
    assert not store.exists()


@pytest.mark.parametrize(
    ("name", "other"),
    [(b"counted_ms", b"counted_mt"), (b"counted_ms", b"counted\xff\xfe\xfd")],
)
def test_a_table_that_is_not_as_it_was_made_is_damage(
    store: Path,
    name: bytes,
    other: bytes,
) -> None:
    open_writer(store).close()
    data = store.read_bytes()
    assert name in data
    store.write_bytes(data.replace(name, other))

    assert is_damaged(store)


def test_a_value_of_nonsense_is_damage_only_in_a_damaged_store(
    store: Path,
) -> None:
    open_writer(store).close()
    with pytest.raises(ValueError, match="invalid literal"), explained(store):
        int("1x")
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("DROP TABLE file")

    with pytest.raises(StoreCorruptError), explained(store):
        int("1x")
    with (
        closing(sqlite3.connect(store)) as connection,
        pytest.raises(StoreCorruptError),
        explained(store),
    ):
        connection.execute("SELECT * FROM file")
