"""The menu entry and its icons, which pip, uv and pipx do not install."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from claude_tray.desktop.desktop_file import entry
from claude_tray.desktop.identity import APP_ID
from claude_tray.settings.atomic import write_atomically

if TYPE_CHECKING:
    from collections.abc import Mapping

_FURTHER: Final = {
    "Categories": "Utility;",
    "Keywords": "claude;usage;tokens;limit;",
}


def data_folder(variables: Mapping[str, str], home: Path) -> Path:
    """Return where the environment says that a user's own data lies."""
    given = Path(variables.get("XDG_DATA_HOME", ""))
    return given if given.is_absolute() else home / ".local" / "share"


def text(command: tuple[str, ...]) -> str:
    """
    Return the entry.

    Raises:
        DesktopError: Desktops cannot start a program of such a path.
    """
    return entry(command, _FURTHER)


def install(
    data: Path,
    command: tuple[str, ...],
    icons: Mapping[str, bytes],
) -> list[Path]:
    """
    Put the entry into the menu; return what was written.

    Args:
        data: The user's data folder.
        command: What the entry starts.
        icons: Pictures by file name below hicolor, as "48x48/apps/ID.png".

    Raises:
        DesktopError: Desktops cannot start a program of such a path.
        OSError: It cannot be written.
    """
    files = {_entry_in(data): text(command).encode()}
    for name, picture in icons.items():
        files[_icons_in(data) / name] = picture
    for path, content in files.items():
        write_atomically(path, content)
    return list(files)


def remove(data: Path) -> list[Path]:
    """
    Take the entry and its icons away; return what was there.

    Raises:
        OSError: It cannot be deleted.
    """
    there = installed(data)
    for path in there:
        path.unlink()
    return there


def installed(data: Path) -> list[Path]:
    """Return the entry and its icons, as far as they are there."""
    icons = sorted(_icons_in(data).glob(f"*/apps/{APP_ID}*"))
    return [path for path in (_entry_in(data), *icons) if path.is_file()]


def _entry_in(data: Path) -> Path:
    return data / "applications" / f"{APP_ID}.desktop"


def _icons_in(data: Path) -> Path:
    return data / "icons" / "hicolor"
