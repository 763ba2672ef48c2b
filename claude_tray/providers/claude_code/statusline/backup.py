"""Store the statusline settings from before the installation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from claude_tray.errors import SettingsError, gettext_noop
from claude_tray.platform.small_file import read_small_file
from claude_tray.providers.claude_code.statusline.handler import select_folder

if TYPE_CHECKING:
    from pathlib import Path


class StatuslineBackup(NamedTuple):
    """
    Previous statusline of a Claude folder.

    Attributes:
        ours: Text that the installation wrote.
        before: Text that it replaced; empty if it was added.
        command: Previous command; empty without one.
        is_new: The settings file did not exist before.
        empty: Previous text of a settings file without an object, such as
            "null".
    """

    ours: str
    before: str = ""
    command: str = ""
    is_new: bool = False
    empty: str | None = None


def load_backups(path: Path) -> dict[str, StatuslineBackup]:
    """
    Return the backups by Claude folder; empty without a file.

    Raises:
        SettingsError: The file cannot be read or parsed.
    """
    try:
        value: Any = json.loads(read_small_file(path))
        return {
            folder: StatuslineBackup(**fields)
            for folder, fields in value.items()
        }
    except FileNotFoundError:
        return {}
    except (AttributeError, OSError, TypeError, ValueError) as error:
        raise SettingsError(
            gettext_noop("{path} cannot be read."),
            hint="{reason}",
            path=path,
            reason=error,
        ) from error


def format_backups(backups: dict[str, StatuslineBackup]) -> bytes:
    """Return the content of the backup file."""
    value = {folder: e._asdict() for folder, e in backups.items()}
    return json.dumps(value, indent=1).encode() + b"\n"


def find_wrapped_command(
    backups: dict[str, StatuslineBackup], claude_dir: str
) -> str:
    """
    Return the previous command of a Claude folder; empty without one.

    If the folder is unknown and there is only one backup, use that.
    """
    folder = select_folder(list(backups), claude_dir)
    return "" if folder is None else backups[folder].command
