from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claude_tray.desktop.notice_file import read_memory, write_memory
from claude_tray.domain.notice import Kind, Latch, Memory, Peak

if TYPE_CHECKING:
    from pathlib import Path

MEMORY = Memory(
    latches=(Latch("/a", Kind.USED, 5),),
    peaks=(Peak("/a", "work", 5, 91.5),),
    sent_ms=7,
    sent=Kind.USED,
    muted_until_ms=9,
)


def test_what_was_told_outlives_the_run(tmp_path: Path) -> None:
    path = tmp_path / "state" / "notices.json"

    write_memory(path, MEMORY._replace(judged_ms=3, problem_since_ms=4))

    assert read_memory(path) == MEMORY
    assert path.stat().st_mode & 0o777 == 0o600


def test_without_a_file_nothing_was_told(tmp_path: Path) -> None:
    assert read_memory(tmp_path / "no") == Memory()


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"latches": [["a", "no such kind", 1]]}', "\x00"],
)
def test_a_damaged_file_is_forgotten(tmp_path: Path, text: str) -> None:
    path = tmp_path / "notices.json"
    path.write_text(text)

    assert read_memory(path) == Memory()


def test_a_folder_that_cannot_be_written_costs_the_memory_alone(
    tmp_path: Path,
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")

    write_memory(blocked / "notices.json", MEMORY)

    assert blocked.read_text() == ""
