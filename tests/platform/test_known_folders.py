from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from claude_tray.platform.known_folders import (
    get_app_folders,
    get_pictures_folder,
)
from claude_tray.platform.system import current_system

if TYPE_CHECKING:
    from pathlib import Path


def test_each_app_has_its_own_folders() -> None:
    first, second = get_app_folders("first"), get_app_folders("second")

    assert all("first" in folder.parts for folder in first)
    assert set(first).isdisjoint(second)


@pytest.mark.skipif(sys.platform != "linux", reason="XDG folders")
def test_the_shortcut_for_linux_agrees(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))

    assert get_app_folders("app") == current_system().get_app_folders(
        "app", tmp_path
    )


@pytest.mark.skipif(sys.platform != "linux", reason="xdg-user-dirs")
def test_pictures_go_to_the_folder_the_user_configured(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_PICTURES_DIR", str(tmp_path / "photos"))

    assert get_pictures_folder() == tmp_path / "photos"
