from __future__ import annotations

import stat
import sys
from typing import TYPE_CHECKING

import pytest

from claude_tray.ui.toolkit.saved_window import (
    FILE_NAME,
    SavedWindow,
    load_saved_window,
    save_window,
)

if TYPE_CHECKING:
    from pathlib import Path


CHANGED = SavedWindow((-40, 1200), 120.5, is_pinned=True)


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    save_window(tmp_path, CHANGED)

    assert load_saved_window(tmp_path) == CHANGED
    if sys.platform != "win32":
        mode = (tmp_path / FILE_NAME).stat().st_mode
        assert stat.S_IMODE(mode) == 0o600


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"moved_to": [1]}',
        '{"moved_to": [1, 99999]}',
        '{"moved_to": [1.5, 2]}',
        '{"extra_height": -1}',
        '{"extra_height": 1e9}',
        '{"extra_height": NaN}',
        '{"is_pinned": "yes"}',
    ],
)
def test_an_invalid_file_changes_nothing(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE_NAME).write_text(content)

    assert load_saved_window(tmp_path) == SavedWindow()


def test_without_a_file_nothing_is_changed(tmp_path: Path) -> None:
    assert load_saved_window(tmp_path / "none") == SavedWindow()


def test_a_folder_that_cannot_be_written_is_no_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")

    save_window(tmp_path / "file", CHANGED)

    assert "Cannot save the popup's place" in caplog.text
