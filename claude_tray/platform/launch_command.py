"""The command that starts this very installation again."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.errors import DesktopError
from claude_tray.platform.app_id import COMMAND
from claude_tray.platform.paths import get_home_folder

if TYPE_CHECKING:
    from collections.abc import Mapping


# Read from the top: a pipx of the system has its venvs at home.
_UNINSTALL_COMMANDS: Final = (
    ("/uv/tools/", f"uv tool uninstall {COMMAND}"),
    ("/pipx/venvs/", f"pipx uninstall {COMMAND}"),
    ("/Cellar/", f"brew uninstall {COMMAND}"),
)


def get_uninstall_command(process: ProcessInfo) -> str:
    """Return what a person types to remove the program itself."""
    if image := process.environ.get("APPIMAGE"):
        return f"rm {image}"
    program = process.executable
    path = program.as_posix()
    for fragment, command in _UNINSTALL_COMMANDS:
        if fragment in path:
            return command
    if path.startswith("/usr/") and not path.startswith("/usr/local/"):
        return f"sudo apt remove {COMMAND} (or dnf remove, pacman -R)"
    if process.is_bundle:
        return f"delete the folder {program.parent}"
    return f"{program} -m pip uninstall {COMMAND}"


_BIN_VARIABLES: Final = ("UV_TOOL_BIN_DIR", "PIPX_BIN_DIR", "XDG_BIN_HOME")
_UVX_FOLDERS: Final = frozenset({"archive-v0", "environments-v2"})
_CACHE_FOLDERS: Final = frozenset({".cache", "cache"})


class ProcessInfo(NamedTuple):
    """
    How this process was started.

    Attributes:
        executable: The interpreter or the bundle, links unresolved.
        environ: The environment.
        home: The user's.
        temporary_folder: Where things are gone tomorrow.
        is_bundle: The executable is the whole program.
        is_flatpak: The desktop does not see our files.
    """

    executable: Path
    environ: Mapping[str, str]
    home: Path
    temporary_folder: Path
    is_bundle: bool = False
    is_flatpak: bool = False


def current_process(environ: Mapping[str, str]) -> ProcessInfo:
    """Return how this process was started."""
    return ProcessInfo(
        executable=Path(sys.executable),
        environ=environ,
        home=get_home_folder(),
        temporary_folder=Path(tempfile.gettempdir()).resolve(),
        is_bundle=bool(getattr(sys, "frozen", False)),
        is_flatpak=Path("/.flatpak-info").exists(),
    )


def build_launch_command(process: ProcessInfo) -> tuple[str, ...]:
    """
    Return the words that start this installation again, at any time.

    Raises:
        DesktopError: It will be gone, or cannot be started from outside.
    """
    if process.is_flatpak:
        summary = "In a Flatpak, only its portal can start a program."
        raise DesktopError(summary)
    command = _build_command(process)
    if reason := _reason_if_temporary(
        Path(command[0]), process.temporary_folder
    ):
        summary = f"{COMMAND} runs from {reason}, which will be gone."
        hint = "Install it first: uv tool install, or pipx install."
        raise DesktopError(summary, hint=hint)
    if any(c in word for word in command for c in "\n\r\0"):
        summary = "The program's path has a line break in it."
        raise DesktopError(summary, hint="Install it elsewhere.")
    return command


def build_login_command(process: ProcessInfo) -> tuple[str, ...]:
    """
    Return the words that start it at login, without a console on Windows.

    Raises:
        DesktopError: As `launch_command`.
    """
    command = build_launch_command(process)
    if process.is_bundle:
        windowless_bundle = process.executable.with_name(f"{COMMAND}w.exe")
        return (
            (str(windowless_bundle),)
            if windowless_bundle.is_file()
            else command
        )
    windowless = process.executable.with_name("pythonw.exe")
    return (
        _build_module_command(windowless) if windowless.is_file() else command
    )


def _build_command(process: ProcessInfo) -> tuple[str, ...]:
    program = process.executable
    image = process.environ.get("APPIMAGE")
    mount = process.environ.get("APPDIR")
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
    if link := _stable_link(script, process):
        return (str(link),)
    if script.is_file():
        return (str(script),)
    return _build_module_command(program)


def _build_module_command(python: Path) -> tuple[str, ...]:
    return (str(python), "-P", "-m", "claude_tray")


def _stable_link(script: Path, process: ProcessInfo) -> Path | None:
    """Return the link to the script, which outlives a rebuilt venv."""
    configured = [process.environ.get(name, "") for name in _BIN_VARIABLES]
    folders = [Path(name) for name in configured if name]
    for folder in (*folders, process.home / ".local" / "bin"):
        link = folder / script.name
        if link.is_symlink() and link.resolve() == script.resolve():
            return link
    return None


def _reason_if_temporary(program: Path, temporary_folder: Path) -> str:
    """Say why a program will not be there tomorrow; empty if it will."""
    parts = {part.lower() for part in program.parts}
    if parts & _UVX_FOLDERS:
        return "uvx"
    if "pipx" in parts and parts & _CACHE_FOLDERS:
        return "pipx run"
    if "apptranslocation" in parts:
        return "a disk image"
    if program.resolve().is_relative_to(temporary_folder):
        return "a temporary folder"
    return ""
