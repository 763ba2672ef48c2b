"""Check `status --watch` with keys from a real terminal, and into a pipe."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from claude_tray.cli import full_screen
from tests.support.builders import make_line

if TYPE_CHECKING:
    from tests.cli.conftest import Terminal

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="has no pseudo terminals"
)


def test_q_ends_the_full_screen(
    terminal: Terminal, keyboard: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    termios = pytest.importorskip("termios")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(full_screen, "REFRESH_SECONDS", 0.0)
    terminal.claude.append(make_line())
    before = termios.tcgetattr(sys.stdin)
    # Any other key leaves it open: a second drawing follows.
    os.write(keyboard, b"xq\n")

    result = terminal.run("status", "--watch")

    assert result.status == 0
    assert "\x1b[?1049h" in result.out
    assert "\x1b[?1049l" in result.out
    assert "q ends" in result.out
    assert result.out.count("Claude Code: ") >= 2
    assert termios.tcgetattr(sys.stdin) == before


@pytest.mark.parametrize("option", ["", "--json"])
def test_a_pipe_gets_one_report_after_the_other(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    terminal.claude.append(make_line())
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", pause)

    result = terminal.run("status", "--watch", *filter(None, [option]))

    assert result.status == 130
    assert pauses == [5.0, 5.0]
    assert "\x1b" not in result.out
    word = '"as_of"' if option else "Claude Code: "
    assert result.out.count(word) == 2
