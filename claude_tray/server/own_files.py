"""Create the server's own files, readable by this user only."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.config.env import parse_environment
from claude_tray.errors import SettingsError, StoreError
from claude_tray.platform.paths import resolve_app_paths
from claude_tray.platform.private_files import (
    create_private_file,
    make_private_folder,
    mend_modes,
)
from claude_tray.platform.replace_file import replace_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


MIN_SECRET_KEY_LENGTH: Final = 32
_SECRET_KEY_BYTES: Final = 64


class ServerFiles(NamedTuple):
    """Paths of the server's own files."""

    database: Path
    secret_key: Path
    archive: Path


def locate_server_files(variables: Mapping[str, str]) -> ServerFiles:
    """Return the paths in the data folder, next to the tray's database."""
    folder = resolve_app_paths(
        parse_environment(variables).home
    ).database.parent
    return ServerFiles(
        folder / "server.sqlite3",
        folder / "server-secret-key",
        folder / "server-archive",
    )


def read_secret_key(files: ServerFiles) -> str:
    """
    Read the secret key; empty if there is no file yet.

    Raises:
        SettingsError: It is too short, or no text.
    """
    try:
        key = files.secret_key.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError:
        key = ""
    if len(key) < MIN_SECRET_KEY_LENGTH:
        summary = f"The server's key {files.secret_key} is damaged."
        hint = "Delete it to create another; users then sign in again."
        raise SettingsError(summary, hint=hint)
    return key


def prepare_data_folder(
    files: ServerFiles, *, needs_database: bool, needs_key: bool
) -> None:
    """
    Create what is missing in the data folder, and make it private.

    SQLite gives its other files the mode of the database.

    Args:
        files: The files.
        needs_database: Create the database, empty.
        needs_key: Create a secret key.

    Raises:
        SettingsError: It is not writable.
    """
    folder = files.database.parent
    try:
        make_private_folder(folder)
        mend_modes((folder,))
        if needs_database:
            create_private_file(files.database)
        if needs_key and not files.secret_key.exists():
            _create_secret_key(files.secret_key)
    except OSError as error:
        summary = f"Cannot write to the server's folder {folder}."
        hint = f"{error.strerror}. Set CLAUDE_TRAY_HOME to another folder."
        raise SettingsError(summary, hint=hint) from error


def replace_private_file(path: Path, content: bytes) -> None:
    """
    Write a file completely or not at all, and create its folder.

    Raises:
        StoreError: It cannot be written.
    """
    partial_path = path.with_name(f"{path.name}.partial")
    try:
        make_private_folder(path.parent)
        partial_path.unlink(missing_ok=True)
        create_private_file(partial_path)
        with partial_path.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        replace_file(partial_path, path)
    except OSError as error:
        summary = f"Cannot write {path}."
        raise StoreError(summary, hint=f"{error.strerror}.") from error


def _create_secret_key(path: Path) -> None:
    """Write a new key; another process may do so at the same time."""
    partial_path = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    create_private_file(partial_path)
    partial_path.write_text(
        secrets.token_urlsafe(_SECRET_KEY_BYTES), encoding="ascii"
    )
    try:
        # Unlike a rename, keeps the key that another process has created.
        os.link(partial_path, path)
    except FileExistsError:
        return
    finally:
        partial_path.unlink()
