from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from claude_tray.platform.start_command import (
    format_install_command,
    format_start_command,
)

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="has paths and modes of Unix"
)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a checkout with a venv; the user is in it."""
    for path in (
        "project/.venv/bin/claude-tray",
        "project/.venv/bin/python",
        "project/claude-tray",
        "bin/claude-tray",
        "my apps/claude-tray",
    ):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(0o755)
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "project"


@pytest.mark.parametrize(
    ("argument", "executable", "path", "is_bundle", "expected"),
    [
        # Found by the shell.
        ("{root}/bin/claude-tray", "python", "bin", False, "claude-tray"),
        ("{root}/bin/claude-tray", "python", "", False, "{root}/bin/claude-tray"),
        (".venv/bin/claude-tray", "python", "bin", False, None),
        ("{root}/project/.venv/bin/claude-tray", "python", "", False, None),
        ("./claude-tray", "python", "bin", False, "./claude-tray"),
        (
            "{root}/my apps/claude-tray",
            "python",
            "",
            False,
            '"{root}/my apps/claude-tray"',
        ),
        # As a module.
        (
            "{root}/claude_tray/__main__.py",
            "{root}/project/.venv/bin/python",
            "",
            False,
            ".venv/bin/python -m claude_tray",
        ),
        (
            "{root}/claude_tray/__main__.py",
            "{root}/project/.venv/bin/python",
            "project/.venv/bin",
            False,
            "python -m claude_tray",
        ),
        # A process that the program has started.
        ("-c", "{root}/project/.venv/bin/python", "", False, None),
        ("-c", "/usr/bin/python3", "", False, "claude-tray"),
        # Started for one run.
        ("x", "/h/.cache/uv/archive-v0/ab/bin/python", "", False, "uvx claude-tray"),
        ("x", "/h/.cache/pipx/ab/bin/python", "", False, "pipx run claude-tray"),
        ("x", "{root}/project/claude-tray", "", True, "./claude-tray"),
    ],
)  # fmt: skip
def test_a_hint_names_the_command_as_it_was_started(
    project: Path,
    argument: str,
    executable: str,
    path: str,
    is_bundle: bool,  # noqa: FBT001 - a case
    expected: str | None,
) -> None:
    root = str(project.parent)
    search_path = os.pathsep.join(["/nowhere", f"{root}/{path}"])

    command = format_start_command(
        argument.format(root=root),
        executable.format(root=root),
        {"PATH": search_path if path else ""},
        is_bundle=is_bundle,
    )

    assert command == (expected or ".venv/bin/claude-tray").format(root=root)


def test_an_appimage_is_named_by_its_file(project: Path) -> None:
    image = str(project / "claude-tray")

    command = format_start_command(
        "AppRun", "/mnt/.mount/python", {"APPIMAGE": image}
    )

    assert command == "./claude-tray"


@pytest.mark.parametrize(
    ("executable", "environ", "expected"),
    [
        (
            "/home/ada/.venv/bin/python",
            {},
            "/home/ada/.venv/bin/python -m pip",
        ),
        (
            "/h/.local/share/pipx/venvs/claude-tray/bin/python",
            {},
            "pipx inject",
        ),
        (
            "/h/.local/share/uv/tools/claude-tray/bin/python",
            {},
            "uv pip install",
        ),
        ("/h/.cache/uv/archive-v0/x/bin/python", {}, "uvx --with"),
        ("/h/.cache/pipx/abc/bin/python", {}, "pipx run --with"),
        ("/opt/claude-tray", {"APPIMAGE": "/home/ada/tray.AppImage"}, ""),
    ],
)
def test_a_library_is_added_as_the_program_was_installed(
    executable: str, environ: dict[str, str], expected: str
) -> None:
    command = format_install_command("mcp>=2", executable, environ)

    assert command.startswith(expected)
    assert not expected or '"mcp>=2"' in command


def test_nothing_can_be_added_to_a_bundle() -> None:
    bundle = format_install_command("mcp>=2", "/opt/x", {}, is_bundle=True)

    assert bundle == ""
