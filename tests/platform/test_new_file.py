from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from claude_tray.platform.new_file import write_new_file

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("replaces", [False, True])
def test_a_file_is_private_from_the_start(
    tmp_path: Path, *, replaces: bool
) -> None:
    path = tmp_path / "a.png"

    write_new_file(path, b"new", replaces=replaces)

    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_is_replaced_only_on_request(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"old")

    with pytest.raises(FileExistsError):
        write_new_file(path, b"new")
    kept = path.read_bytes()
    write_new_file(path, b"new", replaces=True)

    assert kept == b"old"
    assert path.read_bytes() == b"new"


def test_a_link_to_nothing_is_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(FileExistsError):
        write_new_file(path, b"new")

    assert not (tmp_path / "elsewhere").exists()


def test_a_failed_replacement_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "folder"
    path.mkdir()

    with pytest.raises(OSError, match="folder"):
        write_new_file(path, b"new", replaces=True)

    assert list(tmp_path.iterdir()) == [path]
