"""Start at login by an XDG autostart entry."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from claude_tray.errors import DesktopError
from claude_tray.platform.app_id import APP_ID, TITLE
from claude_tray.platform.atomic_write import write_atomically
from claude_tray.platform.autostart.base import AutostartState, AutostartStatus
from claude_tray.platform.desktop_entry import (
    ENTRY_GROUP,
    build_entry,
    format_exec_line,
    parse_entry,
    parse_program,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


_AUTOSTART_KEYS: Final = {
    "X-GNOME-Autostart-enabled": "true",
    "X-KDE-autostart-after": "panel",
    "X-MATE-Autostart-Delay": "3",
}
_ENABLED_KEYS: Final = (
    "X-GNOME-Autostart-enabled",
    "X-MATE-Autostart-enabled",
)
_HIDDEN_ENTRY: Final = (
    f"{ENTRY_GROUP}\nType=Application\nName={TITLE}\nHidden=true\n"
)


class XdgAutostart:
    """
    The entry in the user's folder, which overrides those of the system.

    Args:
        user_folder: Configuration folder of the user.
        system_folders: Configuration folders of the system, by priority.
    """

    def __init__(
        self, user_folder: Path, system_folders: Sequence[Path] = ()
    ) -> None:
        self._path = _get_entry_path(user_folder)
        self._system_paths = [
            _get_entry_path(folder) for folder in system_folders
        ]

    def enable(self, command: tuple[str, ...]) -> None:
        text = build_entry(command, _AUTOSTART_KEYS)
        write_atomically(self._path, text.encode())

    def disable(self) -> None:
        if any(path.is_file() for path in self._system_paths):
            # The user cannot delete the entry of a package, only hide it.
            write_atomically(self._path, _HIDDEN_ENTRY.encode())
        else:
            self._path.unlink(missing_ok=True)

    def status(self, command: tuple[str, ...]) -> AutostartStatus:
        found = [p for p in (self._path, *self._system_paths) if p.is_file()]
        if not found:
            return AutostartStatus(AutostartState.OFF, str(self._path))
        where = str(found[0])
        keys = parse_entry(
            found[0].read_text(encoding="utf-8", errors="replace")
        )
        if keys.get("Hidden", "").lower() in {"true", "1"}:
            return AutostartStatus(AutostartState.OFF, where)
        line = keys.get("Exec", "")
        return AutostartStatus(
            _classify_entry(keys, line, command), where, parse_program(line)
        )


def _get_entry_path(folder: Path) -> Path:
    return folder / "autostart" / f"{APP_ID}.desktop"


def _classify_entry(
    keys: dict[str, str],
    line: str,
    command: tuple[str, ...],
) -> AutostartState:
    if any(keys.get(name, "").lower() == "false" for name in _ENABLED_KEYS):
        return AutostartState.BLOCKED
    try:
        return (
            AutostartState.ON
            if line == format_exec_line(command)
            else AutostartState.STALE
        )
    except DesktopError:
        return AutostartState.STALE


def build_xdg_autostart(
    environ: Mapping[str, str], home: Path
) -> XdgAutostart:
    """Locate the entry by the XDG variables."""
    user_folder = Path(environ.get("XDG_CONFIG_HOME", ""))
    system_folders = environ.get("XDG_CONFIG_DIRS") or "/etc/xdg"
    return XdgAutostart(
        user_folder if user_folder.is_absolute() else home / ".config",
        [Path(f) for f in system_folders.split(":") if Path(f).is_absolute()],
    )
