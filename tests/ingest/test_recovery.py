from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from claude_tray.ingest.recovery import recover_corrupt_copies
from claude_tray.store.connection import open_writer
from claude_tray.store.integrity import (
    list_corrupt_copies,
    move_corrupt_database,
)
from tests.support.builders import PRICES, at, make_record
from tests.support.store_records import dump_store, save_records

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.store.connection import Writer


def _write_copy(store: Path, *statements: str) -> list[Path]:
    """Store ten messages and move the database away."""
    with closing(open_writer(store)) as writer:
        save_records(
            writer, *(make_record(message=f"msg_{n}") for n in range(10))
        )
        for statement in statements:
            writer.execute(statement)
    move_corrupt_database(store, at("09:00"))
    return list_corrupt_copies(store)


def _list_messages(writer: Writer) -> list[str]:
    return sorted(
        name for (name,) in writer.execute("SELECT message_id FROM message")
    )


def test_what_a_copy_holds_is_taken_over_once(tmp_path: Path) -> None:
    store = tmp_path / "usage.db"
    copies = _write_copy(store)
    with closing(open_writer(store)) as writer:
        assert recover_corrupt_copies(writer, copies, PRICES) == 10
        assert recover_corrupt_copies(writer, copies, PRICES) == 0
        assert _list_messages(writer) == [f"msg_{n}" for n in range(10)]
    assert copies[0].exists()


def test_transcripts_take_precedence(tmp_path: Path) -> None:
    store = tmp_path / "usage.db"
    copies = _write_copy(
        store,
        "UPDATE message SET output = output + 64",
        "UPDATE session SET uuid = 'session-?'",
    )
    known = [make_record(message=f"msg_{n}") for n in range(10)]
    with closing(open_writer(store)) as writer:
        save_records(writer, *known)
        before = dump_store(writer)

        assert recover_corrupt_copies(writer, copies, PRICES) == 0
        assert dump_store(writer) == before


def test_a_record_with_a_damaged_key_is_left_out(tmp_path: Path) -> None:
    store = tmp_path / "usage.db"
    copies = _write_copy(
        store,
        "UPDATE message SET key = key + 1 WHERE seq = 3",
        "UPDATE message SET message_id = 'msg_x' WHERE seq = 7",
        "UPDATE message SET key = 77, message_id = '' WHERE seq = 9",
    )
    with closing(open_writer(store)) as writer:
        # Without an ID a key cannot be checked.
        assert recover_corrupt_copies(writer, copies, PRICES) == 8


def test_an_interrupted_recovery_goes_on_at_the_next_run(
    tmp_path: Path,
) -> None:
    store = tmp_path / "usage.db"
    copies = _write_copy(store)
    with closing(open_writer(store)) as writer:
        recover_corrupt_copies(writer, copies, PRICES, lambda: True)
        writer.execute("DELETE FROM message WHERE seq > 4")

        assert recover_corrupt_copies(writer, copies, PRICES) == 6


def test_an_unreadable_copy_is_tried_once(tmp_path: Path) -> None:
    store = tmp_path / "usage.db"
    copy = tmp_path / "usage.db.corrupt-20260301T090000"
    copy.write_bytes(b"SQLite format 3\0" + b"harmed" * 1_000)
    with closing(open_writer(store)) as writer:
        assert recover_corrupt_copies(writer, [copy], PRICES) == 0
        copy.unlink()
        _write_copy(tmp_path / "other.db")[0].rename(copy)

        assert recover_corrupt_copies(writer, [copy], PRICES) == 0
