"""
Locate the program's own folders, as plain strings.

The status line runs after each response and imports neither pathlib nor
typing: they take longer than the rest of its work.
"""

from __future__ import annotations

import os
import sys


def locate_known_folders(app_name: str) -> tuple[str, str, str] | None:
    """
    Return the folders for config, data and state of this run.

    Returns:
        None if only the operating system can say where they are.
    """
    home_folder = os.environ.get("CLAUDE_TRAY_HOME", "")
    if home_folder:
        return locate_own_folders(home_folder)
    if sys.platform == "linux":
        return locate_xdg_folders(app_name, os.path.expanduser("~"))
    else:  # noqa: RET505 - mypy skips a branch, but not what follows it
        return None


def locate_own_folders(home_folder: str) -> tuple[str, str, str]:
    """
    Return the folders for config, data and state below one folder.

    Args:
        home_folder: Value of CLAUDE_TRAY_HOME.
    """
    root = os.path.join(os.getcwd(), os.path.expanduser(home_folder))
    return (
        os.path.join(root, "config"),
        os.path.join(root, "data"),
        os.path.join(root, "state"),
    )


def locate_xdg_folders(app_name: str, home: str) -> tuple[str, str, str]:
    """
    Return the folders for config, data and state on Linux.

    The same as platformdirs.
    """
    return (
        os.path.join(
            _get_xdg_folder("XDG_CONFIG_HOME", home, ".config"), app_name
        ),
        os.path.join(
            _get_xdg_folder("XDG_DATA_HOME", home, ".local/share"), app_name
        ),
        os.path.join(
            _get_xdg_folder("XDG_STATE_HOME", home, ".local/state"), app_name
        ),
    )


def _get_xdg_folder(variable: str, home: str, default: str) -> str:
    configured = os.environ.get(variable, "")
    # The XDG specification ignores relative paths.
    if os.path.isabs(configured):
        return configured
    return os.path.join(home, default)
