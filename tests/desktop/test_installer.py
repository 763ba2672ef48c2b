from __future__ import annotations

from pathlib import Path

import pytest

from claude_tray.desktop.installer import removal_command
from claude_tray.desktop.relaunch import Running


def _running(
    program: str,
    variables: dict[str, str] | None = None,
    *,
    is_bundle: bool = False,
) -> Running:
    return Running(
        executable=Path(program),
        variables=variables or {},
        home=Path("/home/ana"),
        temporary=Path("/tmp"),  # noqa: S108 - a name, nothing is made there
        is_bundle=is_bundle,
    )


@pytest.mark.parametrize(
    ("program", "command"),
    [
        (
            "/home/ana/.local/share/uv/tools/claude-tray/bin/python",
            "uv tool uninstall claude-tray",
        ),
        (
            "/home/ana/.local/share/pipx/venvs/claude-tray/bin/python",
            "pipx uninstall claude-tray",
        ),
        (
            "/opt/homebrew/Cellar/claude-tray/0.1.0/libexec/bin/python",
            "brew uninstall claude-tray",
        ),
        ("/usr/bin/python3", "sudo apt remove claude-tray"),
        (
            "/home/ana/venv/bin/python",
            "/home/ana/venv/bin/python -m pip uninstall claude-tray",
        ),
    ],
)
def test_the_place_tells_what_put_it_there(program: str, command: str) -> None:
    assert removal_command(_running(program)).startswith(command)


def test_a_bundle_is_a_folder_to_delete() -> None:
    process = _running("/home/ana/claude-tray/claude-tray", is_bundle=True)

    assert (
        removal_command(process) == "delete the folder /home/ana/claude-tray"
    )


def test_an_appimage_is_a_file_to_delete() -> None:
    image = "/home/ana/claude-tray.AppImage"
    process = _running("/mnt/x/claude-tray", {"APPIMAGE": image})

    assert removal_command(process) == f"rm {image}"
