from __future__ import annotations

import os
import stat
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from claude_tray.platform.private_files import (
    create_private_file,
    list_open_modes,
    make_private_folder,
    mend_modes,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no modes"
)


@pytest.fixture(params=[0o000, 0o022, 0o177, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    old = os.umask(request.param)
    yield request.param
    os.umask(old)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_modes_do_not_depend_on_the_umask(tmp_path: Path, umask: int) -> None:
    del umask
    folder = tmp_path / "own" / "data"

    make_private_folder(folder)
    make_private_folder(folder)
    create_private_file(folder / "usage.db")

    assert _mode(folder) == _mode(folder.parent) == 0o700
    assert _mode(folder / "usage.db") == 0o600


def test_an_existing_file_keeps_its_content(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("content")

    create_private_file(path)

    assert path.read_text() == "content"


def test_a_file_in_the_way_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "own").write_text("")

    with pytest.raises(OSError):  # noqa: PT011 - differs between systems
        make_private_folder(tmp_path / "own" / "data")


def test_folders_are_made_by_several_threads_at_once(tmp_path: Path) -> None:
    errors: list[OSError] = []

    def make() -> None:
        try:
            make_private_folder(tmp_path / "a" / "b" / "c")
        except OSError as error:
            errors.append(error)

    threads = [threading.Thread(target=make) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert _mode(tmp_path / "a" / "b") == 0o700


def test_open_modes_are_found_and_mended(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "data", tmp_path / "elsewhere"
    folder.mkdir(0o755)
    folder.chmod(0o777)
    elsewhere.write_text("")
    elsewhere.chmod(0o644)
    (folder / "usage.db").write_text("")
    (folder / "usage.db").chmod(0o644)
    (folder / "private").touch(0o600)
    (folder / "link").symlink_to(elsewhere)

    found = list_open_modes([folder, folder, tmp_path / "missing"])
    mend_modes([folder])

    assert sorted(found) == [folder, folder / "usage.db"]
    assert list_open_modes([folder]) == []
    assert (_mode(folder), _mode(folder / "usage.db")) == (0o700, 0o600)
    assert _mode(elsewhere) == 0o644


def test_a_folder_that_cannot_be_entered_is_mended(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    folder.chmod(0o600)

    mend_modes([folder])

    assert _mode(folder) == 0o700
