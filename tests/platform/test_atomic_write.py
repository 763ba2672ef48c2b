from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from claude_tray.platform.atomic_write import write_atomically

if TYPE_CHECKING:
    from pathlib import Path


def test_parent_folders_are_created_and_no_temporary_file_is_left(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a" / "b.txt"

    write_atomically(path, b"one")
    write_atomically(path, b"two")

    assert path.read_bytes() == b"two"
    assert list(path.parent.iterdir()) == [path]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles" / "b.txt"
    link = tmp_path / "b.txt"
    real.parent.mkdir()
    real.touch()
    link.symlink_to(real)

    write_atomically(link, b"new")

    assert link.is_symlink()
    assert real.read_bytes() == b"new"


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX modes")
def test_the_mode_is_set(tmp_path: Path) -> None:
    write_atomically(tmp_path / "b.txt", b"", 0o600)

    assert (tmp_path / "b.txt").stat().st_mode & 0o777 == 0o600


def test_the_old_content_survives_a_failure(tmp_path: Path) -> None:
    folder = tmp_path / "b.txt"
    folder.mkdir()

    with pytest.raises(IsADirectoryError):
        write_atomically(folder, b"new")

    assert list(tmp_path.iterdir()) == [folder]
