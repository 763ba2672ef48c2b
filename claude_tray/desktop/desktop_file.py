"""Desktop entries, in the form that every reader of them starts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.desktop.identity import APP_ID, COMMENT, TITLE
from claude_tray.errors import DesktopError

if TYPE_CHECKING:
    from collections.abc import Mapping

GROUP: Final = "[Desktop Entry]"
_RESERVED: Final = frozenset(" \t\n\"'\\><~|&;$*?#()`")
# The specification allows these in a program's path, but systemd's generator,
# GLib or dex start something else then, or nothing.
_UNSAFE: Final = frozenset("\"'$`\\%=\t")


def entry(command: tuple[str, ...], further: Mapping[str, str]) -> str:
    """
    Return a desktop entry that starts a command.

    Args:
        command: The program and its words.
        further: Keys beside the usual ones.

    Raises:
        DesktopError: Desktops cannot start a program of such a path.
    """
    keys = {
        "Type": "Application",
        "Version": "1.4",
        "Name": TITLE,
        "Comment": COMMENT,
        "Exec": exec_line(command),
        # Makes the entry inert once the program is gone.
        "TryExec": _escaped(command[0]),
        "Icon": APP_ID,
        "Terminal": "false",
        "StartupNotify": "false",
        **further,
    }
    lines = [GROUP, *(f"{key}={value}" for key, value in keys.items())]
    return "\n".join(lines) + "\n"


def exec_line(command: tuple[str, ...]) -> str:
    """
    Return a command as the key Exec has it.

    Raises:
        DesktopError: Desktops cannot start a program of such a path.
    """
    if bad := sorted(_UNSAFE & set(command[0])):
        names = " ".join(map(repr, bad))
        summary = f"The program's path has {names} in it."
        hint = "Desktops cannot start it; install it elsewhere."
        raise DesktopError(summary, hint=hint)
    return " ".join(map(_quoted, command))


def program_of(line: str) -> str:
    """Return the program of a command line as this program writes it."""
    if line.startswith('"'):
        return line[1:].partition('"')[0]
    return line.partition(" ")[0]


def read(text: str) -> dict[str, str]:
    """Return the keys of an entry's own group; the first of each holds."""
    keys: dict[str, str] = {}
    group = ""
    for raw in text.splitlines():
        line = raw.strip()
        if line.startswith("["):
            group = line
        elif group == GROUP and "=" in line and not line.startswith("#"):
            key, value = line.split("=", 1)
            keys.setdefault(key.strip(), value.strip())
    return keys


def _quoted(word: str) -> str:
    text = word.replace("%", "%%")
    if not word or _RESERVED & set(word):
        for character in '\\"`$':
            text = text.replace(character, f"\\{character}")
        text = f'"{text}"'
    return _escaped(text)


def _escaped(text: str) -> str:
    return (
        text.replace("\\", "\\\\")
        .replace("\n", "\\n")
        .replace("\t", "\\t")
        .replace("\r", "\\r")
    )
