from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from claude_tray.platform.audit import AuditHook
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


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights")
@pytest.mark.parametrize("name", [".credentials.json", ".CREDENTIALS.json"])
def test_a_link_to_credentials_is_not_opened(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text("secret")
    (tmp_path / "near").symlink_to(name)
    (tmp_path / "far").symlink_to(tmp_path / "near")
    audit = AuditHook()

    for link in (tmp_path / "near", tmp_path / "far"):
        with pytest.raises(PermissionError, match="leads to credentials"):
            read_small_file(link)

    audit.stop()
    assert str(tmp_path) not in "".join(audit.files)


def test_a_missing_file_raises(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_small_file(tmp_path / "none")
