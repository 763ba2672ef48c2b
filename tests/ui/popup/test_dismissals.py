from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claude_tray.ui.popup.dismissals import (
    FILE_NAME,
    load_dismissals,
    save_dismissal,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_dismissals_are_remembered_privately(tmp_path: Path) -> None:
    assert load_dismissals(tmp_path) == ()

    assert save_dismissal(tmp_path, "limits") == ("limits",)
    assert save_dismissal(tmp_path, "retention") == ("limits", "retention")

    assert load_dismissals(tmp_path) == ("limits", "retention")
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o077 == 0


def test_old_keys_are_forgotten(tmp_path: Path) -> None:
    for number in range(205):
        save_dismissal(tmp_path, str(number))

    assert load_dismissals(tmp_path) == tuple(map(str, range(5, 205)))


@pytest.mark.parametrize("content", ["no json", '{"a": 1}', "[1]"])
def test_a_broken_file_dismisses_nothing(
    tmp_path: Path, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / FILE_NAME).write_text(content)

    assert load_dismissals(tmp_path) == ()
    assert "Cannot read dismissed banners" in caplog.text


def test_a_folder_in_the_way_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / FILE_NAME).mkdir()

    assert save_dismissal(tmp_path, "limits") == ("limits",)
    assert "Cannot save dismissed banners" in caplog.text
