from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from claude_tray.ingest.pipeline import Ingester
from claude_tray.ingest.result import IngestResult
from claude_tray.providers import transcripts as transcripts_module
from claude_tray.providers.base import Transcript
from claude_tray.providers.registry import AccountFolder
from claude_tray.providers.transcripts import (
    PendingFile,
    TranscriptReader,
    iter_batches,
)
from claude_tray.store import metadata
from claude_tray.store.connection import Writer, open_writer
from tests.support.builders import (
    PRICES,
    ClaudeFolder,
    make_limit_line,
    make_line,
    ms,
)
from tests.support.store_records import dump_store

if TYPE_CHECKING:
    from collections.abc import Iterator


FOLDER = AccountFolder(Path("claude"))
_REJECT_SECOND_FILE = """
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
def ingester(writer: Writer, claude: ClaudeFolder) -> Ingester:
    return Ingester(writer, [AccountFolder(claude.path)], PRICES)


def _ingest_all(ingester: Ingester) -> IngestResult:
    result = IngestResult()
    for batch in iter_batches(ingester.find_changed()):
        result = result.plus(ingester.ingest_batch(batch))
    return result


def test_new_lines_are_ingested_once(
    claude: ClaudeFolder,
    ingester: Ingester,
) -> None:
    claude.append(make_line(message="msg_1"), make_line(message="msg_2"))

    first = _ingest_all(ingester)
    again = _ingest_all(ingester)

    assert (first.files_read, first.added) == (1, 2)
    assert first.first_changed_ms == ms("09:00")
    assert again == IngestResult()


def test_copies_in_other_files_are_the_same_messages(
    claude: ClaudeFolder,
    ingester: Ingester,
    writer: Writer,
) -> None:
    claude.append(make_line(message="msg_1", output=3))
    claude.append(
        make_line(message="msg_1", output=172, sessionId="session-b"),
        make_line("09:10", message="msg_2", sessionId="session-b"),
        name="session-b.jsonl",
    )

    result = _ingest_all(ingester)

    assert result.added == 2
    outputs = writer.execute("SELECT output FROM message ORDER BY output")
    assert outputs.fetchall() == [(5,), (172,)]


def test_a_growing_file_is_read_from_its_cursor(
    claude: ClaudeFolder,
    ingester: Ingester,
) -> None:
    path = claude.append(make_line(message="msg_1", output=1))
    _ingest_all(ingester)
    line = make_line(message="msg_1", output=9)
    claude.append(line)

    pending = ingester.check_file(str(path))
    result = ingester.ingest_batch(pending)

    assert (result.added, result.updated, result.bytes_read) == (
        0,
        1,
        len(line),
    )
    assert ingester.check_file(str(path)) == []
    assert ingester.check_file("/elsewhere/x.jsonl") == []


def test_lost_lines_are_counted_permanently(
    claude: ClaudeFolder,
    ingester: Ingester,
    writer: Writer,
) -> None:
    claude.append(b"no json\n", make_line())

    result = _ingest_all(ingester)

    assert result.bad_lines == 1
    assert metadata.get_value(writer, "bad_lines") == "1"


def test_messages_of_a_deleted_file_are_kept(
    claude: ClaudeFolder,
    ingester: Ingester,
    writer: Writer,
) -> None:
    deleted_path = claude.append(make_line(message="msg_1"))
    claude.append(make_line(message="msg_2"), name="session-b.jsonl")
    _ingest_all(ingester)
    deleted_path.unlink()

    assert _ingest_all(ingester) == IngestResult()

    (messages,) = writer.execute("SELECT count(*) FROM message").fetchone()
    (files,) = writer.execute("SELECT count(*) FROM file").fetchone()
    assert (messages, files) == (2, 1)


def test_a_file_that_vanishes_during_the_scan_is_no_problem(
    claude: ClaudeFolder,
    ingester: Ingester,
) -> None:
    path = claude.append(make_line())
    pending = ingester.find_changed()
    path.unlink()

    assert ingester.ingest_batch(pending) == IngestResult()
    assert ingester.reader.unreadable == {}


def test_an_unlistable_folder_is_reported(
    claude: ClaudeFolder,
    ingester: Ingester,
) -> None:
    claude.projects.rmdir()
    claude.projects.write_text("no folder")

    assert ingester.find_changed() == []
    assert ingester.reader.unreadable == {
        str(claude.projects): "cannot be read"
    }


def test_a_missing_folder_has_no_transcripts_yet(
    claude: ClaudeFolder,
    ingester: Ingester,
) -> None:
    claude.projects.rmdir()

    assert ingester.find_changed() == []
    assert (
        ingester.reader.describe_problem()
        == f"no transcripts yet in {claude.projects}"
    )

    claude.append(make_line())
    ingester.find_changed()
    assert ingester.reader.describe_problem() == ""


def test_a_path_that_cannot_be_examined_is_reported(
    claude: ClaudeFolder,
    ingester: Ingester,
) -> None:
    path = str(claude.projects / ("x" * 5_000)) + ".jsonl"

    assert ingester.check_file(path) == []
    assert path in ingester.reader.unreadable


def test_another_process_may_ingest_in_between(
    tmp_path: Path,
    claude: ClaudeFolder,
    ingester: Ingester,
) -> None:
    claude.append(make_line(message="msg_1"))
    _ingest_all(ingester)
    claude.append(make_line(message="msg_2"))
    with closing(open_writer(tmp_path / "usage.db")) as other:
        _ingest_all(Ingester(other, [AccountFolder(claude.path)], PRICES))

    assert _ingest_all(ingester) == IngestResult()


def test_a_reached_limit_invalidates_closed_windows(
    claude: ClaudeFolder,
    ingester: Ingester,
    writer: Writer,
) -> None:
    text = "You've hit your session limit · resets 1pm (UTC)"
    claude.append(make_line(), make_limit_line(text))

    _ingest_all(ingester)

    hits = writer.execute("SELECT kind, resets_ms FROM limit_hit").fetchall()
    assert hits == [("five_hour", ms("13:00"))]


def test_a_line_under_two_accounts_belongs_to_one(
    tmp_path: Path,
    claude: ClaudeFolder,
    writer: Writer,
) -> None:
    other = ClaudeFolder(tmp_path / "other")
    line = make_line(message="msg_1")
    claude.append(line)
    other.append(line)
    folders = [AccountFolder(claude.path, "b"), AccountFolder(other.path, "a")]

    _ingest_all(Ingester(writer, folders, PRICES))

    (row,) = dump_store(writer)["message"]
    assert row[3] == "a"


def test_other_lines_only_move_the_cursor(
    claude: ClaudeFolder,
    ingester: Ingester,
) -> None:
    claude.append(b'{"type":"user"}\n')

    result = _ingest_all(ingester)

    assert (result.files_read, result.added, result.first_changed_ms) == (
        1,
        0,
        None,
    )
    assert _ingest_all(ingester) == IngestResult()


def test_scans_are_stored_in_chunks(
    claude: ClaudeFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transcripts_module, "_CHUNK_RECORDS", 10)
    for number, count in enumerate((3, 4, 9, 1)):
        claude.append(
            *(make_line(message=f"msg_{number}{n}") for n in range(count)),
            name=f"{number}.jsonl",
        )
    reader = TranscriptReader([AccountFolder(claude.path)])
    pending, _ = reader.find_changed()
    pending.sort(key=lambda item: item.transcript.path)

    chunks = list(reader.scan_in_chunks(pending))

    found = [[len(scan.result.records) for scan in p] for p in chunks]
    assert found == [[3, 4], [9], [1]]


def test_a_batch_is_stored_completely_or_not_at_all(
    claude: ClaudeFolder,
    ingester: Ingester,
    writer: Writer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(transcripts_module, "_CHUNK_RECORDS", 1)
    claude.append(make_line(message="msg_1"), name="one.jsonl")
    claude.append(make_line(message="msg_1"), make_line(message="msg_2"))
    before = dump_store(writer)
    writer.execute(_REJECT_SECOND_FILE)

    with pytest.raises(sqlite3.IntegrityError):
        ingester.ingest_batch(ingester.find_changed())

    assert dump_store(writer) == before
    writer.execute("DROP TRIGGER no_second")
    result = _ingest_all(ingester)
    assert (result.files_read, result.added) == (2, 2)


def test_batches_start_with_the_latest_file_and_grow() -> None:
    pending = [
        PendingFile(Transcript(str(n), "p", 0, 0, 0), FOLDER, size)
        for n, size in enumerate([3 << 20, 2 << 20, 8 << 20, 1, 1])
    ]

    found = [
        [item.transcript.path for item in b] for b in iter_batches(pending)
    ]

    assert found == [["0", "1"], ["2"], ["3", "4"]]


def test_a_large_file_is_read_in_parts_to_its_last_line(
    claude: ClaudeFolder,
    ingester: Ingester,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(transcripts_module, "PART_BYTES", 1 << 20)
    filler = b'{"type":"user","x":"' + b"x" * 1_000 + b'"}\n'
    path = claude.append(
        *(make_line(message=f"msg_{n}") + filler * 300 for n in range(10)),
    )

    pending = ingester.find_changed()
    parts = list(iter_batches(pending))
    results = [ingester.ingest_batch(batch) for batch in parts]

    assert len(parts) == 3
    assert sum(result.files_read for result in results) == 1
    assert sum(result.bytes_read for result in results) == path.stat().st_size
    assert [result.added for result in results if result.added] != [10]
    assert sum(result.added for result in results) == 10
    assert ingester.find_changed() == []


def test_folders_that_link_to_one_root_are_scanned_once(
    claude: ClaudeFolder,
    writer: Writer,
    tmp_path: Path,
) -> None:
    claude.append(make_line())
    link = tmp_path / "link"
    link.symlink_to(claude.path)
    ingester = Ingester(
        writer, [AccountFolder(claude.path), AccountFolder(link)], PRICES
    )

    assert len(ingester.find_changed()) == 1
    assert ingester.reader.folder_count == 2


def test_a_completely_read_file_is_not_read_again(
    claude: ClaudeFolder,
    ingester: Ingester,
) -> None:
    claude.append(make_line())
    pending = ingester.find_changed()

    first = ingester.ingest_batch(pending)
    again = ingester.ingest_batch(pending)

    assert (first.files_read, again) == (1, IngestResult())


def test_a_half_read_file_is_continued(
    claude: ClaudeFolder,
    ingester: Ingester,
    writer: Writer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(transcripts_module, "PART_BYTES", 1 << 20)
    filler = b'{"type":"user","x":"' + b"x" * 1_000 + b'"}\n'
    claude.append(
        *(make_line(message=f"msg_{n}") + filler * 300 for n in range(10)),
    )
    first = ingester.ingest_batch(ingester.find_changed())

    again = Ingester(writer, [AccountFolder(claude.path)], PRICES)
    (rest,) = again.find_changed()

    assert 0 < first.added < 10
    assert rest.size == rest.transcript.size - first.bytes_read
    monkeypatch.setattr(transcripts_module, "PART_BYTES", 1 << 30)
    assert again.ingest_batch([rest]).added == 10 - first.added


def test_chunks_limit_the_number_of_tiny_files(claude: ClaudeFolder) -> None:
    for number in range(500):
        claude.append(b"{}\n", name=f"{number}.jsonl")
    reader = TranscriptReader([AccountFolder(claude.path)])

    found = list(reader.scan_in_chunks(reader.find_changed()[0]))

    assert sum(map(len, found)) == 500
    assert max(map(len, found)) <= 200


def test_a_quick_look_finds_what_changed_lately(
    claude: ClaudeFolder, ingester: Ingester
) -> None:
    old = claude.append(make_line(message="msg_1"), name="old.jsonl")
    new = claude.append(make_line(message="msg_2"), name="new.jsonl")
    os.utime(old, (1_700_000_000,) * 2)
    ingester.ingest_batch(ingester.find_changed())
    assert ingester.find_changed(is_thorough=False) == []

    claude.append(make_line(message="msg_3"), name="new.jsonl")
    (found,) = ingester.find_changed(is_thorough=False)

    assert found.transcript.path == str(new)
    ingester.ingest_batch([found])
    # Examined only with all files, as nothing but an event would show it.
    claude.append(make_line(message="msg_4"), name="old.jsonl")
    assert ingester.find_changed(is_thorough=False) == []
    (found,) = ingester.find_changed()
    assert found.transcript.path == str(old)


def test_a_quick_look_finds_new_files_and_folders(
    claude: ClaudeFolder, ingester: Ingester
) -> None:
    claude.append(make_line(message="msg_1"))
    ingester.ingest_batch(ingester.find_changed())

    claude.append(make_line(message="msg_2"), project="-home-ada-shop")
    found = ingester.find_changed(is_thorough=False)
    assert len(found) == 1
    ingester.ingest_batch(found)

    subagents = claude.projects / "-home-ada-shop" / "s" / "subagents"
    subagents.mkdir(parents=True)
    assert ingester.find_changed(is_thorough=False) == []
    (subagents / "agent-1.jsonl").write_bytes(make_line(message="msg_3"))
    assert len(ingester.find_changed(is_thorough=False)) == 1


def test_a_quick_look_notices_a_folder_that_is_gone(
    claude: ClaudeFolder, ingester: Ingester
) -> None:
    path = claude.append(make_line(message="msg_1"))
    ingester.ingest_batch(ingester.find_changed())

    shutil.rmtree(path.parent)
    ingester.find_changed(is_thorough=False)

    assert str(path) not in ingester.reader.cursors


def test_a_missing_folder_is_always_looked_for(
    claude: ClaudeFolder, writer: Writer, tmp_path: Path
) -> None:
    claude.append(make_line(message="msg_1"))
    other = tmp_path / "other"
    ingester = Ingester(
        writer, [AccountFolder(claude.path), AccountFolder(other)], PRICES
    )
    ingester.ingest_batch(ingester.find_changed())

    ClaudeFolder(other).append(make_line(message="msg_2"))

    assert len(ingester.find_changed(is_thorough=False)) == 1


def test_a_file_that_becomes_unreadable_during_the_scan_is_reported(
    claude: ClaudeFolder,
    ingester: Ingester,
) -> None:
    path = claude.append(make_line())
    pending = ingester.find_changed()
    path.unlink()
    path.mkdir()

    assert ingester.ingest_batch(pending) == IngestResult()
    assert list(ingester.reader.unreadable) == [str(path)]
