from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from claude_tray.engine import batches as batches_module
from claude_tray.engine import intake as intake_module
from claude_tray.engine.batches import Todo, batches, portions
from claude_tray.engine.choices import Folder
from claude_tray.engine.gain import Gain
from claude_tray.engine.intake import Intake
from claude_tray.store import identity
from claude_tray.store.connection import Writer, open_writer
from claude_tray.transcripts.locate import Transcript
from tests.support.builders import (
    PRICES,
    ClaudeFolder,
    a_limit_line,
    a_line,
    ms,
)
from tests.support.keeping import contents

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NO_SECOND_FILE = """
    CREATE TRIGGER no_second BEFORE INSERT ON file
    WHEN (SELECT count(*) FROM file) = 1
    BEGIN SELECT RAISE(ABORT, 'no more'); END
"""


@pytest.fixture
def claude(tmp_path: Path) -> ClaudeFolder:
    return ClaudeFolder(tmp_path / "claude")


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with closing(open_writer(tmp_path / "usage.db")) as writer:
        yield writer


@pytest.fixture
def intake(writer: Writer, claude: ClaudeFolder) -> Intake:
    return Intake(writer, [Folder(claude.path)], PRICES)


def _take(intake: Intake) -> Gain:
    gain = Gain()
    for batch in batches(intake.look()):
        gain = gain.plus(intake.take(batch))
    return gain


def test_what_is_new_is_taken_in_once(
    claude: ClaudeFolder,
    intake: Intake,
) -> None:
    claude.append(a_line(message="msg_1"), a_line(message="msg_2"))

    first = _take(intake)
    again = _take(intake)

    assert (first.files_read, first.added) == (1, 2)
    assert first.first_ms == ms("09:00")
    assert again == Gain()


def test_copies_in_other_files_are_the_same_messages(
    claude: ClaudeFolder,
    intake: Intake,
    writer: Writer,
) -> None:
    claude.append(a_line(message="msg_1", output=3))
    claude.append(
        a_line(message="msg_1", output=172, sessionId="session-b"),
        a_line("09:10", message="msg_2", sessionId="session-b"),
        name="session-b.jsonl",
    )

    gain = _take(intake)

    assert gain.added == 2
    outputs = writer.execute("SELECT output FROM message ORDER BY output")
    assert outputs.fetchall() == [(5,), (172,)]


def test_a_growing_file_is_read_from_where_it_was(
    claude: ClaudeFolder,
    intake: Intake,
) -> None:
    path = claude.append(a_line(message="msg_1", output=1))
    _take(intake)
    line = a_line(message="msg_1", output=9)
    claude.append(line)

    todo = intake.look_at(str(path))
    gain = intake.take(todo)

    assert (gain.added, gain.updated, gain.bytes_read) == (0, 1, len(line))
    assert intake.look_at(str(path)) == []
    assert intake.look_at("/elsewhere/x.jsonl") == []


def test_what_is_lost_is_counted_for_good(
    claude: ClaudeFolder,
    intake: Intake,
    writer: Writer,
) -> None:
    claude.append(b"no json\n", a_line())

    gain = _take(intake)

    assert gain.bad_lines == 1
    assert identity.get(writer, "bad_lines") == "1"


def test_a_file_that_is_gone_keeps_its_messages(
    claude: ClaudeFolder,
    intake: Intake,
    writer: Writer,
) -> None:
    gone = claude.append(a_line(message="msg_1"))
    claude.append(a_line(message="msg_2"), name="session-b.jsonl")
    _take(intake)
    gone.unlink()

    assert _take(intake) == Gain()

    (messages,) = writer.execute("SELECT count(*) FROM message").fetchone()
    (files,) = writer.execute("SELECT count(*) FROM file").fetchone()
    assert (messages, files) == (2, 1)


def test_a_file_that_vanishes_while_it_is_read_is_told(
    claude: ClaudeFolder,
    intake: Intake,
) -> None:
    path = claude.append(a_line())
    todo = intake.look()
    path.unlink()

    assert intake.take(todo) == Gain()
    assert list(intake.unreadable) == [str(path)]


def test_a_folder_that_cannot_be_listed_is_told(
    claude: ClaudeFolder,
    intake: Intake,
) -> None:
    claude.projects.rmdir()
    claude.projects.write_text("no folder")

    assert intake.look() == []
    assert intake.unreadable == {str(claude.projects): "cannot be read"}


def test_where_there_is_no_folder_there_are_no_transcripts_yet(
    claude: ClaudeFolder,
    intake: Intake,
) -> None:
    claude.projects.rmdir()

    assert intake.look() == []
    assert intake.trouble() == f"no transcripts yet in {claude.projects}"

    claude.append(a_line())
    intake.look()
    assert intake.trouble() == ""


def test_a_path_that_cannot_be_looked_at_is_told(
    claude: ClaudeFolder,
    intake: Intake,
) -> None:
    path = str(claude.projects / ("x" * 5_000)) + ".jsonl"

    assert intake.look_at(path) == []
    assert path in intake.unreadable


def test_another_process_may_have_read_it_meanwhile(
    tmp_path: Path,
    claude: ClaudeFolder,
    intake: Intake,
) -> None:
    claude.append(a_line(message="msg_1"))
    _take(intake)
    claude.append(a_line(message="msg_2"))
    with closing(open_writer(tmp_path / "usage.db")) as other:
        _take(Intake(other, [Folder(claude.path)], PRICES))

    assert _take(intake) == Gain()


