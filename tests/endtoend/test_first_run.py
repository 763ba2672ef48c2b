"""Run the program as a new user does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.builders import ClaudeFolder, make_line
from tests.support.desktop import wait_until

if TYPE_CHECKING:
    from collections.abc import Mapping


ROOT = Path(__file__).parents[2]
WAITING = "Waiting for your first Claude Code message"
SSH_VARIABLES = {
    "SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22",
    "SSH_TTY": "/dev/pts/0",
}

pytestmark = pytest.mark.skipif(
    sys.platform == "win32",
    reason="has a terminal of Unix",
)


class TerminalUser:
    """A user at a terminal with an empty home."""

    def __init__(self, home: Path) -> None:
        home.mkdir()
        self.home = home
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "LC_ALL": "C.UTF-8",
            "TERM": "xterm",
            "PYTHONPATH": str(ROOT),
            # Not the environment of the user who runs the tests.
            "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere",
        }

    def run_until(
        self,
        *args: str,
        expected: str,
        variables: Mapping[str, str] | None = None,
    ) -> str:
        """Start the program in a terminal; press Ctrl+C after a text appears."""
        if sys.platform == "win32":
            pytest.skip("has a terminal of Unix")
        master_fd, slave_fd = os.openpty()
        process = subprocess.Popen(
            [sys.executable, "-m", "claude_tray", *args],
            env={**self.env, **(variables or {})},
            stdin=slave_fd,
            stdout=slave_fd,
            stderr=slave_fd,
            start_new_session=True,
        )
        os.close(slave_fd)
        output = b""
        try:

            def has_printed() -> bool:
                nonlocal output
                output += os.read(master_fd, 1 << 16)
                return expected in output.decode("utf-8", "replace")

            wait_until(has_printed)
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0
        finally:
            process.kill()
            process.wait()
            os.close(master_fd)
        return output.decode("utf-8", "replace").replace("\r\n", "\n")

    def run_command(
        self,
        *args: str,
        variables: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        environment = self.env if variables is None else variables
        return subprocess.run(
            [sys.executable, "-m", "claude_tray", *args],
            env=dict(environment),
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )


@pytest.fixture
def terminal_user(tmp_path: Path) -> TerminalUser:
    return TerminalUser(tmp_path / "home")


@pytest.mark.parametrize(
    "variables", [{}, SSH_VARIABLES], ids=["here", "over ssh"]
)
def test_without_a_display_and_transcripts_the_program_waits(
    terminal_user: TerminalUser,
    variables: dict[str, str],
) -> None:
    output = terminal_user.run_until(expected=WAITING, variables=variables)

    assert "Showing usage here instead. Press Ctrl+C to stop." in output
    assert "$0.00" not in output
    assert "Traceback" not in output


def test_suggestions_appear_once(
    terminal_user: TerminalUser,
) -> None:
    first = terminal_user.run_until(expected=WAITING)
    again = terminal_user.run_until(expected=WAITING)

    # As the program was started.
    assert first.count("python -m claude_tray autostart on") == 1
    assert first.count("python -m claude_tray statusline install") == 1
    assert "autostart on" not in again
    assert "statusline install" not in again


def test_enabled_features_are_not_suggested(
    terminal_user: TerminalUser,
) -> None:
    (terminal_user.home / ".claude").mkdir()
    variables = {**terminal_user.env, "TMPDIR": str(terminal_user.home)}
    for args in (("autostart", "on"), ("statusline", "install")):
        assert (
            terminal_user.run_command(*args, variables=variables).returncode
            == 0
        )

    output = terminal_user.run_until(expected=WAITING, variables=variables)

    assert "To " not in output


def test_an_unreadable_first_run_file_does_not_prevent_the_start(
    terminal_user: TerminalUser,
) -> None:
    notes = terminal_user.home / ".config" / "claude-tray" / "statusline.json"
    notes.parent.mkdir(parents=True)
    notes.write_text("nonsense")

    output = terminal_user.run_until(expected=WAITING)

    assert "-m claude_tray autostart on" in output
    assert "statusline install" not in output


def test_the_demo_shows_labeled_sample_data(
    terminal_user: TerminalUser,
) -> None:
    output = terminal_user.run_until("--demo", expected="left")

    assert "(sample data)" in output
    assert "autostart on" not in output
    assert not list(terminal_user.home.rglob("*.db"))


def test_a_demo_runs_once_and_can_be_quit(terminal_user: TerminalUser) -> None:
    demo = subprocess.Popen(
        [sys.executable, "-m", "claude_tray", "--demo", "--no-tray"],
        env=terminal_user.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert demo.stdout is not None
        demo.stdout.readline()
        second = terminal_user.run_command("--demo", "--no-tray")
        assert second.stdout == "The sample data is already shown.\n"

        assert terminal_user.run_command("--quit").returncode == 0
        assert demo.wait(10) == 0
        demo.stdout.close()
    finally:
        demo.kill()
    done = terminal_user.run_command("--quit")
    assert done.returncode == 1
    assert "isn't running" in done.stderr


@pytest.mark.parametrize("args", [("status",), ("--no-tray",)])
def test_a_read_only_home_is_one_sentence(
    terminal_user: TerminalUser,
    args: tuple[str, ...],
) -> None:
    terminal_user.home.joinpath(".local").write_text(
        "a file where a folder goes"
    )

    done = terminal_user.run_command(*args)

    assert done.returncode == 1
    assert done.stderr.startswith("claude-tray: ")
    assert "CLAUDE_TRAY_HOME" in done.stderr
    assert done.stderr.count("\n") == 1


def test_transcripts_are_found_without_settings(
    terminal_user: TerminalUser,
) -> None:
    ClaudeFolder(terminal_user.home / ".claude").append(make_line())

    done = terminal_user.run_command("stats", "--json")

    assert done.returncode == 0
    assert json.loads(done.stdout)["total_tokens"] == 15
