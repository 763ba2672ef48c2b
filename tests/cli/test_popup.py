from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.support.builders import a_line

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Terminal


@pytest.fixture
def used(terminal: Terminal) -> Terminal:
    """A terminal of somebody who has used Claude Code just now."""
    moment = datetime.now(UTC) - timedelta(minutes=73)
    line = a_line(
        inner={"model": "claude-opus-4-5-20251101"},
        timestamp=moment.isoformat(timespec="milliseconds"),
    )
    terminal.claude.append(line)
    return terminal


def test_the_popup_can_be_had_as_a_web_page(used: Terminal) -> None:
    answer = used.run("popup", "--html", "--no-browser")

    path = used.own / "state" / "popup.html"
    assert answer.out.strip() == str(path)
    text = path.read_text(encoding="utf-8")
    assert "3h 47m" in text
    assert "Opus 4.5" in text
    assert "notes" in text


def test_a_picture_can_be_shared(used: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "card.png"

    for more in ((), ("--projects", "--theme", "light", "--no-refresh")):
        answer = used.run("card", "--png", str(path), "--scale", "1", *more)

        assert answer.status == 0
        with Image.open(path) as picture:
            assert picture.width == 496


def test_a_picture_that_cannot_be_written_is_one_sentence(
    used: Terminal,
    tmp_path: Path,
) -> None:
    answer = used.run("card", "--png", str(tmp_path / "no" / "card.png"))

    assert answer.status == 1
    assert answer.err.endswith(
        "cannot be written: No such file or directory.\n"
    )


def test_a_picture_needs_a_file(terminal: Terminal) -> None:
    with pytest.raises(SystemExit) as stop:
        terminal.run("card")

    assert stop.value.code == 2
