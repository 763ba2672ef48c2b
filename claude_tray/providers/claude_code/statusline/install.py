"""Install our command as Claude Code's statusline, and uninstall it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from claude_tray.errors import SettingsError, gettext_noop
from claude_tray.platform.atomic_write import write_atomically
from claude_tray.providers.claude_code.statusline.backup import (
    StatuslineBackup,
    format_backups,
    load_backups,
)
from claude_tray.providers.claude_code.statusline.json_edit import (
    JsonMember,
    find_member,
    insert_member,
    replace_value,
)

if TYPE_CHECKING:
    from pathlib import Path


_STATUSLINE_KEY: Final = "statusLine"
_SETTINGS_FILE: Final = "settings.json"
_EMPTY_SETTINGS: Final = "{\n}\n"
_PRIVATE_MODE: Final = 0o600


def install_statusline(
    claude_dir: Path, backup_path: Path, command: str
) -> bool:
    """
    Set the statusline command in Claude Code's settings.

    Args:
        claude_dir: Claude Code's folder.
        backup_path: File for the previous command.
        command: Our command.

    Returns:
        False if it was installed already.

    Raises:
        SettingsError: The settings cannot be parsed; nothing was changed.
    """
    backups = load_backups(backup_path)
    path = claude_dir / _SETTINGS_FILE
    text, mode = _read_settings(path)
    entry = _find_statusline_member(
        path, text if text is not None else _EMPTY_SETTINGS
    )
    if entry and _get_command(path, entry.value) == command:
        return False
    new_text, backup = _insert_command(path, text, entry, command)
    # Before the settings: the previous command must not get lost.
    backups[str(claude_dir)] = backup
    _write_file(backup_path, format_backups(backups), _PRIVATE_MODE)
    _write_file(path, new_text.encode(), mode)
    return True


def uninstall_statusline(claude_dir: Path, backup_path: Path) -> bool:
    """
    Restore the exact settings from before the installation.

    Returns:
        False if it was not installed.

    Raises:
        SettingsError: The settings cannot be parsed, or the statusline was
            changed since; nothing was changed.
    """
    backups = load_backups(backup_path)
    backup = backups.pop(str(claude_dir), None)
    if backup is None:
        return False
    path = claude_dir / _SETTINGS_FILE
    text, mode = _read_settings(path)
    if text is not None:
        _restore(path, text, backup, mode)
    _write_file(backup_path, format_backups(backups), _PRIVATE_MODE)
    return True


def is_statusline_installed(claude_dir: Path, command: str) -> bool:
    """
    Return whether Claude Code runs this command.

    Raises:
        SettingsError: The settings cannot be parsed.
    """
    path = claude_dir / _SETTINGS_FILE
    text, _ = _read_settings(path)
    entry = _find_statusline_member(path, text) if text is not None else None
    return bool(entry and _get_command(path, entry.value) == command)


def _insert_command(
    path: Path,
    text: str | None,
    entry: JsonMember | None,
    command: str,
) -> tuple[str, StatuslineBackup]:
    if entry is None:
        new_value = json.dumps({"type": "command", "command": command})
        new_text, inserted = insert_member(
            _EMPTY_SETTINGS if text is None else text,
            _STATUSLINE_KEY,
            new_value,
        )
        return new_text, StatuslineBackup(inserted, is_new=text is None)
    existing_text = text or ""
    # Keep the user's other keys, such as the padding.
    new_value = json.dumps(
        {**entry.value, "command": command}, ensure_ascii=False
    )
    previous_text = existing_text[entry.start : entry.end]
    previous_command = _get_command(path, entry.value)
    return replace_value(existing_text, entry, new_value), StatuslineBackup(
        new_value, previous_text, previous_command
    )


def _restore(
    path: Path, text: str, backup: StatuslineBackup, mode: int
) -> None:
    position = text.find(backup.ours)
    if position < 0:
        raise SettingsError(
            gettext_noop(
                "The statusLine in {path} was changed since installation."
            ),
            hint=gettext_noop("Remove it by hand."),
            path=path,
        )
    end = position + len(backup.ours)
    new_text = text[:position] + backup.before + text[end:]
    if backup.is_new and new_text == _EMPTY_SETTINGS:
        path.unlink()
        return
    _find_statusline_member(path, new_text)
    _write_file(path, new_text.encode(), mode)


def _read_settings(path: Path) -> tuple[str | None, int]:
    """Return text and mode of the file; the text is None without one."""
    try:
        mode = path.stat().st_mode & 0o777
        return path.read_bytes().decode(), mode
    except FileNotFoundError:
        return None, _PRIVATE_MODE
    except (OSError, UnicodeDecodeError) as error:
        raise _build_unreadable_error(path, str(error)) from error


def _find_statusline_member(path: Path, text: str) -> JsonMember | None:
    try:
        return find_member(text, _STATUSLINE_KEY)
    except (ValueError, RecursionError) as error:
        raise _build_unreadable_error(path, str(error)) from error


def _get_command(path: Path, value: Any) -> str:
    if isinstance(value, dict) and value.get("type") == "command":
        command = value.get("command")
        if isinstance(command, str):
            return command
    raise _build_unreadable_error(path, "its statusLine is not a command")


def _build_unreadable_error(path: Path, reason: str) -> SettingsError:
    return SettingsError(
        gettext_noop("{path} cannot be parsed, so it was not changed."),
        hint="{reason}.",
        path=path,
        reason=reason.rstrip("."),
    )


def _write_file(path: Path, data: bytes, mode: int) -> None:
    try:
        write_atomically(path, data, mode)
    except OSError as error:
        raise SettingsError(
            gettext_noop("{path} cannot be written: {reason}."),
            path=path,
            reason=error.strerror,
        ) from error
