"""The server's own files: its database and its secret key."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.desktop.paths import own_files
from claude_tray.errors import SettingsError
from claude_tray.settings.environment import environment_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_KEY_BYTES: Final = 64


class Files(NamedTuple):
    """Where the server's own files lie."""

    database: Path
    secret_key: Path


def files_of(variables: Mapping[str, str]) -> Files:
    """Return them: in the data folder, beside the tray's own store."""
    folder = own_files(environment_of(variables)).store.parent
    return Files(folder / "server.sqlite3", folder / "server-secret-key")


def read_key(files: Files) -> str:
    """Return the kept secret key; empty before there is one."""
    try:
        return files.secret_key.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""


def make_folder(files: Files) -> None:
    """
    Make the folder they lie in, unless it is there.

    Raises:
        SettingsError: It cannot be made.
    """
    folder = files.database.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        summary = f"The server's folder {folder} cannot be made."
        hint = f"{error.strerror}. Choose another: CLAUDE_TRAY_HOME."
        raise SettingsError(summary, hint=hint) from error


def make_key(files: Files) -> None:
    """
    Keep a new secret key that nobody else may read, unless there is one.

    Raises:
        SettingsError: The data folder cannot be written.
    """
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        descriptor = os.open(files.secret_key, flags, 0o600)
    except FileExistsError:
        return
    except OSError as error:
        summary = f"The server's key {files.secret_key} cannot be written."
        hint = f"{error.strerror}. Set CLAUDE_TRAY_SECRET_KEY instead."
        raise SettingsError(summary, hint=hint) from error
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(_KEY_BYTES))
