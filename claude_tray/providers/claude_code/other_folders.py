"""Find Claude folders that may be followed too; nothing in them is read."""

from __future__ import annotations

import json
import os
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from claude_tray.platform.small_file import read_small_file
from claude_tray.providers.claude_code.discovery import (
    PROJECTS_DIR_NAME,
    is_cowork_folder,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


# A second login has a folder like `~/.claude-work`; programs that switch
# between logins keep one for each below a folder of theirs.
_NAME_PREFIXES: Final = (".claude-", ".claude_", ".claude.", "claude-")
_SWITCHER_NAMES: Final = (
    ".claudes",
    ".ccs",
    ".cc-switch",
    ".cc-account-switcher",
    ".caam",
)
_SWITCHER_DEPTH: Final = 2
# A home may have thousands of entries, and a switcher's folder too.
_MAX_ENTRIES: Final = 1_000
_SETTINGS_NAME: Final = "settings.json"
_UNUSABLE: Final = (
    OSError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    RecursionError,
)


def find_other_folders(home: Path) -> tuple[Path, ...]:
    """
    Return Claude folders in a home besides the default ones.

    These are folders with `projects` whose name begins as `~/.claude-work`,
    those in the folders of switchers, and what `CLAUDE_CONFIG_DIR` in the
    settings of any of them names.
    """
    found: dict[str, Path] = {}
    pending = [
        *_find_named_folders(home),
        *_find_named_folders(home / ".config"),
        *_read_config_dir(home / ".claude", home),
    ]
    for folder in pending:
        real_path = os.path.realpath(folder)
        if real_path not in found and _has_sessions(folder):
            found[real_path] = folder
            pending += _read_config_dir(folder, home)
    return tuple(found.values())


def _find_named_folders(parent: Path) -> Iterator[Path]:
    for folder in _list_folders(parent):
        name = folder.name
        if name.startswith(_NAME_PREFIXES) or name in _SWITCHER_NAMES:
            yield from _find_accounts(folder, _SWITCHER_DEPTH)


def _find_accounts(folder: Path, depth: int) -> Iterator[Path]:
    """Yield a folder, or those below it if it has no sessions itself."""
    if _has_sessions(folder):
        yield folder
    elif depth:
        for child in _list_folders(folder):
            yield from _find_accounts(child, depth - 1)


def _list_folders(parent: Path) -> list[Path]:
    try:
        with os.scandir(parent) as entries:
            return sorted(
                Path(entry.path)
                for entry in islice(entries, _MAX_ENTRIES)
                if entry.is_dir()
            )
    except OSError:
        return []


def _has_sessions(folder: Path) -> bool:
    if is_cowork_folder(folder):
        return True
    try:
        with os.scandir(folder / PROJECTS_DIR_NAME) as entries:
            return any(entry.is_dir() for entry in islice(entries, 1))
    except OSError:
        return False


def _read_config_dir(folder: Path, home: Path) -> list[Path]:
    """Return the Claude folder that the settings of one name."""
    try:
        settings = json.loads(read_small_file(folder / _SETTINGS_NAME))
        text = settings["env"]["CLAUDE_CONFIG_DIR"]
        path = home / text[2:] if text.startswith("~/") else Path(text)
    except _UNUSABLE:
        return []
    return [path] if path.is_absolute() else []
