from __future__ import annotations

import sys

import pytest

from claude_tray.providers.claude_code.statusline.wrapped_command import (
    run_wrapped_command,
)

pytestmark = pytest.mark.skipif(
    sys.platform == "win32",
    reason="commands of a POSIX shell",
)


def test_the_wrapped_command_gets_the_same_input() -> None:
    assert run_wrapped_command("cat", b'{"a": 1}') == b'{"a": 1}'


def test_output_of_a_failing_command_is_shown() -> None:
    assert run_wrapped_command("echo hi; echo no >&2; exit 3", b"") == b"hi\n"


def test_a_command_that_ignores_its_input_succeeds() -> None:
    assert run_wrapped_command("echo hi", b"x" * 1_000_000) == b"hi\n"


def test_a_slow_command_is_killed_with_its_children() -> None:
    # Else this waits for longer than a test may run.
    assert run_wrapped_command("sleep 600 | sleep 600", b"", 0.1) is None


def test_no_command_at_all_prints_nothing() -> None:
    assert run_wrapped_command("not-a-command-of-this-world", b"") == b""
    assert run_wrapped_command("a\0b", b"") is None
