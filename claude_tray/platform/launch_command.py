"""Build the command that starts this installation."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.errors import DesktopError, gettext_noop
from claude_tray.platform.app_id import COMMAND
from claude_tray.platform.paths import get_home_folder

if TYPE_CHECKING:
    from collections.abc import Mapping


# The first match wins: pipx from a system package has its venvs in the home.
_UNINSTALL_COMMANDS: Final = (
    ("/uv/tools/", f"uv tool uninstall {COMMAND}"),
    ("/pipx/venvs/", f"pipx uninstall {COMMAND}"),
    ("/Cellar/", f"brew uninstall {COMMAND}"),
)


def get_uninstall_command(process: ProcessInfo) -> str:
    """Return the command that uninstalls the program."""
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
    Start parameters of this process.

    Attributes:
        executable: The interpreter or the bundle, links unresolved.
        environ: Environment variables.
        home: Home folder of the user.
        temporary_folder: The system's folder for temporary files.
        is_bundle: The executable contains the whole program.
        is_flatpak: The desktop cannot see the files of this process.
    """

    executable: Path
    environ: Mapping[str, str]
    home: Path
    temporary_folder: Path
    is_bundle: bool = False
    is_flatpak: bool = False


def current_process(environ: Mapping[str, str]) -> ProcessInfo:
    """Describe this process."""
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
    Build the arguments that start this installation at any time.

    Raises:
        DesktopError: The installation is temporary, or nothing outside of it
            can start it.
    """
    if process.is_flatpak:
        raise DesktopError(
            gettext_noop(
                "Other programs cannot start claude-tray in a Flatpak."
            )
        )
    command = find_program(process)
    if reason := _find_temporary_origin(
        Path(command[0]), process.temporary_folder
    ):
        raise DesktopError(
            reason,
            hint=gettext_noop("Install it first: uv tool install {name}."),
            name=COMMAND,
        )
    if any(c in word for word in command for c in "\n\r\0"):
        raise DesktopError(
            gettext_noop("The path of claude-tray contains a line break."),
            hint=gettext_noop("Install it in another folder."),
        )
    return command


def build_login_command(process: ProcessInfo) -> tuple[str, ...]:
    """
    Build the arguments for the start at login, without a console on Windows.

    Raises:
        DesktopError: As `build_launch_command`.
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


def find_program(process: ProcessInfo) -> tuple[str, ...]:
    """Return the arguments that start this installation now."""
    program = process.executable
    image = process.environ.get("APPIMAGE")
    mount = process.environ.get("APPDIR")
    # A terminal that is an AppImage passes both variables on to this process.
    if (
        image
        and mount
        and program.resolve().is_relative_to(Path(mount).resolve())
    ):
        return (image,)
    if process.is_bundle:
        return (str(program),)
    script = program.parent / f"{COMMAND}{program.suffix}"
    if link := _find_stable_link(script, process):
        return (str(link),)
    if script.is_file():
        return (str(script),)
    return _build_module_command(program)


def _build_module_command(python: Path) -> tuple[str, ...]:
    return (str(python), "-P", "-m", "claude_tray")


def _find_stable_link(script: Path, process: ProcessInfo) -> Path | None:
    """Return the link to the script, which survives a rebuilt venv."""
    configured = [process.environ.get(name, "") for name in _BIN_VARIABLES]
    folders = [Path(name) for name in configured if name]
    for folder in (*folders, process.home / ".local" / "bin"):
        link = folder / script.name
        if link.is_symlink() and link.resolve() == script.resolve():
            return link
    return None


def _find_temporary_origin(program: Path, temporary_folder: Path) -> str:
    """Return the msgid that says why it is temporary; empty if it is not."""
    parts = {part.lower() for part in program.parts}
    if parts & _UVX_FOLDERS:
        return gettext_noop(
            "claude-tray was started with uvx, which does not install it."
        )
    if "pipx" in parts and parts & _CACHE_FOLDERS:
        return gettext_noop(
            "claude-tray was started with pipx run, which does not install it."
        )
    if "apptranslocation" in parts:
        return gettext_noop("claude-tray is on a disk image.")
    if program.resolve().is_relative_to(temporary_folder):
        return gettext_noop("claude-tray is in a temporary folder.")
    return ""
