from __future__ import annotations

import os
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from claude_tray.domain.snapshot import Retention
from claude_tray.engine.choices import Choices, Folder
from claude_tray.engine.intake import Intake
from claude_tray.engine.notices import notices_of
from claude_tray.store import folders
from claude_tray.store.connection import Writer, open_writer
from tests.support.builders import PRICES, ClaudeFolder, a_line, ms

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = ms("12:00", 31)
DAY = 86_400


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with closing(open_writer(tmp_path / "usage.db")) as writer:
        yield writer


@pytest.fixture
def claude(tmp_path: Path) -> ClaudeFolder:
    return ClaudeFolder(tmp_path / "claude")


def _aged(path: Path, days: float) -> None:
    seconds = NOW / 1000 - days * DAY
    os.utime(path, (seconds, seconds))


def _read(writer: Writer, claude: ClaudeFolder) -> Choices:
    choices = Choices((Folder(claude.path),), PRICES)
    intake = Intake(writer, choices.folders, PRICES)
    intake.take(intake.look())
    return choices


def test_what_will_soon_be_deleted_is_told_and_that_it_is_saved(
    writer: Writer,
    claude: ClaudeFolder,
) -> None:
    for name, days in (("a", 40), ("b", 27.5), ("c", 26.5)):
        path = claude.append(
            a_line(message=f"msg_{name}"), name=f"{name}.jsonl"
        )
        _aged(path, days)
    torn = claude.append(b'{"type": "assist', name="torn.jsonl")
    _aged(torn, 29)

    choices = _read(writer, claude)

    assert notices_of(writer, choices, NOW).retention == Retention(30, 3, 2)


def test_the_period_is_the_persons_choice(
    writer: Writer,
    claude: ClaudeFolder,
) -> None:
    _aged(claude.append(a_line()), 29)
    settings = claude.path / "settings.json"
    settings.write_text('{"cleanupPeriodDays": 365}')

    choices = _read(writer, claude)
    assert notices_of(writer, choices, NOW).retention is None

    settings.write_text('{"cleanupPeriodDays": 999999}')
    assert notices_of(writer, choices, NOW).retention is None

    settings.write_text("not settings")
    assert notices_of(writer, choices, NOW).retention is None


def test_a_folder_that_is_there_and_nobody_follows_is_offered(
    writer: Writer,
    claude: ClaudeFolder,
    tmp_path: Path,
) -> None:
    choices = _read(writer, claude)
    other = tmp_path / "other"
    other.mkdir()
    gone = tmp_path / "gone"
    folders.hear(writer, [str(other), str(gone), str(claude.path)], NOW)

    assert notices_of(writer, choices, NOW).offered == (str(other),)
    assert notices_of(writer, choices, NOW + 31 * DAY * 1000).offered == ()
