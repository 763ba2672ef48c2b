"""The command that starts this very installation again."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.desktop.identity import COMMAND
from claude_tray.desktop.paths import home_folder
from claude_tray.errors import DesktopError

if TYPE_CHECKING:
    from collections.abc import Mapping

_BIN_VARIABLES: Final = ("UV_TOOL_BIN_DIR", "PIPX_BIN_DIR", "XDG_BIN_HOME")
_UVX_FOLDERS: Final = frozenset({"archive-v0", "environments-v2"})
_CACHES: Final = frozenset({".cache", "cache"})


class Running(NamedTuple):
    """
    How this process was started.

    Attributes:
        executable: The interpreter or the bundle, links unresolved.
        variables: The environment.
        home: The user's.
        temporary: Where things are gone tomorrow.
        is_bundle: The executable is the whole program.
        is_flatpak: The desktop does not see our files.
    """

    executable: Path
    variables: Mapping[str, str]
    home: Path
    temporary: Path
    is_bundle: bool = False
    is_flatpak: bool = False


def running(variables: Mapping[str, str]) -> Running:
    """Return how this process was started."""
    return Running(
        executable=Path(sys.executable),
        variables=variables,
        home=home_folder(),
        temporary=Path(tempfile.gettempdir()).resolve(),
        is_bundle=bool(getattr(sys, "frozen", False)),
        is_flatpak=Path("/.flatpak-info").exists(),
    )


def launch_command(process: Running) -> tuple[str, ...]:
    """
    Return the words that start this installation again, at any time.

    Raises:
        DesktopError: It will be gone, or cannot be started from outside.
    """
    if process.is_flatpak:
        summary = "In a Flatpak, only its portal can start a program."
        raise DesktopError(summary)
    words = _words(process)
    if reason := _passing(Path(words[0]), process.temporary):
        summary = f"{COMMAND} runs from {reason}, which will be gone."
        hint = "Install it first: uv tool install, or pipx install."
        raise DesktopError(summary, hint=hint)
    if any(c in word for word in words for c in "\n\r\0"):
        summary = "The program's path has a line break in it."
        raise DesktopError(summary, hint="Install it elsewhere.")
    return words


def login_command(process: Running) -> tuple[str, ...]:
    """
    Return the words that start it at login, without a console on Windows.

    Raises:
        DesktopError: As `launch_command`.
    """
    words = launch_command(process)
    if process.is_bundle:
        twin = process.executable.with_name(f"{COMMAND}w.exe")
        return (str(twin),) if twin.is_file() else words
    windowless = process.executable.with_name("pythonw.exe")
    return _as_module(windowless) if windowless.is_file() else words


def _words(process: Running) -> tuple[str, ...]:
    program = process.executable
    image = process.variables.get("APPIMAGE")
    mount = process.variables.get("APPDIR")
    # A terminal that is itself an AppImage hands both down to us.
    if (
        image
        and mount
        and program.resolve().is_relative_to(Path(mount).resolve())
    ):
        return (image,)
    if process.is_bundle:
        return (str(program),)
    script = program.parent / f"{COMMAND}{program.suffix}"
    if shim := _shim(script, process):
        return (str(shim),)
    if script.is_file():
        return (str(script),)
    return _as_module(program)


def _as_module(python: Path) -> tuple[str, ...]:
    return (str(python), "-P", "-m", "claude_tray")


def _shim(script: Path, process: Running) -> Path | None:
    """Return the link to the script, which outlives a rebuilt venv."""
    named = [process.variables.get(name, "") for name in _BIN_VARIABLES]
    folders = [Path(name) for name in named if name]
    for folder in (*folders, process.home / ".local" / "bin"):
        shim = folder / script.name
        if shim.is_symlink() and shim.resolve() == script.resolve():
            return shim
    return None


def _passing(program: Path, temporary: Path) -> str:
    """Say why a program will not be there tomorrow; empty if it will."""
    parts = {part.lower() for part in program.parts}
    if parts & _UVX_FOLDERS:
        return "uvx"
    if "pipx" in parts and parts & _CACHES:
        return "pipx run"
    if "apptranslocation" in parts:
        return "a disk image"
    if program.resolve().is_relative_to(temporary):
        return "a temporary folder"
    return ""
