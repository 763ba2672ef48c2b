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


def test_the_command_hears_what_we_heard() -> None:
    assert run_wrapped_command("cat", b'{"a": 1}') == b'{"a": 1}'


def test_a_command_that_fails_is_shown_all_the_same() -> None:
    assert run_wrapped_command("echo hi; echo no >&2; exit 3", b"") == b"hi\n"


def test_a_command_that_does_not_listen_is_no_failure() -> None:
    assert run_wrapped_command("echo hi", b"x" * 1_000_000) == b"hi\n"


def test_a_slow_command_is_ended_with_what_it_started() -> None:
    # Else this waits for longer than a test may run.
    assert run_wrapped_command("sleep 600 | sleep 600", b"", 0.1) is None


def test_no_command_at_all_prints_nothing() -> None:
    assert run_wrapped_command("not-a-command-of-this-world", b"") == b""
    assert run_wrapped_command("a\0b", b"") is None
