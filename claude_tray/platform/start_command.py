"""
Name the command that started the program, for hints that users copy.

It is what they typed: `claude-tray`, `.venv/bin/claude-tray`,
`python -m claude_tray`, `uvx claude-tray` or the path of a bundle.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from claude_tray.platform.app_id import COMMAND

if TYPE_CHECKING:
    from collections.abc import Mapping


_MODULE: Final = "claude_tray"
_PLAIN: Final = frozenset("/\\._-+:~@=,")
# A part of the interpreter's path, and how such a program is started.
_RUNNERS: Final = (
    ("/archive-v0/", "uvx"),
    ("/environments-v2/", "uvx"),
    ("/.cache/pipx/", "pipx run"),
    ("/pipx/.cache/", "pipx run"),
)


@cache
def get_start_command() -> str:
    """Return the command line that starts this program from here."""
    return format_start_command(
        sys.argv[0],
        sys.executable,
        os.environ,
        is_bundle=bool(getattr(sys, "frozen", False)),
    )


def format_start_command(
    argument: str,
    executable: str,
    environ: Mapping[str, str],
    *,
    is_bundle: bool = False,
) -> str:
    """
    Format the command line that started a process.

    Args:
        argument: First word of the command line, as Python reports it: a
            script, or a file of the module that `-m` has started.
        executable: The interpreter, or the bundle.
        environ: Environment variables.
        is_bundle: The executable contains the whole program.
    """
    if image := environ.get("APPIMAGE"):
        return _format_program(image, environ)
    path = executable.replace("\\", "/")
    for fragment, runner in _RUNNERS:
        if fragment in path:
            return f"{runner} {COMMAND}"
    if is_bundle:
        return _format_program(executable, environ)
    stem = Path(argument).stem
    if stem == COMMAND:
        return _format_program(argument, environ)
    if stem == "__main__":
        return f"{_format_program(executable, environ)} -m {_MODULE}"
    # A process of ours, such as a window's: its parent was started otherwise.
    script = Path(executable).with_name(f"{COMMAND}{Path(executable).suffix}")
    return (
        _format_program(str(script), environ) if script.is_file() else COMMAND
    )


def get_install_command(requirement: str) -> str:
    """Return the command line that adds a library to this installation."""
    return format_install_command(
        requirement,
        sys.executable,
        os.environ,
        is_bundle=bool(getattr(sys, "frozen", False)),
    )


def format_install_command(
    requirement: str,
    executable: str,
    environ: Mapping[str, str],
    *,
    is_bundle: bool = False,
) -> str:
    """
    Format the command line that adds a library to an installation.

    Args:
        requirement: Library and version, as "mcp>=2".
        executable: The interpreter, or the bundle.
        environ: Environment variables.
        is_bundle: The executable contains the whole program.

    Returns:
        Empty if nothing can be added to it.
    """
    if is_bundle or "APPIMAGE" in environ:
        return ""
    path = executable.replace("\\", "/")
    runner = next((name for part, name in _RUNNERS if part in path), "")
    if runner == "uvx":
        return f'uvx --with "{requirement}" {COMMAND}'
    if runner:
        return f'pipx run --with "{requirement}" {COMMAND}'
    if "/pipx/venvs/" in path:
        return f'pipx inject {COMMAND} "{requirement}"'
    python = _format_program(executable, environ)
    if "/uv/tools/" in path:
        return f'uv pip install --python {python} "{requirement}"'
    return f'{python} -m pip install "{requirement}"'


def _format_program(path: str, environ: Mapping[str, str]) -> str:
    """Write a program as its name, or relative to where the user is."""
    name = Path(path).name
    if _find_in_search_path(name, environ) == os.path.realpath(path):
        return name
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - keeps links
    folder = Path.cwd()
    text = str(absolute)
    if absolute.is_relative_to(folder):
        text = str(absolute.relative_to(folder))
        if absolute.parent == folder:
            text = os.path.join(".", text)  # noqa: PTH118 - Path drops "."
    if all(c.isalnum() or c in _PLAIN for c in text):
        return text
    return f'"{text}"'


def _find_in_search_path(name: str, environ: Mapping[str, str]) -> str:
    """Return the real path of the program that a shell starts; or empty."""
    for folder in environ.get("PATH", "").split(os.pathsep):
        path = os.path.join(folder, name)  # noqa: PTH118 - in every hint
        if folder and os.access(path, os.X_OK):
            return os.path.realpath(path)
    return ""