def test_a_limit_that_was_hit_lets_windows_go(
    claude: ClaudeFolder,
    intake: Intake,
    writer: Writer,
) -> None:
    text = "You've hit your session limit · resets 1pm (UTC)"
    claude.append(a_line(), a_limit_line(text))

    _take(intake)

    hits = writer.execute("SELECT kind, resets_ms FROM limit_hit").fetchall()
    assert hits == [("five_hour", ms("13:00"))]


def test_a_line_under_two_accounts_belongs_to_one(
    tmp_path: Path,
    claude: ClaudeFolder,
    writer: Writer,
) -> None:
    other = ClaudeFolder(tmp_path / "other")
    line = a_line(message="msg_1")
    claude.append(line)
    other.append(line)
    folders = [Folder(claude.path, "b"), Folder(other.path, "a")]

    _take(Intake(writer, folders, PRICES))

    (row,) = contents(writer)["message"]
    assert row[3] == "a"


def test_lines_of_others_move_the_cursor_and_nothing_else(
    claude: ClaudeFolder,
    intake: Intake,
) -> None:
    claude.append(b'{"type":"user"}\n')

    gain = _take(intake)

    assert (gain.files_read, gain.added, gain.first_ms) == (1, 0, None)
    assert _take(intake) == Gain()


def test_memory_holds_no_more_than_a_portion_of_a_batch() -> None:
    todo = [
        Todo(Transcript(str(number), "p", 0, 0, 0), "", size)
        for number, size in enumerate([3 << 20, 5 << 20, 9 << 20, 1])
    ]

    found = [[item.transcript.path for item in p] for p in portions(todo)]

    assert found == [["0", "1"], ["2"], ["3"]]


def test_a_batch_is_kept_as_a_whole_or_not_at_all(
    claude: ClaudeFolder,
    intake: Intake,
    writer: Writer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(batches_module, "_PORTION", 1)
    claude.append(a_line(message="msg_1"), name="one.jsonl")
    claude.append(a_line(message="msg_1"), a_line(message="msg_2"))
    before = contents(writer)
    writer.execute(_NO_SECOND_FILE)

    with pytest.raises(sqlite3.IntegrityError):
        intake.take(intake.look())

    assert contents(writer) == before
    writer.execute("DROP TRIGGER no_second")
    gain = _take(intake)
    assert (gain.files_read, gain.added) == (2, 2)


def test_the_newest_file_comes_first_in_batches_that_grow() -> None:
    todo = [
        Todo(Transcript(str(n), "p", 0, 0, 0), "", size)
        for n, size in enumerate([3 << 20, 2 << 20, 8 << 20, 1, 1])
    ]

    found = [[item.transcript.path for item in b] for b in batches(todo)]

    assert found == [["0", "1"], ["2"], ["3", "4"]]


def test_a_large_file_is_read_in_parts_to_its_last_line(
    claude: ClaudeFolder,
    intake: Intake,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(intake_module, "PART_BYTES", 1 << 20)
    monkeypatch.setattr(batches_module, "PART_BYTES", 1 << 20)
    filler = b'{"type":"user","x":"' + b"x" * 1_000 + b'"}\n'
    path = claude.append(
        *(a_line(message=f"msg_{n}") + filler * 300 for n in range(10)),
    )

    todo = intake.look()
    parts = list(batches(todo))
    gains = [intake.take(batch) for batch in parts]

    assert len(parts) == 3
    assert sum(gain.files_read for gain in gains) == 1
    assert sum(gain.bytes_read for gain in gains) == path.stat().st_size
    assert [gain.added for gain in gains if gain.added] != [10]
    assert sum(gain.added for gain in gains) == 10
    assert intake.look() == []


def test_two_folders_that_are_one_by_a_link_are_looked_at_once(
    claude: ClaudeFolder,
    writer: Writer,
    tmp_path: Path,
) -> None:
    claude.append(a_line())
    link = tmp_path / "link"
    link.symlink_to(claude.path)
    intake = Intake(writer, [Folder(claude.path), Folder(link)], PRICES)

    assert len(intake.look()) == 1
    assert intake.folders_seen == 2


def test_a_file_that_was_over_with_a_part_is_not_read_again(
    claude: ClaudeFolder,
    intake: Intake,
) -> None:
    claude.append(a_line())
    todo = intake.look()

    first = intake.take(todo)
    again = intake.take(todo)

    assert (first.files_read, again) == (1, Gain())


def test_a_file_that_is_left_between_its_parts_is_taken_up_again(
    claude: ClaudeFolder,
    intake: Intake,
    writer: Writer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(intake_module, "PART_BYTES", 1 << 20)
    filler = b'{"type":"user","x":"' + b"x" * 1_000 + b'"}\n'
    claude.append(
        *(a_line(message=f"msg_{n}") + filler * 300 for n in range(10)),
    )
    first = intake.take(intake.look())

    again = Intake(writer, [Folder(claude.path)], PRICES)
    (rest,) = again.look()

    assert 0 < first.added < 10
    assert rest.size == rest.transcript.size - first.bytes_read
    monkeypatch.setattr(intake_module, "PART_BYTES", 1 << 30)
    assert again.take([rest]).added == 10 - first.added


def test_very_many_tiny_files_are_not_held_all_at_once() -> None:
    todo = [Todo(Transcript("x", "p", 0, 0, 0), "", 1)] * 10_000

    found = list(portions(todo))

    assert sum(map(len, found)) == 10_000
    assert max(map(len, found)) < 100
