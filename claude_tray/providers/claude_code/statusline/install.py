"""Install our command as Claude Code's statusline, and uninstall it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.core.setup import FileChange, find_changed_lines
from claude_tray.errors import SettingsError, gettext_noop
from claude_tray.platform.atomic_write import write_atomically
from claude_tray.platform.small_file import read_small_file
from claude_tray.providers.claude_code.statusline.backup import (
    StatuslineBackup,
    format_backups,
    load_backups,
)
from claude_tray.providers.claude_code.statusline.json_edit import (
    JsonMember,
    find_member,
    insert_member,
    remove_member,
    replace_value,
)

if TYPE_CHECKING:
    from pathlib import Path


_STATUSLINE_KEY: Final = "statusLine"
_SETTINGS_FILE: Final = "settings.json"
_EMPTY_SETTINGS: Final = "{\n}\n"
_EMPTY_OBJECT: Final = "{}"
_NO_OBJECT: Final = ("", "null")
_BOM: Final = "\ufeff"
_PRIVATE_MODE: Final = 0o600


class SettingsText(NamedTuple):
    """
    Content of a settings file.

    Attributes:
        text: JSON object; that of an empty file is an empty object.
        mode: Mode of the file.
        bom: Byte order mark before the text; empty without one.
        empty: Text of a file without an object; None if it has one.
        is_new: There is no file.
    """

    text: str
    mode: int
    bom: str = ""
    empty: str | None = None
    is_new: bool = False


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
    plan = _plan_installation(claude_dir, backup_path, command)
    if plan is None:
        return False
    # Before the settings: the previous command must not get lost.
    backups = {**load_backups(backup_path), str(claude_dir): plan.backup}
    write_file(backup_path, format_backups(backups), _PRIVATE_MODE)
    settings, path = plan.settings, claude_dir / _SETTINGS_FILE
    write_file(path, (settings.bom + plan.text).encode(), settings.mode)
    return True


def preview_installation(
    claude_dir: Path, backup_path: Path, command: str
) -> FileChange | None:
    """
    Return what `install_statusline` would change; None if nothing.

    Raises:
        SettingsError: As `install_statusline`.
    """
    plan = _plan_installation(claude_dir, backup_path, command)
    if plan is None:
        return None
    path = claude_dir / _SETTINGS_FILE
    before = read_settings(path)
    has_object = not before.is_new and before.empty is None
    return find_changed_lines(
        str(path), before.text if has_object else before.empty or "", plan.text
    )


def uninstall_statusline(
    claude_dir: Path, backup_path: Path, command: str = ""
) -> bool:
    """
    Restore the settings from before the installation.

    The text is restored byte for byte if it is as we wrote it. Claude Code
    writes the whole file anew when it saves a setting; then only the value is
    restored, and keys of it that were changed since stay.

    Args:
        claude_dir: Claude Code's folder.
        backup_path: File with the previous command.
        command: Our command, if it is not that of the installation.

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
    settings = read_settings(path)
    if not settings.is_new:
        _restore(path, settings, backup, command)
    write_file(backup_path, format_backups(backups), _PRIVATE_MODE)
    return True


def is_statusline_installed(claude_dir: Path, command: str) -> bool:
    """
    Return whether Claude Code runs this command.

    Raises:
        SettingsError: The settings cannot be parsed.
    """
    path = claude_dir / _SETTINGS_FILE
    entry = _find_statusline_member(path, read_settings(path).text)
    return bool(entry and _get_command(path, entry.value) == command)


class _Installation(NamedTuple):
    """Settings to write: file of before, new text, how to restore it."""

    settings: SettingsText
    text: str
    backup: StatuslineBackup


def _plan_installation(
    claude_dir: Path, backup_path: Path, command: str
) -> _Installation | None:
    """Build the new settings; None if the command is installed already."""
    path = claude_dir / _SETTINGS_FILE
    former = load_backups(backup_path).get(str(claude_dir))
    settings = read_settings(path)
    entry = _find_statusline_member(path, settings.text)
    current = _get_command(path, entry.value) if entry else ""
    if current == command:
        return None
    if former and current and current == get_own_command(former):
        # Our own command of another place: its predecessor stays known.
        text = _build_former_text(path, settings.text, former)
        settings = settings._replace(
            text=text, empty=former.empty, is_new=former.is_new
        )
        entry = _find_statusline_member(path, text)
    return _Installation(
        settings, *_insert_command(path, settings, entry, command)
    )


def _insert_command(
    path: Path,
    settings: SettingsText,
    entry: JsonMember | None,
    command: str,
) -> tuple[str, StatuslineBackup]:
    if entry is None:
        new_value = json.dumps({"type": "command", "command": command})
        new_text, inserted = insert_member(
            settings.text, _STATUSLINE_KEY, new_value
        )
        return new_text, StatuslineBackup(
            inserted, is_new=settings.is_new, empty=settings.empty
        )
    # Keep the user's other keys, such as the padding.
    new_value = json.dumps(
        {**(entry.value or {"type": "command"}), "command": command},
        ensure_ascii=False,
    )
    previous_text = settings.text[entry.start : entry.end]
    previous_command = _get_command(path, entry.value)
    return replace_value(settings.text, entry, new_value), StatuslineBackup(
        new_value, previous_text, previous_command
    )


