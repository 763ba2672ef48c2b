"""Start at login by an XDG autostart entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.desktop.autostart.state import State, Status
from claude_tray.desktop.desktop_file import (
    GROUP,
    entry,
    exec_line,
    program_of,
    read,
)
from claude_tray.desktop.identity import APP_ID, TITLE
from claude_tray.errors import DesktopError
from claude_tray.settings.atomic import write_atomically

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_FURTHER: Final = {
    "X-GNOME-Autostart-enabled": "true",
    "X-KDE-autostart-after": "panel",
    "X-MATE-Autostart-Delay": "3",
}
_SWITCHES: Final = ("X-GNOME-Autostart-enabled", "X-MATE-Autostart-enabled")
_MASK: Final = f"{GROUP}\nType=Application\nName={TITLE}\nHidden=true\n"


class XdgAutostart:
    """
    The entry in the user's folder, before those of the system.

    Args:
        own: The user's configuration folder.
        system: The system's, the first of them wins.
    """

    def __init__(self, own: Path, system: Sequence[Path] = ()) -> None:
        self._path = _entry_in(own)
        self._system = [_entry_in(folder) for folder in system]

    def enable(self, command: tuple[str, ...]) -> None:
        text = entry(command, _FURTHER)
        write_atomically(self._path, text.encode())

    def disable(self) -> None:
        if any(path.is_file() for path in self._system):
            # A packaged entry can only be hidden.
            write_atomically(self._path, _MASK.encode())
        else:
            self._path.unlink(missing_ok=True)

    def status(self, command: tuple[str, ...]) -> Status:
        found = [p for p in (self._path, *self._system) if p.is_file()]
        if not found:
            return Status(State.OFF, str(self._path))
        where = str(found[0])
        keys = read(found[0].read_text(encoding="utf-8", errors="replace"))
        if keys.get("Hidden", "").lower() in {"true", "1"}:
            return Status(State.OFF, where)
        line = keys.get("Exec", "")
        return Status(_state(keys, line, command), where, program_of(line))


def _entry_in(folder: Path) -> Path:
    return folder / "autostart" / f"{APP_ID}.desktop"


def _state(
    keys: dict[str, str],
    line: str,
    command: tuple[str, ...],
) -> State:
    if any(keys.get(name, "").lower() == "false" for name in _SWITCHES):
        return State.BLOCKED
    try:
        return State.ON if line == exec_line(command) else State.STALE
    except DesktopError:
        return State.STALE
