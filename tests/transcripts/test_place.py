from __future__ import annotations

import os

import pytest

from claude_tray.transcripts.place import first_cwd, place_of, tidy


def _path(text: str) -> str:
    return text.replace("/", os.sep)


def _cwd(text: bytes) -> str:
    return first_cwd(bytearray(text), len(text))


def test_the_first_cwd_in_a_file_is_its_project() -> None:
    lines = (
        b'{"type":"summary","summary":"none here"}\n'
        b'{"type":"user","cwd":"/home/ada/notes"}\n'
        b'{"type":"user","cwd":"/home/ada/other"}\n'
    )

    assert _cwd(lines) == "/home/ada/notes"


def test_a_cwd_within_another_object_is_not_the_lines_own() -> None:
    lines = (
        b'{"tool":{"cwd":"/tmp"}}\n'
        b'{"cwd":null}\n'
        b'{"cwd":"/broken\n'
        b'{"cwd":"/home/ada/notes"}\n'
    )

    assert _cwd(lines) == "/home/ada/notes"


def test_a_file_without_cwd_has_none() -> None:
    assert _cwd(b'{"type":"user"}\n') == ""


def test_without_cwd_the_folders_name_is_a_guess() -> None:
    path = _path("/c/projects/-home-ada-notes/s1.jsonl")

    assert place_of(path, "-home-ada-notes", "") == (
        "-home-ada-notes",
        "s1",
        True,
    )
    assert place_of(path, "-home-ada-notes", "/home/ada/notes") == (
        "/home/ada/notes",
        "s1",
        False,
    )


def test_a_subagents_file_belongs_to_the_session_above() -> None:
    path = _path("/c/projects/p/s1/subagents/workflows/w/agent-2.jsonl")

    assert place_of(path, "p", "/x").session_id == "s1"


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
    assert tidy(path) == tidied


@pytest.mark.skipif(os.sep == "\\", reason="names are text there")
def test_names_that_are_no_text_are_read_as_far_as_they_are() -> None:
    place = place_of("/p/-a-\udcff/s-\udce4.jsonl", "-a-\udcff", "")

    assert place == ("-a-\ufffd", "s-\ufffd", True)
    assert place_of("/p/-ä/s.jsonl", "-ä", "").project == "-ä"
