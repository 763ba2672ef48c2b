from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from claude_tray.providers.claude_code.discovery import (
    build_location,
    find_first_cwd,
    find_transcript,
    get_transcript_root,
    normalize_path,
    scan_directory,
)
from tests.support.builders import ClaudeFolder, make_line

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
        claude.append(make_line(), name=name)

    found = scan_directory(claude.path)

    folder = claude.projects / "-home-ada-notes"
    assert {t.path for t in found.transcripts} == {
        str(folder / name) for name in names
    }
    assert {t.folder for t in found.transcripts} == {"-home-ada-notes"}
    assert found.folder_count == 7
    assert found.unreadable == []


def test_a_missing_folder_is_empty(tmp_path: Path) -> None:
    found = scan_directory(tmp_path)

    assert (found.transcripts, found.folder_count) == ([], 0)


def test_a_linked_folder_resolves_to_its_target(
    claude: ClaudeFolder,
    tmp_path: Path,
) -> None:
    claude.append(make_line())
    link = tmp_path / "link"
    link.symlink_to(claude.path)

    assert get_transcript_root(link) == get_transcript_root(claude.path)
    assert (
        scan_directory(link).transcripts
        == scan_directory(claude.path).transcripts
    )


def test_a_dangling_link_is_ignored(
    claude: ClaudeFolder,
) -> None:
    claude.transcript_path("s2.jsonl").symlink_to(claude.path / "nowhere")

    assert scan_directory(claude.path).transcripts == []


@pytest.mark.skipif(sys.platform == "win32", reason="pipes are of POSIX")
def test_only_files_are_transcripts(claude: ClaudeFolder) -> None:
    if sys.platform == "win32":
        pytest.skip("no pipes there")
    pipe = claude.transcript_path("pipe.jsonl")
    os.mkfifo(pipe)
    inside = claude.append(make_line(), name="folder.jsonl/s1.jsonl")

    found = scan_directory(claude.path)

    assert [t.path for t in found.transcripts] == [str(inside)]
    assert find_transcript(str(pipe), claude.path) is None
    assert find_transcript(str(inside), claude.path) is not None


def test_a_file_that_cannot_be_examined_is_unreadable(
    claude: ClaudeFolder,
) -> None:
    link = claude.transcript_path("s1.jsonl")
    link.symlink_to(link)

    assert scan_directory(claude.path).unreadable == [str(link)]


def test_a_file_where_a_folder_is_expected_cannot_be_listed(
    tmp_path: Path,
) -> None:
    (tmp_path / "projects").write_text("no folder")

    assert scan_directory(tmp_path).unreadable == [str(tmp_path / "projects")]


def test_a_single_transcript_can_be_examined(claude: ClaudeFolder) -> None:
    path = claude.append(make_line())
    (known,) = scan_directory(claude.path).transcripts

    assert find_transcript(str(path), claude.path) == known
    assert find_transcript(str(path) + "x", claude.path) is None
    assert find_transcript("/elsewhere/s1.jsonl", claude.path) is None
    path.unlink()
    assert find_transcript(str(path), claude.path) is None


def test_an_invalid_path_is_an_error(
    claude: ClaudeFolder,
) -> None:
    path = claude.projects / ("x" * 5000 + ".jsonl")

    with pytest.raises(OSError, match="too long"):
        find_transcript(str(path), claude.path)


def _locate_path(text: str) -> str:
    return text.replace("/", os.sep)


def _locate_cwd(text: bytes) -> str:
    return find_first_cwd(bytearray(text), len(text))


def test_the_first_cwd_in_a_file_is_its_project() -> None:
    lines = (
        b'{"type":"summary","summary":"none here"}\n'
        b'{"type":"user","cwd":"/home/ada/notes"}\n'
        b'{"type":"user","cwd":"/home/ada/other"}\n'
    )

    assert _locate_cwd(lines) == "/home/ada/notes"


def test_a_nested_cwd_is_ignored() -> None:
    lines = (
        b'{"tool":{"cwd":"/tmp"}}\n'
        b'{"cwd":null}\n'
        b'{"cwd":"/broken\n'
        b'{"cwd":"/home/ada/notes"}\n'
    )

    assert _locate_cwd(lines) == "/home/ada/notes"


def test_a_file_without_cwd_has_none() -> None:
    assert _locate_cwd(b'{"type":"user"}\n') == ""


def test_without_cwd_the_folders_name_is_a_guess() -> None:
    path = _locate_path("/c/projects/-home-ada-notes/s1.jsonl")

    assert build_location(path, "-home-ada-notes", "") == (
        "-home-ada-notes",
        "s1",
        True,
    )
    assert build_location(path, "-home-ada-notes", "/home/ada/notes") == (
        "/home/ada/notes",
        "s1",
        False,
    )


def test_a_subagents_file_belongs_to_the_session_above() -> None:
    path = _locate_path("/c/projects/p/s1/subagents/workflows/w/agent-2.jsonl")

    assert build_location(path, "p", "/x").session_id == "s1"


@pytest.mark.parametrize(
    ("path", "tidied"),
    [
        ("c:\\work\\shop", "C:\\work\\shop"),
        ("C:\\work\\shop\\", "C:\\work\\shop"),
        ("/home/ada/", "/home/ada"),
        ("/", "/"),
    ],
)
def test_one_folder_has_one_path(path: str, tidied: str) -> None:
    assert normalize_path(path) == tidied


@pytest.mark.skipif(os.sep == "\\", reason="names are text there")
def test_names_that_are_not_text_are_decoded_partly() -> None:
    location = build_location("/p/-a-\udcff/s-\udce4.jsonl", "-a-\udcff", "")

    assert location == ("-a-\ufffd", "s-\ufffd", True)
    assert build_location("/p/-ä/s.jsonl", "-ä", "").project == "-ä"
