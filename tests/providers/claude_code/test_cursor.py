from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from claude_tray.providers.base import Cursor
from claude_tray.providers.claude_code.discovery import find_transcript
from claude_tray.providers.claude_code.line_reader import (
    LineReader,
    compute_fingerprint,
    find_resume_offset,
)
from claude_tray.providers.claude_code.reader import Scanner
from tests.support.builders import ClaudeFolder, make_line

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.providers.base import ScanResult


@pytest.mark.parametrize(
    "operation", ["shorter", "replaced", "longer", "same size"]
)
def test_a_rewritten_file_is_read_from_its_beginning(
    tmp_path: Path,
    operation: str,
) -> None:
    claude = ClaudeFolder(tmp_path / "claude")
    path = claude.append(
        make_line(message="msg_1"), make_line(message="msg_2")
    )
    first = _scan_file(claude, path, Cursor())
    anew = {
        "shorter": make_line(message="msg_3"),
        "replaced": b"".join(
            make_line(message=f"msg_{n}") for n in range(3, 6)
        ),
        "longer": b"".join(make_line(message=f"msg_{n}") for n in range(3, 9)),
        "same size": make_line(message="msg_3", output=6)
        + make_line(message="msg_4"),
    }[operation]
    if operation == "replaced":
        path.unlink()
    path.write_bytes(anew)
    if operation == "same size":
        later = first.cursor.mtime_ns + 1_000_000
        os.utime(path, ns=(later, later))

    second = _scan_file(claude, path, first.cursor)

    assert second.bytes_read == len(anew)


def test_a_file_rewritten_during_the_scan_is_read_again(
    tmp_path: Path,
) -> None:
    path = tmp_path / "s1.jsonl"
    path.write_bytes(b"old line\n" * 100_000)
    reader = LineReader()
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
            compute_fingerprint(file, done, reader.tail),
        )

        assert compute_fingerprint(
            file, done, reader.tail
        ) != compute_fingerprint(file, done)
        assert find_resume_offset(file, os.fstat(file.fileno()), cursor) == 0


def _scan_file(claude: ClaudeFolder, path: Path, cursor: Cursor) -> ScanResult:
    transcript = find_transcript(str(path), claude.path)
    assert transcript is not None
    return Scanner().scan(transcript, cursor)