def preview_removal(
    claude_dir: Path, backup_path: Path, command: str = ""
) -> FileChange | None:
    """
    Return what `uninstall_statusline` would change; None if nothing.

    Raises:
        SettingsError: As `uninstall_statusline`.
    """
    backup = load_backups(backup_path).get(str(claude_dir))
    path = claude_dir / _SETTINGS_FILE
    settings = read_settings(path)
    if backup is None or settings.is_new:
        return None
    text = _plan_restoration(path, settings, backup, command)
    return find_changed_lines(str(path), settings.text, text or "")


def _restore(
    path: Path, settings: SettingsText, backup: StatuslineBackup, command: str
) -> None:
    new_text = _plan_restoration(path, settings, backup, command)
    if new_text is None:
        path.unlink()
        return
    write_file(path, (settings.bom + new_text).encode(), settings.mode)


def _plan_restoration(
    path: Path, settings: SettingsText, backup: StatuslineBackup, command: str
) -> str | None:
    """Return the text of before; None if there was no file."""
    new_text = _build_former_text(path, settings.text, backup, command)
    if new_text.strip() == _EMPTY_OBJECT or new_text == _EMPTY_SETTINGS:
        if backup.is_new:
            return None
        return new_text if backup.empty is None else backup.empty
    _find_statusline_member(path, new_text)
    return new_text


def _build_former_text(
    path: Path, text: str, backup: StatuslineBackup, command: str = ""
) -> str:
    """Return the text with the value from before the installation."""
    position = text.find(backup.ours)
    if position >= 0:
        end = position + len(backup.ours)
        return text[:position] + backup.before + text[end:]
    entry = _find_statusline_member(path, text)
    if entry is None:
        # Removed by hand already.
        return text
    current = entry.value if isinstance(entry.value, dict) else {}
    if current.get("command") not in {get_own_command(backup), command}:
        raise SettingsError(
            gettext_noop(
                "The statusLine in {path} was changed since installation."
            ),
            hint=gettext_noop(
                "Remove it by hand; the command before was: {command}"
            )
            if backup.command
            else gettext_noop("Remove it by hand."),
            path=path,
            command=backup.command,
        )
    before = json.loads(backup.before) if backup.command else None
    if before is None and backup.before:
        return replace_value(text, entry, backup.before)
    if before is None:
        return remove_member(text, entry)
    new_value = {**before, **current, "command": before["command"]}
    return replace_value(
        text, entry, json.dumps(new_value, ensure_ascii=False)
    )


def get_own_command(backup: StatuslineBackup) -> str | None:
    """Return the command that the installation wrote."""
    text = backup.ours.strip().rstrip(",")
    try:
        if not text.startswith("{"):
            text = json.dumps(json.loads(f"{{{text}}}")[_STATUSLINE_KEY])
        command = json.loads(text)["command"]
    except (KeyError, TypeError, ValueError):
        return None
    return command if isinstance(command, str) else None


def read_settings(path: Path) -> SettingsText:
    """
    Read Claude Code's settings.

    Raises:
        SettingsError: The file cannot be read.
    """
    try:
        text = read_small_file(path).decode()
        mode = path.stat().st_mode & 0o777
    except FileNotFoundError:
        return SettingsText(_EMPTY_SETTINGS, _PRIVATE_MODE, is_new=True)
    except (OSError, UnicodeDecodeError) as error:
        raise build_unreadable_error(path, str(error)) from error
    bom = _BOM if text.startswith(_BOM) else ""
    text = text.removeprefix(_BOM)
    if text.strip() in _NO_OBJECT:
        # Claude Code reads both as settings without a value.
        return SettingsText(_EMPTY_SETTINGS, mode, bom, empty=text)
    return SettingsText(text, mode, bom)


def _find_statusline_member(path: Path, text: str) -> JsonMember | None:
    try:
        return find_member(text, _STATUSLINE_KEY)
    except (ValueError, RecursionError) as error:
        raise build_unreadable_error(path, str(error)) from error


def _get_command(path: Path, value: Any) -> str:
    """Return the command of a value; empty for none."""
    if value is None:
        return ""
    if isinstance(value, dict) and value.get("type") == "command":
        command = value.get("command")
        if isinstance(command, str):
            return command
    raise build_unreadable_error(
        path, gettext_noop("its statusLine is not a command")
    )


def build_unreadable_error(path: Path, reason: str) -> SettingsError:
    """Build the error about settings that cannot be parsed."""
    return SettingsError(
        gettext_noop("{path} cannot be parsed, so it was not changed."),
        hint="{reason}.",
        path=path,
        reason=reason.rstrip("."),
    )


def write_file(path: Path, data: bytes, mode: int) -> None:
    """
    Replace a file.

    Raises:
        SettingsError: It cannot be written.
    """
    try:
        write_atomically(path, data, mode)
    except OSError as error:
        raise SettingsError(
            gettext_noop("{path} cannot be written: {reason}."),
            path=path,
            reason=error.strerror,
        ) from error
