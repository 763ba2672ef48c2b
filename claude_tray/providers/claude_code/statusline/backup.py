"""Store the statusline settings from before the installation."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.errors import SettingsError, gettext_noop

if TYPE_CHECKING:
    from pathlib import Path


BACKUP_FILE_NAME: Final = "statusline.json"


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
        value: Any = json.loads(path.read_bytes())
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
    if claude_dir in backups:
        return backups[claude_dir].command
    real_path = os.path.realpath(claude_dir)
    for folder, backup in backups.items():
        if claude_dir and os.path.realpath(folder) == real_path:
            return backup.command
    if not claude_dir and len(backups) == 1:
        return next(iter(backups.values())).command
    return ""
