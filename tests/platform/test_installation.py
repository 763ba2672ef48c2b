from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import claude_tray
from claude_tray.errors import DesktopError
from claude_tray.platform.installation import (
    Installation,
    build_restart_command,
    read_installation,
    replace_process,
)
from claude_tray.platform.launch_command import ProcessInfo

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="has links and programs of Unix"
)


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a link to an interpreter, as in a venv; it is this process's."""
    real = tmp_path / "python3.11"
    real.write_text("old")
    link = tmp_path / "venv" / "bin" / "python"
    link.parent.mkdir(parents=True)
    link.symlink_to(real)
    package = tmp_path / "__init__.py"
    package.write_text('__version__ = "1"')
    monkeypatch.setattr(sys, "executable", str(link))
    monkeypatch.setattr(claude_tray, "__file__", str(package))
    return link


def replace_package(_: Path) -> None:
    Path(claude_tray.__file__).write_text('__version__ = "1.2"')


def replace_link(program: Path) -> None:
    target = program.readlink()
    program.unlink()
    # A file in between, so that the link gets another number.
    program.with_name("other").touch()
    program.symlink_to(target)


def replace_interpreter(program: Path) -> None:
    program.resolve().write_text("newer")


@pytest.mark.parametrize(
    "replace",
    [replace_package, replace_link, replace_interpreter, Path.unlink],
)
def test_replaced_and_removed_files_are_noticed(
    program: Path, replace: object
) -> None:
    installation = read_installation()
    assert not installation.is_replaced()

    assert callable(replace)
    replace(program)

    assert installation.is_replaced()
    assert not read_installation().is_replaced()


def test_a_bundle_has_no_package(
    program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    installation = read_installation()

    replace_package(program)

    assert not installation.is_replaced()
    assert isinstance(installation, Installation)


def describe_process(program: Path, path: Path) -> ProcessInfo:
    return ProcessInfo(
        program, {"PATH": str(path)}, Path("/home/ana"), Path("/temp")
    )


def test_the_new_program_is_found_where_it_was_or_in_the_search_path(
    program: Path, tmp_path: Path
) -> None:
    process = describe_process(program, tmp_path / "bin")
    python = (str(program), "-P", "-m", "claude_tray")
    assert build_restart_command(process, ["--autostart"]) == (
        *python,
        "--autostart",
    )

    program.unlink()
    with pytest.raises(DesktopError, match="not found"):
        build_restart_command(process, [])

    script = tmp_path / "bin" / "claude-tray"
    script.parent.mkdir()
    script.touch()
    assert build_restart_command(process, ["--x"]) == (str(script), "--x")


def test_the_process_is_replaced(tmp_path: Path) -> None:
    code = (
        "import os, sys\n"
        "from claude_tray.platform.installation import replace_process\n"
        "print(os.getpid(), flush=True)\n"
        "replace_process(['/bin/sh', '-c', 'echo $$'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )

    first, second = done.stdout.split()
    assert first == second
    with pytest.raises(OSError, match="No such file"):
        replace_process([os.fspath(tmp_path / "missing")])
