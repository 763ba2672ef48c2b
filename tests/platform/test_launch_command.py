from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from claude_tray.errors import DesktopError
from claude_tray.platform.launch_command import (
    ProcessInfo,
    build_launch_command,
    build_login_command,
    get_uninstall_command,
)


def _running(
    program: str,
    variables: dict[str, str] | None = None,
    *,
    is_bundle: bool = False,
) -> ProcessInfo:
    return ProcessInfo(
        executable=Path(program),
        environ=variables or {},
        home=Path("/home/ana"),
        temporary_folder=Path("/tmp"),  # noqa: S108 - a name, nothing is made there
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
def test_the_uninstall_command_follows_from_the_path(
    program: str, command: str
) -> None:
    assert get_uninstall_command(_running(program)).startswith(command)


def test_a_bundle_is_uninstalled_by_deleting_its_folder() -> None:
    process = _running("/home/ana/claude-tray/claude-tray", is_bundle=True)

    assert (
        get_uninstall_command(process)
        == "delete the folder /home/ana/claude-tray"
    )


def test_an_appimage_is_uninstalled_by_deleting_its_file() -> None:
    image = "/home/ana/claude-tray.AppImage"
    process = _running("/mnt/x/claude-tray", {"APPIMAGE": image})

    assert get_uninstall_command(process) == f"rm {image}"


NOWHERE = Path("/nowhere")


def process(executable: Path, **more: Any) -> ProcessInfo:
    given = ProcessInfo(executable, {}, executable.parents[-1], NOWHERE)
    return given._replace(**more)


def made(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def test_the_script_next_to_the_interpreter_is_started(tmp_path: Path) -> None:
    script = made(tmp_path / "bin" / "claude-tray")

    found = build_launch_command(process(tmp_path / "bin" / "python"))

    assert found == (str(script),)


def test_a_link_to_the_script_is_preferred(
    tmp_path: Path,
) -> None:
    script = made(tmp_path / "venv" / "bin" / "claude-tray")
    link = tmp_path / ".local" / "bin" / "claude-tray"
    link.parent.mkdir(parents=True)
    link.symlink_to(script)

    found = build_launch_command(
        process(script.with_name("python"), home=tmp_path),
    )

    assert found == (str(link),)


def test_a_link_to_another_script_is_ignored(
    tmp_path: Path,
) -> None:
    script = made(tmp_path / "venv" / "bin" / "claude-tray")
    link = tmp_path / ".local" / "bin" / "claude-tray"
    link.parent.mkdir(parents=True)
    link.symlink_to(made(tmp_path / "other" / "claude-tray"))

    found = build_launch_command(
        process(script.with_name("python"), home=tmp_path),
    )

    assert found == (str(script),)


def test_a_checkout_is_started_as_a_module() -> None:
    found = build_launch_command(process(Path("/usr/bin/python3.11")))

    assert found == ("/usr/bin/python3.11", "-P", "-m", "claude_tray")


def test_a_bundle_starts_itself() -> None:
    found = build_launch_command(
        process(Path("/opt/tray/run"), is_bundle=True)
    )

    assert found == ("/opt/tray/run",)


def test_an_appimage_is_started_by_its_file() -> None:
    variables = {"APPIMAGE": "/apps/tray.AppImage", "APPDIR": "/mnt/x"}
    inside = process(Path("/mnt/x/bin/python"), environ=variables)

    assert build_launch_command(inside) == ("/apps/tray.AppImage",)


def test_the_appimage_of_the_terminal_is_ignored() -> None:
    variables = {"APPIMAGE": "/apps/term.AppImage", "APPDIR": "/mnt/x"}
    outside = process(Path("/opt/run"), environ=variables, is_bundle=True)

    assert build_launch_command(outside) == ("/opt/run",)


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("/c/uv/archive-v0/abc/bin/python", "uvx"),
        ("/home/u/.cache/pipx/abc/bin/python", "pipx run"),
        ("/private/AppTranslocation/x/python", "a disk image"),
        ("/temp/venv/bin/python", "a temporary folder"),
    ],
)
def test_a_temporary_installation_is_rejected(
    program: str,
    reason: str,
) -> None:
    passing = process(Path(program), temporary_folder=Path("/temp"))

    with pytest.raises(DesktopError, match=reason):
        build_launch_command(passing)


def test_a_flatpak_is_rejected() -> None:
    inside = process(Path("/app/bin/python"), is_flatpak=True)

    with pytest.raises(DesktopError, match="Flatpak"):
        build_launch_command(inside)


def test_a_line_break_in_the_path_is_rejected() -> None:
    broken = process(Path("/a\nb/run"), is_bundle=True)

    with pytest.raises(DesktopError, match="line break"):
        build_launch_command(broken)


def test_the_start_at_login_opens_no_console_on_windows(
    tmp_path: Path,
) -> None:
    made(tmp_path / "Scripts" / "claude-tray.exe")
    windowless = made(tmp_path / "Scripts" / "pythonw.exe")

    found = build_login_command(process(windowless.with_name("python.exe")))

    assert found == (str(windowless), "-P", "-m", "claude_tray")


def test_a_windows_bundle_starts_without_a_console_at_login(
    tmp_path: Path,
) -> None:
    program = made(tmp_path / "claude-tray.exe")
    bundle = process(program, is_bundle=True)

    assert build_login_command(bundle) == (str(program),)
    twin = made(tmp_path / "claude-trayw.exe")

    assert build_login_command(bundle) == (str(twin),)


def test_other_systems_start_the_same_command_at_login(tmp_path: Path) -> None:
    script = made(tmp_path / "bin" / "claude-tray")

    found = build_login_command(process(script.with_name("python")))

    assert found == (str(script),)
