"""Write and parse desktop entries, and install the menu entry."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from claude_tray.errors import DesktopError, gettext_noop
from claude_tray.platform.app_id import APP_ID, TITLE
from claude_tray.platform.atomic_write import write_atomically

if TYPE_CHECKING:
    from collections.abc import Mapping


COMMENT: Final = gettext_noop("Claude usage in the tray")
ENTRY_GROUP: Final = "[Desktop Entry]"
_RESERVED: Final = frozenset(" \t\n\"'\\><~|&;$*?#()`")
# The specification allows these in the path of a program, but with them
# systemd's generator, GLib or dex start nothing or something else.
_UNSAFE: Final = frozenset("\"'$`\\%=\t")


def build_entry(
    command: tuple[str, ...], extra_keys: Mapping[str, str]
) -> str:
    """
    Build a desktop entry that starts a command.

    Args:
        command: The program and its arguments.
        extra_keys: Additional keys.

    Raises:
        DesktopError: Desktops cannot start a program with this path.
    """
    keys = {
        "Type": "Application",
        "Version": "1.4",
        "Name": TITLE,
        "Comment": COMMENT,
        "Exec": format_exec_line(command),
        # Disables the entry once the program is uninstalled.
        "TryExec": _escape(command[0]),
        "Icon": APP_ID,
        "Terminal": "false",
        "StartupNotify": "false",
        **extra_keys,
    }
    lines = [ENTRY_GROUP, *(f"{key}={value}" for key, value in keys.items())]
    return "\n".join(lines) + "\n"


def format_exec_line(command: tuple[str, ...]) -> str:
    """
    Format a command for the key Exec.

    Raises:
        DesktopError: Desktops cannot start a program with this path.
    """
    if unsafe := sorted(_UNSAFE & set(command[0])):
        names = " ".join(map(repr, unsafe))
        raise DesktopError(
            gettext_noop("The path of claude-tray contains {names}."),
            hint=gettext_noop(
                "Desktops cannot start it. Install it in another folder."
            ),
            names=names,
        )
    return " ".join(map(_quote_word, command))


def parse_program(line: str) -> str:
    """Return the program of a command line that this program wrote."""
    if line.startswith('"'):
        return line[1:].partition('"')[0]
    return line.partition(" ")[0]


def parse_entry(text: str) -> dict[str, str]:
    """Parse the main group of an entry; the first of repeated keys wins."""
    keys: dict[str, str] = {}
    group = ""
    for raw in text.splitlines():
        line = raw.strip()
        if line.startswith("["):
            group = line
        elif group == ENTRY_GROUP and "=" in line and not line.startswith("#"):
            key, value = line.split("=", 1)
            keys.setdefault(key.strip(), value.strip())
    return keys


def _quote_word(word: str) -> str:
    text = word.replace("%", "%%")
    if not word or _RESERVED & set(word):
        for character in '\\"`$':
            text = text.replace(character, f"\\{character}")
        text = f'"{text}"'
    return _escape(text)


def _escape(text: str) -> str:
    return (
        text.replace("\\", "\\\\")
        .replace("\n", "\\n")
        .replace("\t", "\\t")
        .replace("\r", "\\r")
    )


_MENU_KEYS: Final = {
    "Categories": "Utility;",
    "Keywords": "claude;usage;tokens;limit;",
}


def get_data_folder(environ: Mapping[str, str], home: Path) -> Path:
    """Return the user's XDG data folder."""
    configured = Path(environ.get("XDG_DATA_HOME", ""))
    return (
        configured if configured.is_absolute() else home / ".local" / "share"
    )


def build_menu_entry(
    command: tuple[str, ...], comments: Mapping[str, str]
) -> str:
    """
    Build the menu entry.

    Args:
        command: Command of the entry.
        comments: Translations of COMMENT by locale code.

    Raises:
        DesktopError: Desktops cannot start a program with this path.
    """
    translated = {f"Comment[{code}]": text for code, text in comments.items()}
    return build_entry(command, {**translated, **_MENU_KEYS})


def install_menu_entry(
    data: Path,
    command: tuple[str, ...],
    icons: Mapping[str, bytes],
    comments: Mapping[str, str],
) -> list[Path]:
    """
    Install the menu entry and its icons; return the written files.

    Args:
        data: The user's XDG data folder.
        command: Command of the entry.
        icons: Images by file name in hicolor, such as "48x48/apps/ID.png".
        comments: As in `build_menu_entry`.

    Raises:
        DesktopError: Desktops cannot start a program with this path.
        OSError: A file cannot be written.
    """
    entry = build_menu_entry(command, comments)
    files = {_get_menu_entry_path(data): entry.encode()}
    for name, picture in icons.items():
        files[_get_icons_folder(data) / name] = picture
    for path, content in files.items():
        write_atomically(path, content)
    return list(files)


def remove_menu_entry(data: Path) -> list[Path]:
    """
    Remove the menu entry and its icons; return the removed files.

    Raises:
        OSError: A file cannot be deleted.
    """
    existing = list_installed_files(data)
    for path in existing:
        path.unlink()
    return existing


def list_installed_files(data: Path) -> list[Path]:
    """List the installed files of the menu entry and its icons."""
    icons = sorted(_get_icons_folder(data).glob(f"*/apps/{APP_ID}*"))
    return [
        path for path in (_get_menu_entry_path(data), *icons) if path.is_file()
    ]


class FreedesktopEntry:
    """
    The user's menu entry on Linux.

    Args:
        environ: Environment variables.
        home: The user's home folder.
    """

    def __init__(self, environ: Mapping[str, str], home: Path) -> None:
        self._data = get_data_folder(environ, home)

    def install(
        self, command: tuple[str, ...], comments: Mapping[str, str]
    ) -> list[Path]:
        return install_menu_entry(
            self._data, command, load_theme_icons(), comments
        )

    def remove(self) -> list[Path]:
        return remove_menu_entry(self._data)

    def list_files(self) -> list[Path]:
        return list_installed_files(self._data)


def _get_menu_entry_path(data: Path) -> Path:
    return data / "applications" / f"{APP_ID}.desktop"


def _get_icons_folder(data: Path) -> Path:
    return data / "icons" / "hicolor"


_PACKAGE: Final = Path(__file__).parents[1]
# In an installed package; in a checkout.
_ICON_FOLDERS: Final = (_PACKAGE / "icons", _PACKAGE.parent / "icons")


def find_icon_file() -> Path | None:
    """Return a picture of the program's icon, if it comes with the program."""
    name = f"hicolor/64x64/apps/{APP_ID}.png"
    return next(
        (f / name for f in _ICON_FOLDERS if (f / name).is_file()), None
    )


def load_theme_icons() -> dict[str, bytes]:
    """
    Load the icons by file name in hicolor, such as "48x48/apps/ID.png".

    Distribution packages install them in the system's theme, so that there
    are none here.
    """
    folder = (
        next(filter(Path.is_dir, _ICON_FOLDERS), _ICON_FOLDERS[0]) / "hicolor"
    )
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.glob("*/apps/*"))
    }
