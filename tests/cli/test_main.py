from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from claude_tray import __version__
from claude_tray.cli.main import COMMANDS, is_output_error, main

if TYPE_CHECKING:
    from tests.cli.conftest import Terminal


# Their output is a file, a window or a script.
COMMANDS_WITHOUT_JSON = {
    "mcp",
    "open",
    "card",
    "popup",
    "completion",
    "serve",
    "server",
}


@pytest.mark.parametrize("word", ["--help", "help"])
def test_help_has_a_line_for_every_command(
    word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main([word])

    text = capsys.readouterr().out
    assert left.value.code == 0
    for name, summary in COMMANDS.items():
        assert re.search(
            f"^  {name} +{re.escape(summary)}$", text, re.MULTILINE
        )
    assert max(map(len, text.splitlines())) < 80


def test_help_of_a_command_is_its_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["help", "daily"])

    assert capsys.readouterr().out.startswith("usage: claude-tray daily")


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("stauts", "Did you mean stats, status, statusline?"),
        ("dayly", "Did you mean daily?"),
        ("month", "Did you mean monthly?"),
        ("xyz", "help” lists all commands."),
    ],
)
def test_a_misspelt_command_is_answered_by_similar_ones(
    word: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main([word])

    error = capsys.readouterr().err
    assert left.value.code == 2
    assert error.startswith(f"claude-tray: There is no command “{word}”. ")
    assert hint in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    "name", sorted(COMMANDS.keys() - COMMANDS_WITHOUT_JSON)
)
def test_each_command_explains_itself(
    name: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as left:
        main([name, "--help"])

    assert left.value.code == 0
    assert "--json" in capsys.readouterr().out


@pytest.mark.parametrize("word", ["--version", "version"])
def test_the_version_is_printed(
    word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([word]) == 0

    assert capsys.readouterr().out == f"claude-tray {__version__}\n"


@pytest.mark.parametrize("args", [["nonsense"], ["status", "--nonsense"]])
def test_invalid_arguments_exit_with_2(args: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(args)

    assert left.value.code == 2


def test_the_claude_path_is_accepted_before_the_command(
    terminal: Terminal,
) -> None:
    path = str(terminal.claude.path)

    assert main([f"--claude-path={path}", "refresh"]) == 0
    assert main(["--claude-path", path, "refresh", "--json"]) == 0


def test_an_error_is_one_line_without_a_traceback(terminal: Terminal) -> None:
    terminal.app_home.mkdir()
    (terminal.app_home / "data").write_text("no folder")

    result = terminal.run("stats")

    assert result.status == 1
    assert result.out == ""
    assert result.err.startswith("claude-tray: Cannot create ")
    assert result.err.count("\n") == 1


def test_a_closed_pipe_prints_no_traceback(terminal: Terminal) -> None:
    command = f"{sys.executable} -m claude_tray projects --json | true"
    shell = _run_in_shell(terminal, command)

    shell.check_returncode()
    assert "Traceback" not in shell.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full disk")
@pytest.mark.parametrize("args", ["stats", "export", "completion bash"])
def test_an_unwritable_output_is_reported(
    terminal: Terminal,
    args: str,
) -> None:
    command = f"{sys.executable} -m claude_tray {args} >/dev/full"

    shell = _run_in_shell(terminal, command)

    assert shell.returncode == 1
    assert (
        shell.stderr
        == "claude-tray: Cannot write the output: No space left on device.\n"
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full disk")
def test_only_errors_of_the_output_are_called_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    error = OSError(errno.EIO, "Input/output error")
    assert not is_output_error(error)

    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device
        monkeypatch.setattr(sys, "stdout", full)
        full.write("x")
        assert is_output_error(error)
        monkeypatch.undo()
        with pytest.raises(OSError, match="No space"):
            full.close()


@pytest.mark.skipif(sys.platform == "win32", reason="closes by a Unix shell")
@pytest.mark.parametrize("args", ["status", "stats --json", "statusline"])
def test_commands_run_without_a_console(
    terminal: Terminal,
    args: str,
) -> None:
    command = f"{sys.executable} -m claude_tray {args} >&- 2>&- </dev/null"

    shell = _run_in_shell(terminal, command)

    assert shell.returncode == 0


def _run_in_shell(
    terminal: Terminal,
    command: str,
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", command],
        env={**os.environ, "CLAUDE_PATH": str(terminal.claude.path)},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
