from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from claude_tray.platform.replace_file import replace_file

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_replaces_another(tmp_path: Path) -> None:
    (tmp_path / "new").write_text("new")
    (tmp_path / "old").write_text("old")

    replace_file(tmp_path / "new", tmp_path / "old")

    assert (tmp_path / "old").read_text() == "new"
    assert not (tmp_path / "new").exists()


def test_what_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        replace_file(tmp_path / "new", tmp_path / "old")


@pytest.mark.skipif(
    sys.platform != "win32", reason="only Windows refuses open files"
)
def test_a_file_that_is_open_for_a_moment_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "new").write_text("new")
    old = tmp_path / "old"
    old.write_text("old")
    is_open = threading.Event()

    def read() -> None:
        with old.open():
            is_open.set()
            time.sleep(0.1)

    reader = threading.Thread(target=read)
    reader.start()
    is_open.wait()
    replace_file(tmp_path / "new", old)
    reader.join()

    assert old.read_text() == "new"
