from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from claude_tray.platform.small_file import read_small_file


def test_a_file_is_read_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"text")
    (tmp_path / "b").symlink_to(tmp_path / "a")

    assert read_small_file(tmp_path / "b") == b"text"


def test_a_large_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")

    assert read_small_file(tmp_path / "a", 5) == b"12345"
    with pytest.raises(OSError, match="larger than 4 bytes"):
        read_small_file(tmp_path / "a", 4)


def test_only_regular_files_are_opened(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("no such files")
    os.mkfifo(tmp_path / "pipe")
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(tmp_path / "socket"))
    with server:
        for path in (
            tmp_path / "pipe",
            tmp_path / "socket",
            tmp_path,
            Path("/dev/zero"),
        ):
            with pytest.raises(OSError, match="not a regular file"):
                read_small_file(path)


def test_a_missing_file_raises(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_small_file(tmp_path / "none")
