"""Write changed options and keep the rest of the settings file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import tomlkit
from tomlkit.exceptions import TOMLKitError

from claude_tray.config.schema import OPTIONS_BY_NAME
from claude_tray.errors import SettingsError, gettext_noop
from claude_tray.platform.atomic_write import write_atomically
from claude_tray.platform.file_lock import FileLock
from claude_tray.platform.private_files import make_private_folder
from claude_tray.platform.small_file import read_small_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


_LOCK_SECONDS: Final = 5.0


def save_settings(path: Path, changes: Mapping[str, object]) -> None:
    """
    Set options in the settings file; keep comments and unknown keys.

    Args:
        path: Settings file; created if it is missing.
        changes: New values by dotted key, such as {"icon.style": "ring"}.

    Raises:
        SettingsError: The file or a value is invalid, or the file cannot be
            written; it is unchanged then.
    """
    for name, value in changes.items():
        OPTIONS_BY_NAME[name].parse(name, value)
    make_private_folder(path.parent)
    lock = FileLock(path.with_name(f".{path.name}.lock"))
    try:
        if not lock.acquire(_LOCK_SECONDS):
            raise SettingsError(
                gettext_noop("Another program is writing the settings."),
                hint=gettext_noop("Try again."),
            )
        try:
            text = apply_changes(_read_text(path), changes)
            write_atomically(path, text.encode(), 0o600)
        finally:
            lock.release()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            gettext_noop("Cannot write the settings file {path}: {reason}."),
            path=path,
            reason=getattr(error, "strerror", None) or error,
        ) from error


def apply_changes(text: str, changes: Mapping[str, object]) -> str:
    """
    Return the text of a settings file with changed options.

    Raises:
        SettingsError: The text is not valid TOML, or a table is a value.
    """
    try:
        document = tomlkit.parse(text)
    except TOMLKitError as error:
        raise SettingsError(
            gettext_noop("The settings file is not valid TOML: {reason}."),
            hint=gettext_noop("Fix it first."),
            reason=error,
        ) from error
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
            raise SettingsError(
                gettext_noop("The setting {key} must be a table."),
                key=table_name,
            )
    table[leaf] = value


def _read_text(path: Path) -> str:
    try:
        return read_small_file(path).decode()
    except FileNotFoundError:
        return ""
