"""What stood in Claude Code's settings before us, by Claude folder."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

NAME: Final = "statusline.json"


class Earlier(NamedTuple):
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


def recall(path: Path) -> dict[str, Earlier]:
    """
    Return what is remembered; nothing where there is no file.

    Raises:
        SettingsError: The file cannot be understood.
    """
    try:
        value: Any = json.loads(path.read_bytes())
        return {folder: Earlier(**fields) for folder, fields in value.items()}
    except FileNotFoundError:
        return {}
    except (AttributeError, OSError, TypeError, ValueError) as error:
        summary = f"{path} cannot be used."
        raise SettingsError(summary, hint=str(error)) from error


def text_of(remembered: dict[str, Earlier]) -> bytes:
    """Return the file's content for what is to be remembered."""
    value = {folder: e._asdict() for folder, e in remembered.items()}
    return json.dumps(value, indent=1).encode() + b"\n"


def command_for(remembered: dict[str, Earlier], claude: str) -> str:
    """Return the command to chain; of a folder not told, if there is one."""
    if claude in remembered:
        return remembered[claude].command
    real = os.path.realpath(claude)
    for folder, earlier in remembered.items():
        if claude and os.path.realpath(folder) == real:
            return earlier.command
    if not claude and len(remembered) == 1:
        return next(iter(remembered.values())).command
    return ""
