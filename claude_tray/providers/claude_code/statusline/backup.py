"""What stood in Claude Code's settings before us, by Claude folder."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path


BACKUP_FILE_NAME: Final = "statusline.json"


class StatuslineBackup(NamedTuple):
    """
    One folder's earlier statusline.

    Attributes:
        ours: The text that was written.
        before: The text it stands in place of; empty if it was added.
        command: The earlier command; empty if there was none.
        is_new: The settings file did not exist.
    """

    ours: str
    before: str = ""
    command: str = ""
    is_new: bool = False


def load_backups(path: Path) -> dict[str, StatuslineBackup]:
    """
    Return what is remembered; nothing where there is no file.

    Raises:
        SettingsError: The file cannot be understood.
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
        summary = f"{path} cannot be used."
        raise SettingsError(summary, hint=str(error)) from error


def format_backups(backups: dict[str, StatuslineBackup]) -> bytes:
    """Return the file's content for what is to be remembered."""
    value = {folder: e._asdict() for folder, e in backups.items()}
    return json.dumps(value, indent=1).encode() + b"\n"


def find_wrapped_command(
    backups: dict[str, StatuslineBackup], claude_dir: str
) -> str:
    """Return the command to chain; of a folder not told, if there is one."""
    if claude_dir in backups:
        return backups[claude_dir].command
    real_path = os.path.realpath(claude_dir)
    for folder, backup in backups.items():
        if claude_dir and os.path.realpath(folder) == real_path:
            return backup.command
    if not claude_dir and len(backups) == 1:
        return next(iter(backups.values())).command
    return ""
