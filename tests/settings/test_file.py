from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from claude_tray.errors import SettingsError
from claude_tray.settings.file import read_settings
from claude_tray.settings.parse import Settings

if TYPE_CHECKING:
    from pathlib import Path


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "settings.toml") == Settings()


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('[window]\nrule = "hour"\n')

    assert read_settings(path).window_rule == "hour"


def test_nobody_waits_for_a_pipe(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has no such pipes")
    path = tmp_path / "settings.toml"
    os.mkfifo(path)

    with pytest.raises(SettingsError, match="a pipe"):
        read_settings(path)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"window = \n", "line 1"),
        (b"window.rule = 5\n", "window.rule"),
        (b"\xff\xfe", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_used_names_the_place(
    tmp_path: Path,
    data: bytes,
    said: str,
) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(data)

    with pytest.raises(SettingsError) as caught:
        read_settings(path)

    assert said in caught.value.summary
