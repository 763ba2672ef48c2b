from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from claude_tray.transcripts.chunks import Chunks
from claude_tray.transcripts.cursor import Cursor, seal_of, start_of
from claude_tray.transcripts.locate import transcript_at
from claude_tray.transcripts.scan import Scanner
from tests.support.builders import ClaudeFolder, a_line

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.transcripts.news import News


@pytest.mark.parametrize("how", ["shorter", "replaced", "longer", "same size"])
def test_a_file_that_was_written_anew_is_read_from_its_beginning(
    tmp_path: Path,
    how: str,
) -> None:
    claude = ClaudeFolder(tmp_path / "claude")
    path = claude.append(a_line(message="msg_1"), a_line(message="msg_2"))
    first = _scan(claude, path, Cursor())
    anew = {
        "shorter": a_line(message="msg_3"),
        "replaced": b"".join(a_line(message=f"msg_{n}") for n in range(3, 6)),
        "longer": b"".join(a_line(message=f"msg_{n}") for n in range(3, 9)),
        "same size": a_line(message="msg_3", output=6)
        + a_line(message="msg_4"),
    }[how]
    if how == "replaced":
        path.unlink()
    path.write_bytes(anew)
    if how == "same size":
        later = first.cursor.mtime_ns + 1_000_000
        os.utime(path, ns=(later, later))

    second = _scan(claude, path, first.cursor)

    assert second.bytes_read == len(anew)


def test_a_file_that_is_written_anew_while_it_is_read_is_read_again(
    tmp_path: Path,
) -> None:
    path = tmp_path / "s1.jsonl"
    path.write_bytes(b"old line\n" * 100_000)
    reader = Chunks()
    with path.open("rb", buffering=0) as file:
        status = os.fstat(file.fileno())
        for number, _ in enumerate(reader.read(file, 0)):
            if number == 1:
                path.write_bytes(b"new line\n" * 200_000)
                file.seek(0, os.SEEK_END)
        done = reader.offset
        cursor = Cursor(
            status.st_ino,
            status.st_size,
            status.st_mtime_ns,
            done,
            seal_of(file, done, reader.tail),
        )

        assert seal_of(file, done, reader.tail) != seal_of(file, done)
        assert start_of(file, os.fstat(file.fileno()), cursor) == 0


def _scan(claude: ClaudeFolder, path: Path, cursor: Cursor) -> News:
    transcript = transcript_at(str(path), claude.path)
    assert transcript is not None
    return Scanner().scan(transcript, cursor)
