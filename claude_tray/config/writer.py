"""Writes what a person chose, and leaves all else in the file as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from claude_tray.config.schema import OPTIONS_BY_NAME
from claude_tray.errors import SettingsError
from claude_tray.platform.atomic_write import write_atomically
from claude_tray.platform.file_lock import FileLock

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


_LOCK_SECONDS = 5.0


def save_settings(path: Path, changes: Mapping[str, object]) -> None:
    """
    Set keys in the settings file; comments and unknown keys survive.

    Args:
        path: The file; made where there is none.
        changes: New values by dotted key, as {"icon.style": "ring"}.

    Raises:
        SettingsError: The file or a value cannot be used, or it cannot be
            written; it is as it was.
    """
    for name, value in changes.items():
        OPTIONS_BY_NAME[name].parse(name, value)
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path.with_name(f".{path.name}.lock"))
    try:
        if not lock.acquire(_LOCK_SECONDS):
            summary = "The settings are being written by another program."
            raise SettingsError(summary, hint="Try again.")
        try:
            text = apply_changes(_read_text(path), changes)
            write_atomically(path, text.encode(), 0o600)
        finally:
            lock.release()
    except (OSError, UnicodeDecodeError) as error:
        summary = f"The settings {path} cannot be written."
        raise SettingsError(summary, hint=str(error)) from error


def apply_changes(text: str, changes: Mapping[str, object]) -> str:
    """
    Return the text of a settings file with some keys set.

    Raises:
        SettingsError: The text is no TOML, or a table is none.
    """
    try:
        document = tomlkit.parse(text)
    except TOMLKitError as error:
        summary = f"The settings file is no valid TOML: {error}."
        raise SettingsError(summary, hint="Mend it first.") from error
    for name, value in changes.items():
        _set_value(document, name, value)
    return tomlkit.dumps(document)


def _set_value(
    document: tomlkit.TOMLDocument, name: str, value: object
) -> None:
    table: Any = document
    *tables, leaf = name.split(".")
    for table_name in tables:
        if table_name not in table:
            table[table_name] = tomlkit.table()
        table = table[table_name]
        if not hasattr(table, "keys"):
            summary = f"The setting {table_name} must be a table."
            raise SettingsError(summary)
    table[leaf] = value


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
