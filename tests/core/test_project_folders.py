from __future__ import annotations

import pytest

from claude_tray.core.project_folders import NamedProject, encode_folder_name

FOLDER = "-home-ada-work-shop"
TRANSCRIPTS = f"~/.claude/projects/{FOLDER}"


def test_a_folder_is_named_after_the_path() -> None:
    assert encode_folder_name("/home/ada/my.shop") == "-home-ada-my-shop"


@pytest.mark.parametrize(
    ("name", "path", "folder"),
    [
        ("shop", TRANSCRIPTS, FOLDER),
        ("work \N{MIDDLE DOT} shop", TRANSCRIPTS, FOLDER),
        (FOLDER, TRANSCRIPTS, FOLDER),
        (FOLDER, FOLDER, FOLDER),
        ("shop", "/home/ada/.claude-work/projects/" + FOLDER, FOLDER),
        ("shop", "/home/ada/work/shop", FOLDER),
        ("shop", "/home/ada/work/shop/", FOLDER),
        ("shop", "C:\\Users\\ada\\shop", "C--Users-ada-shop"),
        ("shop", "/home/ada/projects/my shop", "-home-ada-projects-my-shop"),
        ("site", TRANSCRIPTS, ""),
        ("op", TRANSCRIPTS, ""),
        ("p-0123456789abcdef", "", ""),
        ("hidden", "", ""),
        ("_", "/", ""),
        ("shop", "/" + "x" * 300 + "/shop", ""),
    ],
)
def test_name_and_path_give_the_folder(
    name: str, path: str, folder: str
) -> None:
    assert NamedProject(name, path).folder == folder


@pytest.mark.parametrize(
    ("path", "root"),
    [
        (f"{TRANSCRIPTS}--claude-worktrees-feature", TRANSCRIPTS),
        (f"{TRANSCRIPTS}--worktrees-feature", TRANSCRIPTS),
        ("/home/ada/work/shop/.claude/worktrees/feature", None),
        ("/home/ada/work/shop/.worktrees/feature", None),
    ],
)
def test_a_worktree_belongs_to_its_project(
    path: str, root: str | None
) -> None:
    for name in (
        "feature",
        encode_folder_name(path.rsplit("/", maxsplit=1)[-1]),
    ):
        folded = NamedProject(name, path).fold_worktree()

        assert folded.path == (root or "/home/ada/work/shop")
        assert folded == NamedProject(FOLDER, folded.path)
        assert not folded.has_label


def test_other_projects_are_no_worktrees() -> None:
    for project in (
        NamedProject("shop", TRANSCRIPTS),
        NamedProject("x", "/.claude/worktrees/x"),
        NamedProject("site", f"{TRANSCRIPTS}--worktrees-feature"),
    ):
        assert project.fold_worktree() == project
