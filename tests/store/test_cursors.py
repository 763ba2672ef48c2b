from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.store import cursors, folders

if TYPE_CHECKING:
    from claude_tray.store.connection import Writer

ROW = (7, 100, 5, 90, b"seal", "/home/ada/notes")


def test_cursors_are_kept_moved_and_let_go(writer: Writer) -> None:
    cursors.move(writer, [("/a.jsonl", ROW), ("/b.jsonl", ROW)])
    further = (7, 200, 6, 200, b"other", "/home/ada/notes")
    cursors.move(writer, [("/a.jsonl", further)])
    cursors.forget(writer, ["/b.jsonl"])

    assert cursors.every(writer) == {"/a.jsonl": further}


def test_a_path_that_is_no_text_is_kept_as_it_is(writer: Writer) -> None:
    path = "/a-\udcff.jsonl"

    cursors.move(writer, [(path, ROW)])

    assert cursors.every(writer) == {path: ROW}
    assert cursors.older(writer, 6) == [(path, False)]
    cursors.forget(writer, [path])
    assert cursors.every(writer) == {}


def test_a_folder_that_is_no_text_is_remembered(writer: Writer) -> None:
    folders.remember(writer, {"/claude-\udcff": "ada"})
    folders.hear(writer, ["/other-\udcff"], 7)

    assert folders.accounts(writer) == {"/claude-\udcff": "ada"}
    assert folders.heard(writer, 1) == ["/other-\udcff"]
