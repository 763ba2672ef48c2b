from __future__ import annotations

import time

import pytest

from claude_tray import __version__
from claude_tray.ui.toolkit.subprocess_task import (
    BackgroundCommand,
    CommandResult,
)


def wait(command: BackgroundCommand) -> CommandResult:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        result = command.poll()
        if result is not None:
            return result
        time.sleep(0.05)
    pytest.fail("The command has not ended.")


def test_a_command_returns_status_and_output() -> None:
    result = wait(BackgroundCommand("--version"))

    assert result == (True, f"claude-tray {__version__}\n")


def test_a_failed_command_reports_why() -> None:
    result = wait(BackgroundCommand("no-such-command"))

    assert not result.is_success
    assert "no-such-command" in result.output


def test_a_canceled_command_ends() -> None:
    command = BackgroundCommand("popup", "--process")

    command.cancel()
