from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import pytest

from claude_tray.config import writer as saving
from claude_tray.config.settings import read_settings
from claude_tray.config.writer import apply_changes, save_settings
from claude_tray.errors import SettingsError
from claude_tray.platform.file_lock import FileLock

if TYPE_CHECKING:
    from pathlib import Path


USER_SETTINGS = """\
# my choices
sync_ulr = "kept"

[icon]
style = "pie" # round
"""


def test_saving_keeps_the_rest_of_the_file() -> None:
    text = apply_changes(
        USER_SETTINGS, {"icon.style": "ring", "sync.enabled": True}
    )

    assert text == USER_SETTINGS.replace('"pie"', '"ring"') + (
        "\n[sync]\nenabled = true\n"
    )


def test_saving_creates_the_file(tmp_path: Path) -> None:
    path = tmp_path / "config" / "settings.toml"

    save_settings(path, {"icon.week_bar": False, "claude_paths": ["/a"]})

    settings = read_settings(path)
    assert settings.icon_week_bar is False
    assert settings.claude_paths == ("/a",)


def test_an_invalid_value_is_not_saved(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"

    with pytest.raises(SettingsError):
        save_settings(path, {"icon.style": "square"})

    assert not path.exists()


@pytest.mark.parametrize(
    ("text", "expected"),
    [("icon = \n", "not valid TOML"), ("icon = 1\n", "icon must be a table")],
)
def test_an_invalid_file_is_left_unchanged(
    tmp_path: Path,
    text: str,
    expected: str,
) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text)

    with pytest.raises(SettingsError) as excinfo:
        save_settings(path, {"icon.style": "ring"})

    assert expected in excinfo.value.summary
    assert path.read_text() == text


def test_an_unwritable_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").mkdir()

    with pytest.raises(SettingsError) as excinfo:
        save_settings(tmp_path / "settings.toml", {"icon.style": "ring"})

    assert "Cannot write" in excinfo.value.summary


def test_a_locked_file_is_reported(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(saving, "_LOCK_SECONDS", 0.1)
    lock = FileLock(tmp_path / ".settings.toml.lock")

    assert lock.acquire()
    with pytest.raises(SettingsError) as excinfo:
        save_settings(tmp_path / "settings.toml", {"icon.style": "ring"})
    lock.release()

    assert "Another program" in excinfo.value.summary


def test_concurrent_saves_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    names = ["week_bar", "text_beside"]
    threads = [
        threading.Thread(
            target=save_settings, args=(path, {f"icon.{name}": True})
        )
        for name in names
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    settings = read_settings(path)
    assert settings.icon_week_bar
    assert settings.icon_text_beside


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX's")
def test_only_the_owner_can_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"

    save_settings(path, {"icon.style": "ring"})

    assert path.stat().st_mode & 0o777 == 0o600
