from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.store import accounts, cursors

if TYPE_CHECKING:
    from claude_tray.store.connection import Writer


ROW = (7, 100, 5, 90, b"seal", "/home/ada/notes")


def test_cursors_are_saved_updated_and_deleted(writer: Writer) -> None:
    cursors.save_cursors(writer, [("/a.jsonl", ROW), ("/b.jsonl", ROW)])
    further = (7, 200, 6, 200, b"other", "/home/ada/notes")
    cursors.save_cursors(writer, [("/a.jsonl", further)])
    cursors.delete_cursors(writer, ["/b.jsonl"])

    assert cursors.load_cursors(writer) == {"/a.jsonl": further}


def test_path_with_invalid_utf8_survives(writer: Writer) -> None:
    path = "/a-\udcff.jsonl"

    cursors.save_cursors(writer, [(path, ROW)])

    assert cursors.load_cursors(writer) == {path: ROW}
    cursors.delete_cursors(writer, [path])
    assert cursors.load_cursors(writer) == {}


def test_files_below_a_folder_are_counted_by_age(writer: Writer) -> None:
    complete = (7, 90, 5, 90, b"seal", "/home/ada/notes")
    later = (7, 90, 6, 90, b"seal", "/home/ada/notes")
    cursors.save_cursors(
        writer,
        [
            ("/é/p/a.jsonl", ROW),
            ("/é/p/b.jsonl", complete),
            ("/é/p/c-\udcff.jsonl", complete),
            ("/é/p/later.jsonl", later),
            ("/ée/p/other.jsonl", complete),
            ("/é-\udcff/p/other.jsonl", complete),
        ],
    )

    assert cursors.count_files_before(writer, "/é", 6) == (3, 2)
    assert cursors.count_files_before(writer, "/é-\udcff", 6) == (1, 1)
    assert cursors.count_files_before(writer, "/none", 6) == (0, 0)


def test_folder_with_invalid_utf8_survives(writer: Writer) -> None:
    accounts.save_folder_accounts(writer, {"/claude-\udcff": "ada"})
    accounts.save_seen_folders(writer, ["/other-\udcff"], 7)

    assert accounts.load_folder_accounts(writer) == {"/claude-\udcff": "ada"}
    assert accounts.list_seen_folders(writer, 1) == ["/other-\udcff"]
