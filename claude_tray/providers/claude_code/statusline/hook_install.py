"""Install our hook in Claude Code's settings, and remove it exactly."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from claude_tray.core.setup import FileChange, find_changed_lines
from claude_tray.providers.claude_code.statusline import (
    backup,
    install,
    json_edit,
)

if TYPE_CHECKING:
    from pathlib import Path


HOOK_BACKUP_FILE: Final = "hook.json"
_HOOKS: Final = "hooks"
_EVENT: Final = "UserPromptSubmit"
_SETTINGS_FILE: Final = "settings.json"
_TIMEOUT_SECONDS: Final = 5
_PRIVATE_MODE: Final = 0o600


def preview_hook(claude_dir: Path, command: str) -> FileChange | None:
    """
    Return what `install_hook` would change; None if nothing.

    Raises:
        SettingsError: The settings cannot be parsed.
    """
    path = claude_dir / _SETTINGS_FILE
    settings = install.read_settings(path)
    if command in _list_commands(path, settings.text):
        return None
    text, _ = _insert(path, settings.text, command)
    has_object = not settings.is_new and settings.empty is None
    before = settings.text if has_object else settings.empty or ""
    return find_changed_lines(str(path), before, text)


def install_hook(claude_dir: Path, backup_path: Path, command: str) -> bool:
    """
    Add the hook to Claude Code's settings; other hooks stay.

    Args:
        claude_dir: Claude Code's folder.
        backup_path: File that keeps what was inserted.
        command: Our command.

    Returns:
        False if it was installed already.

    Raises:
        SettingsError: The settings cannot be parsed; nothing was changed.
    """
    path = claude_dir / _SETTINGS_FILE
    if command in _list_commands(path, install.read_settings(path).text):
        return False
    # Our own command with another option is replaced.
    uninstall_hook(claude_dir, backup_path)
    settings = install.read_settings(path)
    text, inserted = _insert(path, settings.text, command)
    entry = backup.StatuslineBackup(
        inserted, "", command, settings.is_new, settings.empty
    )
    backups = {**backup.load_backups(backup_path), str(claude_dir): entry}
    # Before the settings: what was inserted must not get lost.
    install.write_file(
        backup_path, backup.format_backups(backups), _PRIVATE_MODE
    )
    install.write_file(path, (settings.bom + text).encode(), settings.mode)
    return True


def uninstall_hook(claude_dir: Path, backup_path: Path) -> bool:
    """
    Remove the hook, byte for byte if Claude Code has not rewritten the file.

    Returns:
        False if it was not installed.

    Raises:
        SettingsError: The settings cannot be parsed; nothing was changed.
    """
    backups = backup.load_backups(backup_path)
    entry = backups.pop(str(claude_dir), None)
    if entry is None:
        return False
    path = claude_dir / _SETTINGS_FILE
    settings = install.read_settings(path)
    if not settings.is_new:
        text = _restore(path, settings.text, entry)
        if text is None:
            path.unlink()
        else:
            install.write_file(
                path, (settings.bom + text).encode(), settings.mode
            )
    install.write_file(
        backup_path, backup.format_backups(backups), _PRIVATE_MODE
    )
    return True


def preview_hook_removal(
    claude_dir: Path, backup_path: Path
) -> FileChange | None:
    """
    Return what `uninstall_hook` would change; None if nothing.

    Raises:
        SettingsError: The settings cannot be parsed.
    """
    entry = backup.load_backups(backup_path).get(str(claude_dir))
    path = claude_dir / _SETTINGS_FILE
    settings = install.read_settings(path)
    if entry is None or settings.is_new:
        return None
    text = _restore(path, settings.text, entry)
    return find_changed_lines(str(path), settings.text, text or "")


def is_hook_installed(claude_dir: Path, backup_path: Path) -> bool:
    """Return whether Claude Code runs the hook that was installed."""
    return bool(read_hook_command(claude_dir, backup_path))


def read_hook_command(claude_dir: Path, backup_path: Path) -> str:
    """
    Return the command of the hook that was installed; empty if it is gone.

    Raises:
        SettingsError: The settings cannot be parsed.
    """
    entry = backup.load_backups(backup_path).get(str(claude_dir))
    path = claude_dir / _SETTINGS_FILE
    commands = _list_commands(path, install.read_settings(path).text)
    return entry.command if entry and entry.command in commands else ""


def _restore(
    path: Path, text: str, entry: backup.StatuslineBackup
) -> str | None:
    """Return the settings as they were; None if there was no file."""
    restored = _remove(path, text, entry)
    if _parse(path, restored):
        return restored
    if entry.is_new:
        return None
    return restored if entry.empty is None else entry.empty


def _parse(path: Path, text: str) -> dict[str, Any]:
    """Return the settings; refuse those whose hooks are of another form."""
    try:
        value = json.loads(text)
        # Also refuses a key that is there twice.
        json_edit.find_member(text, _HOOKS)
    except (ValueError, RecursionError) as error:
        raise install.build_unreadable_error(path, str(error)) from error
    groups = value.get(_HOOKS, {})
    groups = groups.get(_EVENT, []) if isinstance(groups, dict) else None
    if not isinstance(groups, list) or not all(
        isinstance(group, dict) and isinstance(group.get(_HOOKS, []), list)
        for group in groups
    ):
        raise install.build_unreadable_error(path, "its hooks are not a list")
    return dict(value)


def _list_commands(path: Path, text: str) -> list[object]:
    """Return the commands that run at each prompt."""
    groups = _parse(path, text).get(_HOOKS, {}).get(_EVENT, [])
    return [
        hook.get("command")
        for group in groups
        for hook in group.get(_HOOKS, [])
        if isinstance(hook, dict)
    ]


def _insert(path: Path, text: str, command: str) -> tuple[str, str]:
    """Return the settings with the hook, and the part that was inserted."""
    _parse(path, text)
    hook = {
        "type": "command",
        "command": command,
        "timeout": _TIMEOUT_SECONDS,
    }
    group = json.dumps({_HOOKS: [hook]}, ensure_ascii=False)
    hooks = json_edit.find_member(text, _HOOKS)
    if hooks is None:
        value = f"{{{json.dumps(_EVENT)}: [{group}]}}"
        return json_edit.insert_member(text, _HOOKS, value)
    inner = text[hooks.start : hooks.end]
    event = json_edit.find_member(inner, _EVENT)
    if event is None:
        changed, inserted = json_edit.insert_member(
            inner, _EVENT, f"[{group}]"
        )
        return text[: hooks.start] + changed + text[hooks.end :], inserted
    start = hooks.start + event.start + 1
    inserted = f"{group}, " if event.value else group
    return text[:start] + inserted + text[start:], inserted


def _remove(path: Path, text: str, entry: backup.StatuslineBackup) -> str:
    """Return the settings without the hook."""
    value = _parse(path, text)
    if text.count(entry.ours) == 1:
        return text.replace(entry.ours, "")
    member = json_edit.find_member(text, _HOOKS)
    if member is None or entry.command not in _list_commands(path, text):
        # Removed by hand already.
        return text
    hooks = value[_HOOKS]
    for group in hooks[_EVENT]:
        group[_HOOKS] = [
            hook
            for hook in group.get(_HOOKS, [])
            if not (
                isinstance(hook, dict) and hook.get("command") == entry.command
            )
        ]
    hooks[_EVENT] = [group for group in hooks[_EVENT] if group[_HOOKS]]
    if not hooks[_EVENT]:
        del hooks[_EVENT]
    if not hooks:
        return json_edit.remove_member(text, member)
    return json_edit.replace_value(
        text, member, json.dumps(hooks, indent=2, ensure_ascii=False)
    )
