from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from claude_tray.providers.base import DirectoryScan
from claude_tray.providers.claude_code.discovery import (
    _find_cowork_projects,
    build_location,
    find_first_cwd,
    find_linked_folders,
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


def _list_names(claude_dir: Path) -> set[str]:
    root = get_transcript_root(claude_dir)
    found = scan_directory(claude_dir).transcripts
    return {os.path.relpath(t.path, root) for t in found}


def test_projects_that_are_links_are_read_once(
    claude: ClaudeFolder, tmp_path: Path
) -> None:
    shared = ClaudeFolder(tmp_path / "shared")
    shared.append(make_line(), project="notes")
    shared.append(
        make_line(), project="notes", name="s1/subagents/agent-1.jsonl"
    )
    for name in ("-home-ada-notes", "-home-ada-again"):
        (claude.projects / name).symlink_to(shared.projects / "notes")

    (folder,) = {t.folder for t in scan_directory(claude.path).transcripts}

    assert folder in ("-home-ada-notes", "-home-ada-again")
    assert _list_names(claude.path) == {
        f"{folder}/session-a.jsonl",
        f"{folder}/s1/subagents/agent-1.jsonl",
    }
    assert find_linked_folders(claude.path) == (str(claude.projects / folder),)
    path = claude.projects / folder / "session-a.jsonl"
    transcript = find_transcript(str(path), claude.path)
    assert transcript in scan_directory(claude.path).transcripts


@pytest.mark.parametrize(
    "target", [".", "..", "../..", "/", "-home-ada-notes", "-home-ada-notes/x"]
)
def test_links_back_and_to_everything_are_not_followed(
    claude: ClaudeFolder, target: str
) -> None:
    claude.append(make_line())
    claude.append(make_line(), name="x/subagents/agent-1.jsonl")
    (claude.projects / "link").symlink_to(claude.projects / target)
    (claude.projects / "dangling").symlink_to(claude.projects / "nowhere")
    (claude.projects / "self").symlink_to("self")

    assert find_linked_folders(claude.path) == ()
    assert _list_names(claude.path) == {
        "-home-ada-notes/session-a.jsonl",
        "-home-ada-notes/x/subagents/agent-1.jsonl",
    }


def test_a_link_deeper_than_a_project_is_not_followed(
    claude: ClaudeFolder, tmp_path: Path
) -> None:
    other = ClaudeFolder(tmp_path / "other")
    other.append(make_line())
    claude.append(make_line())
    (claude.projects / "-home-ada-notes" / "deep").symlink_to(other.projects)

    assert _list_names(claude.path) == {"-home-ada-notes/session-a.jsonl"}


@pytest.mark.parametrize(
    ("target", "is_read"),
    [
        ("dotfiles/.claude/projects/-p/s1.jsonl", True),
        ("dotfiles/projects/-p/s1.jsonl", True),
        (".claude-work/s1.jsonl", True),
        ("shared/s1.jsonl", True),
        (".claude/.credentials.json", False),
        (".claude/projects/-p/.credentials.jsonl", False),
        (".claude/projects/-p/notes.txt", False),
        (".claude/projects/-p/journal.jsonl", False),
        ("etc/passwd", False),
        ("etc/s1.jsonl", False),
    ],
)
def test_a_link_to_a_file_must_lead_to_a_transcript(
    claude: ClaudeFolder, tmp_path: Path, target: str, *, is_read: bool
) -> None:
    file = tmp_path / target
    file.parent.mkdir(parents=True)
    file.write_bytes(make_line())
    if target.startswith("shared"):
        (claude.projects / "-shared").symlink_to(file.parent)
    link = claude.transcript_path("linked.jsonl")
    link.symlink_to(file)

    assert ("-home-ada-notes/linked.jsonl" in _list_names(claude.path)) == (
        is_read
    )
    assert (find_transcript(str(link), claude.path) is not None) == is_read


def test_a_link_to_a_transcript_of_the_same_folder_is_read(
    claude: ClaudeFolder,
) -> None:
    path = claude.append(make_line())
    claude.transcript_path("copy.jsonl").symlink_to(path)

    assert len(_list_names(claude.path)) == 2


COWORK_SESSION = "local-agent-mode-sessions/account/org/local_1"


def test_sessions_of_cowork_are_found(tmp_path: Path) -> None:
    data = tmp_path / "Claude"
    session = ClaudeFolder(data / COWORK_SESSION / ".claude")
    path = session.append(make_line(), project="-sessions-x")
    session.append(make_line(), project="-sessions-x", name="audit.jsonl")
    outputs = ClaudeFolder(data / COWORK_SESSION / "outputs" / "deep" / "er")
    outputs.append(make_line())
    (data / COWORK_SESSION / "audit.jsonl").write_bytes(make_line())
    (data / COWORK_SESSION.replace("_1", "_2")).mkdir()

    (transcript,) = scan_directory(data).transcripts

    assert (transcript.path, transcript.folder) == (str(path), "-sessions-x")
    assert find_transcript(str(path), data) == transcript
    assert find_transcript(str(path.with_name("x.jsonl")), data) is None
    assert find_linked_folders(data) == ()


@pytest.mark.parametrize(
    "place", ["local_1", "a/agent/local_ditto_1", "a/b/c/d"]
)
def test_sessions_of_cowork_may_lie_deeper(tmp_path: Path, place: str) -> None:
    data = tmp_path / "Claude"
    folder = data / "local-agent-mode-sessions" / place
    path = ClaudeFolder(folder / ".claude").append(make_line(), project="-x")
    # A folder of the user that the session works in is no other session.
    ClaudeFolder(folder / "outputs" / ".claude").append(make_line())

    (transcript,) = scan_directory(data).transcripts

    assert (transcript.path, transcript.folder) == (str(path), "-x")


def test_an_unreadable_folder_of_cowork_is_reported(tmp_path: Path) -> None:
    root = tmp_path / "Claude" / "local-agent-mode-sessions"
    root.mkdir(parents=True)
    (root / "loop").symlink_to("loop")
    (root / "account").mkdir()
    scan = DirectoryScan()

    pending: list[tuple[str, int]] = []
    found = [
        _find_cowork_projects(str(root / name), 3, scan, pending)
        for name in ("loop", "gone", "account")
    ]

    assert found == [[], [], []]
    assert scan.unreadable == [str(root / "loop")]


def test_folders_of_cowork_are_searched_to_a_limited_depth(
    tmp_path: Path,
) -> None:
    (tmp_path / "deeper").mkdir()
    pending: list[tuple[str, int]] = []

    assert (
        _find_cowork_projects(str(tmp_path), 0, DirectoryScan(), pending) == []
    )
    assert pending == []
