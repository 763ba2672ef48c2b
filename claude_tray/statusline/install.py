"""Our command in Claude Code's settings, and out of them again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from claude_tray.errors import SettingsError
from claude_tray.settings.atomic import write_atomically
from claude_tray.statusline.memory import Earlier, recall, text_of
from claude_tray.statusline.splice import added, member, replaced

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.statusline.splice import Member

_KEY: Final = "statusLine"
_FILE: Final = "settings.json"
_EMPTY: Final = "{\n}\n"
_PRIVATE: Final = 0o600


def install(claude: Path, memory: Path, command: str) -> bool:
    """
    Make Claude Code run our command; False if it does so already.

    Args:
        claude: Its folder.
        memory: Where the earlier command is remembered.
        command: Ours.

    Raises:
        SettingsError: The settings are not understood; nothing was changed.
    """
    remembered = recall(memory)
    path = claude / _FILE
    text, mode = _read(path)
    found = _member(path, text if text is not None else _EMPTY)
    if found and _command(path, found.value) == command:
        return False
    new, earlier = _with_ours(path, text, found, command)
    # Before the settings: whatever happens, the earlier command is known.
    remembered[str(claude)] = earlier
    _write(memory, text_of(remembered), _PRIVATE)
    _write(path, new.encode(), mode)
    return True


def remove(claude: Path, memory: Path) -> bool:
    """
    Undo the installation exactly; False if there is none.

    Raises:
        SettingsError: The settings are not understood, or somebody changed
            the statusline since; nothing was changed.
    """
    remembered = recall(memory)
    earlier = remembered.pop(str(claude), None)
    if earlier is None:
        return False
    path = claude / _FILE
    text, mode = _read(path)
    if text is not None:
        _put_back(path, text, earlier, mode)
    _write(memory, text_of(remembered), _PRIVATE)
    return True


def is_installed(claude: Path, command: str) -> bool:
    """
    Tell whether Claude Code runs this command.

    Raises:
        SettingsError: The settings are not understood.
    """
    path = claude / _FILE
    text, _ = _read(path)
    found = _member(path, text) if text is not None else None
    return bool(found and _command(path, found.value) == command)


def _with_ours(
    path: Path,
    text: str | None,
    found: Member | None,
    command: str,
) -> tuple[str, Earlier]:
    if found is None:
        ours = json.dumps({"type": "command", "command": command})
        new, piece = added(_EMPTY if text is None else text, _KEY, ours)
        return new, Earlier(piece, is_new=text is None)
    known = text or ""
    # Its other keys, as the padding, are the person's choice.
    ours = json.dumps({**found.value, "command": command}, ensure_ascii=False)
    before = known[found.start : found.end]
    theirs = _command(path, found.value)
    return replaced(known, found, ours), Earlier(ours, before, theirs)


def _put_back(path: Path, text: str, earlier: Earlier, mode: int) -> None:
    at = text.find(earlier.ours)
    if at < 0:
        summary = f"The statusLine of {path} was changed since."
        hint = "Edit it by hand."
        raise SettingsError(summary, hint=hint)
    end = at + len(earlier.ours)
    new = text[:at] + earlier.before + text[end:]
    if earlier.is_new and new == _EMPTY:
        path.unlink()
        return
    _member(path, new)
    _write(path, new.encode(), mode)


def _read(path: Path) -> tuple[str | None, int]:
    """Return the text, None if there is no file, and the file's mode."""
    try:
        mode = path.stat().st_mode & 0o777
        return path.read_bytes().decode(), mode
    except FileNotFoundError:
        return None, _PRIVATE
    except (OSError, UnicodeDecodeError) as error:
        raise _not_understood(path, str(error)) from error


def _member(path: Path, text: str) -> Member | None:
    try:
        return member(text, _KEY)
    except (ValueError, RecursionError) as error:
        raise _not_understood(path, str(error)) from error


def _command(path: Path, value: Any) -> str:  # noqa: ANN401 - JSON is anything
    if isinstance(value, dict) and value.get("type") == "command":
        command = value.get("command")
        if isinstance(command, str):
            return command
    raise _not_understood(path, "its statusLine is no command")


def _not_understood(path: Path, reason: str) -> SettingsError:
    summary = f"{path} is not understood, so it was left as it is."
    return SettingsError(summary, hint=f"{reason.rstrip('.')}.")


def _write(path: Path, data: bytes, mode: int) -> None:
    try:
        write_atomically(path, data, mode)
    except OSError as error:
        summary = f"{path} cannot be written: {error.strerror}."
        raise SettingsError(summary) from error
