"""Locate folders of the user: the only module that imports platformdirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


def get_app_folders(app_name: str) -> tuple[Path, Path, Path]:
    """Return the folders of an app for its config, data and state."""
    # Late: it takes 10 ms to import.
    from platformdirs import PlatformDirs

    dirs = PlatformDirs(app_name, appauthor=False, roaming=False)
    return dirs.user_config_path, dirs.user_data_path, dirs.user_state_path


def get_pictures_folder() -> Path:
    """Return the user's folder for pictures."""
    # Late: only saving a picture needs it.
    from platformdirs import user_pictures_path

    return user_pictures_path()


def choose_picture_path(now: datetime) -> Path:
    """Return a new file in the user's folder for pictures, named by time."""
    folder = get_pictures_folder()
    name = f"claude-tray {now.astimezone():%Y-%m-%d %H.%M.%S}"
    path, number = folder / f"{name}.png", 1
    while path.exists():
        number += 1
        path = folder / f"{name} ({number}).png"
    return path
