"""Small files of this installation: who it is, and what aliases come from."""

from __future__ import annotations

import os
import secrets
import uuid
from typing import TYPE_CHECKING

from claude_tray.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

_FEWEST = 16


def machine_id(path: Path) -> str:
    """
    Return what tells this installation from others; made once.

    It outlives the store, which may have to be made anew.

    Raises:
        SettingsError: The file cannot be made or read.
    """
    return _kept(path, str(uuid.uuid4()))


def alias_key(path: Path) -> bytes:
    """
    Return the key of aliases; made once, and copied by a person to others.

    Raises:
        SettingsError: The file cannot be made or read, or is too short to
            be a key.
    """
    text = _kept(path, secrets.token_hex(32))
    if len(text) < _FEWEST:
        summary = f"{path} is too short for a key."
        raise SettingsError(summary, hint="Delete it to have a new one.")
    return text.encode()


def _kept(path: Path, new: str) -> str:
    """Return what a private file holds; it is made if it is not there."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(path, flags, 0o600), "w") as file:
                file.write(f"{new}\n")
        except FileExistsError:
            pass
        return path.read_text(encoding="utf-8").strip() or new
    except (OSError, UnicodeDecodeError) as error:
        summary = f"{path} cannot be used."
        raise SettingsError(summary, hint=str(error)) from error
