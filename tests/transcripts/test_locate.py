from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from claude_tray.transcripts.locate import (
    root_of,
    transcript_at,
    walk,
)
from tests.support.builders import ClaudeFolder, a_line

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def claude(tmp_path: Path) -> ClaudeFolder:
    return ClaudeFolder(tmp_path / "claude")


def test_transcripts_are_found_at_any_depth(claude: ClaudeFolder) -> None:
    names = [
        "s1.jsonl",
        "agent-1234abcd.jsonl",
        "s1/subagents/agent-1.jsonl",
        "s1/subagents/workflows/w1/agent-2.jsonl",
    ]
    others = [
        "s1/subagents/workflows/w1/journal.jsonl",
        "audit.jsonl",
        "s1/subagents/agent-1.meta.json",
        "memory/notes.md",
    ]
    for name in names + others:
        claude.append(a_line(), name=name)

    found = walk(claude.path)

    place = claude.projects / "-home-ada-notes"
    assert {t.path for t in found.transcripts} == {
        str(place / name) for name in names
    }
    assert {t.folder for t in found.transcripts} == {"-home-ada-notes"}
    assert found.folders == 7
    assert found.unreadable == []


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    found = walk(tmp_path)

    assert (found.transcripts, found.folders) == ([], 0)


def test_a_linked_claude_folder_is_its_target(
    claude: ClaudeFolder,
    tmp_path: Path,
) -> None:
    claude.append(a_line())
    link = tmp_path / "link"
    link.symlink_to(claude.path)

    assert root_of(link) == root_of(claude.path)
    assert walk(link).transcripts == walk(claude.path).transcripts


def test_a_transcript_whose_target_is_gone_is_left_out(
    claude: ClaudeFolder,
) -> None:
    claude.file("s2.jsonl").symlink_to(claude.path / "nowhere")

    assert walk(claude.path).transcripts == []


@pytest.mark.skipif(sys.platform == "win32", reason="pipes are of POSIX")
def test_only_files_are_transcripts(claude: ClaudeFolder) -> None:
    if sys.platform == "win32":
        pytest.skip("no pipes there")
    pipe = claude.file("pipe.jsonl")
    os.mkfifo(pipe)
    inside = claude.append(a_line(), name="folder.jsonl/s1.jsonl")

    found = walk(claude.path)

    assert [t.path for t in found.transcripts] == [str(inside)]
    assert transcript_at(str(pipe), claude.path) is None
    assert transcript_at(str(inside), claude.path) is not None


def test_a_file_that_cannot_be_looked_at_is_unreadable(
    claude: ClaudeFolder,
) -> None:
    link = claude.file("s1.jsonl")
    link.symlink_to(link)

    assert walk(claude.path).unreadable == [str(link)]


def test_a_file_where_a_folder_is_expected_cannot_be_listed(
    tmp_path: Path,
) -> None:
    (tmp_path / "projects").write_text("no folder")

    assert walk(tmp_path).unreadable == [str(tmp_path / "projects")]


def test_one_transcript_can_be_looked_at(claude: ClaudeFolder) -> None:
    path = claude.append(a_line())
    (known,) = walk(claude.path).transcripts

    assert transcript_at(str(path), claude.path) == known
    assert transcript_at(str(path) + "x", claude.path) is None
    assert transcript_at("/elsewhere/s1.jsonl", claude.path) is None
    path.unlink()
    assert transcript_at(str(path), claude.path) is None


def test_a_name_that_no_system_takes_is_an_error(
    claude: ClaudeFolder,
) -> None:
    path = claude.projects / ("x" * 5000 + ".jsonl")

    with pytest.raises(OSError, match="too long"):
        transcript_at(str(path), claude.path)
