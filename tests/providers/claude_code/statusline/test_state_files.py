from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from claude_tray.providers.claude_code.statusline.state_files import (
    read_state_file,
    write_state_file,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_a_written_file_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"

    write_state_file(str(folder), "x.json", b"one")
    write_state_file(str(folder), "x.json", b"two")

    assert read_state_file(str(folder / "x.json")) == b"two"
    assert [path.name for path in folder.iterdir()] == ["x.json"]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX modes")
def test_only_the_user_can_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"

    write_state_file(str(folder), "x.json", b"one")

    assert (folder / "x.json").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert folder.parent.stat().st_mode & 0o777 == 0o700


def test_what_is_no_small_file_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * 11)

    assert read_state_file(str(tmp_path / "large"), 10) is None
    assert read_state_file(str(tmp_path / "large"), 11) == b"x" * 11
    assert read_state_file(str(tmp_path / "missing")) is None
    assert read_state_file(str(tmp_path)) is None
    assert read_state_file("a\0b") is None


def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("POSIX pipes")
    os.mkfifo(tmp_path / "pipe")

    assert read_state_file(str(tmp_path / "pipe")) is None


def test_a_failed_write_leaves_no_file(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()

    with pytest.raises(OSError, match="x"):
        write_state_file(str(tmp_path), "x", b"one")
    assert list(tmp_path.iterdir()) == [tmp_path / "x"]
