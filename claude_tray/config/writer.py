"""Write changed options and keep the rest of the settings file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import tomlkit
from tomlkit.exceptions import TOMLKitError

from claude_tray.config.schema import OPTIONS_BY_NAME
from claude_tray.config.settings import (
    BYTE_ORDER_MARK,
    FREE_FORM_TABLES,
    parse_settings_text,
)
from claude_tray.errors import SettingsError, gettext_noop
from claude_tray.platform import (
    atomic_write,
    file_lock,
    private_files,
    small_file,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from claude_tray.config.schema import Settings

    # New values by dotted key (str), or by the keys of an entry (a tuple of
    # str); None removes it.
    SettingChanges = Mapping[Any, object]


_LOCK_SECONDS: Final = 5.0


def save_settings(
    path: Path,
    changes: SettingChanges,
    check: Callable[[Settings], None] | None = None,
) -> None:
    """
    Set or remove options in the settings file; keep comments and order.

    Args:
        path: Settings file; created if it is missing.
        changes: New values by dotted key, such as {"icon.style": "ring"}, or
            by the keys of an entry, as ("prices", "claude-opus-4.5"); None
            removes the option.
        check: Raises an error if the changed settings must not be saved.

    Raises:
        SettingsError: The file or a value is invalid, or the file cannot be
            written; it is unchanged then.
    """
    for name, value in changes.items():
        if value is not None:
            _check_value(name, value)

    def edit(text: str) -> str:
        changed = apply_changes(text, changes)
        if check is not None:
            check(parse_settings_text(changed, path))
        return changed

    edit_settings(path, edit)


def _check_value(name: str | tuple[str, ...], value: object) -> None:
    if isinstance(name, tuple):
        table, *entry = name
        if table in FREE_FORM_TABLES:
            OPTIONS_BY_NAME[table].parse(table, {".".join(entry): value})
            return
        name = ".".join(name)
    OPTIONS_BY_NAME[name].parse(name, value)


def edit_settings(path: Path, edit: Callable[[str], str]) -> None:
    """
    Replace the text of the settings file while no other program writes it.

    Args:
        path: Settings file; created if it is missing.
        edit: Returns the new text; an error leaves the file unchanged.

    Raises:
        SettingsError: The file cannot be read or written.
    """
    private_files.make_private_folder(path.parent)
    lock = file_lock.FileLock(path.with_name(f".{path.name}.lock"))
    try:
        if not lock.acquire(_LOCK_SECONDS):
            raise SettingsError(
                gettext_noop("Another program is writing the settings."),
                hint=gettext_noop("Try again."),
            )
        try:
            atomic_write.write_atomically(
                path, edit(read_settings_text(path)).encode(), 0o600
            )
        finally:
            lock.release()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            gettext_noop("Cannot write the settings file {path}: {reason}."),
            path=path,
            reason=getattr(error, "strerror", None) or error,
        ) from error


def apply_changes(text: str, changes: SettingChanges) -> str:
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
        keys = name if isinstance(name, tuple) else tuple(name.split("."))
        if value is None:
            _remove_value(document, keys)
        else:
            _set_value(document, keys, value)
    return tomlkit.dumps(document)


def _set_value(table: Any, keys: tuple[str, ...], value: object) -> None:
    *tables, leaf = keys
    for number, name in enumerate(tables):
        if name not in table:
            is_super_table = number == len(tables) - 1 and isinstance(
                value, dict
            )
            table[name] = tomlkit.table(is_super_table)
        table = table[name]
        if not hasattr(table, "keys"):
            raise SettingsError(
                gettext_noop("The setting {key} must be a table."), key=name
            )
    if isinstance(value, dict) and hasattr(table.get(leaf), "keys"):
        _update_table(table[leaf], value)
    elif not _is_same(table.get(leaf), value):
        table[leaf] = value


def _update_table(table: Any, values: dict[str, object]) -> None:
    """Make a table equal to a dict; keep the comments of what stays."""
    for name in [name for name in table if name not in values]:
        del table[name]
    for name, value in values.items():
        if not _is_same(table.get(name), value):
            table[name] = value


def _is_same(old: object, new: object) -> bool:
    """Compare values; unlike in Python, 1 is not true."""
    return old == new and isinstance(old, bool) == isinstance(new, bool)


def _remove_value(table: Any, keys: tuple[str, ...]) -> None:
    """Remove an option, if it is set, and a table that is empty then."""
    name, *rest = keys
    if not hasattr(table, "keys") or name not in table:
        return
    if not rest:
        del table[name]
        return
    _remove_value(table[name], tuple(rest))
    if not table[name] and not table[name].as_string().strip():
        del table[name]


def read_settings_text(path: Path) -> str:
    """
    Return the text of the settings file; empty if it is missing.

    Raises:
        OSError: It cannot be read.
        UnicodeDecodeError: It is not UTF-8.
    """
    try:
        return (
            small_file.read_small_file(path)
            .decode()
            .removeprefix(BYTE_ORDER_MARK)
        )
    except FileNotFoundError:
        return ""
