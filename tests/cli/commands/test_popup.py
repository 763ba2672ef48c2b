from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.support.builders import make_line

if TYPE_CHECKING:
    from pathlib import Path

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


def test_a_share_card_is_written(
    terminal_with_usage: Terminal, tmp_path: Path
) -> None:
    path = tmp_path / "card.png"

    for more in ((), ("--projects", "--theme", "light", "--no-refresh")):
        result = terminal_with_usage.run(
            "card", "--png", str(path), "--scale", "1", *more
        )

        assert result.status == 0
        with Image.open(path) as picture:
            assert picture.width == 496


def test_an_unwritable_picture_is_reported_in_one_line(
    terminal_with_usage: Terminal,
    tmp_path: Path,
) -> None:
    result = terminal_with_usage.run(
        "card", "--png", str(tmp_path / "no" / "card.png")
    )

    assert result.status == 1
    assert result.err.startswith("claude-tray: Cannot write ")
    assert result.err.endswith(": No such file or directory.\n")
    assert result.err.count("\n") == 1


def test_a_share_card_requires_a_file(terminal: Terminal) -> None:
    with pytest.raises(SystemExit) as stop:
        terminal.run("card")

    assert stop.value.code == 2
