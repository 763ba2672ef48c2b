"""What put the program here, by where it lies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.desktop.identity import COMMAND

if TYPE_CHECKING:
    from claude_tray.desktop.relaunch import Running

# Read from the top: a pipx of the system has its venvs at home.
_PLACES: Final = (
    ("/uv/tools/", f"uv tool uninstall {COMMAND}"),
    ("/pipx/venvs/", f"pipx uninstall {COMMAND}"),
    ("/Cellar/", f"brew uninstall {COMMAND}"),
)


def removal_command(process: Running) -> str:
    """Return what a person types to remove the program itself."""
    if image := process.variables.get("APPIMAGE"):
        return f"rm {image}"
    program = process.executable
    place = program.as_posix()
    for mark, command in _PLACES:
        if mark in place:
            return command
    if place.startswith("/usr/") and not place.startswith("/usr/local/"):
        return f"sudo apt remove {COMMAND} (or dnf remove, pacman -R)"
    if process.is_bundle:
        return f"delete the folder {program.parent}"
    return f"{program} -m pip uninstall {COMMAND}"
