from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support.builders import make_line

if TYPE_CHECKING:
    from tests.cli.conftest import Terminal


@pytest.fixture
def terminal_with_usage(terminal: Terminal) -> Terminal:
    """A terminal with recent usage."""
    timestamp = datetime.now(UTC) - timedelta(minutes=73)
    line = make_line(
        inner={"model": "claude-opus-4-5-20251101"},
        timestamp=timestamp.isoformat(timespec="milliseconds"),
    )
    terminal.claude.append(line)
    return terminal


def test_the_popup_is_written_as_a_web_page(
    terminal_with_usage: Terminal,
) -> None:
    result = terminal_with_usage.run("popup", "--html", "--no-browser")

    path = terminal_with_usage.app_home / "state" / "popup.html"
    assert result.out.strip() == str(path)
    text = path.read_text(encoding="utf-8")
    assert "3h 47m" in text
    assert "Opus 4.5" in text
    assert "notes" in text
