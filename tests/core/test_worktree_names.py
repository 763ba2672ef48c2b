from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_tray.core.display_names import (
    choose_shown_path,
    find_worktree,
    unify_path,
)


@pytest.mark.parametrize(
    ("path", "root", "name"),
    [
        ("/home/u/shop/.claude/worktrees/fix", "/home/u/shop", "fix"),
        ("/home/u/shop/.claude/worktrees/fix/web", "/home/u/shop", "fix"),
        ("/home/u/shop/.worktrees/3", "/home/u/shop", "3"),
        ("/home/u/shop/.worktrees/team/3/src", "/home/u/shop", "team"),
        ("/home/u/shop/.worktrees", "/home/u/shop", ""),
        ("C:\\work\\shop\\.claude\\worktrees\\x", "C:\\work\\shop", "x"),
        ("C:\\work\\shop\\.worktrees\\x\\y", "C:\\work\\shop", "x"),
        (
            "//wsl.localhost/Ubuntu/home/u/shop/.worktrees/3",
            "//wsl.localhost/Ubuntu/home/u/shop",
            "3",
        ),
        ("/r/.worktrees/a/.claude/worktrees/b", "/r", "a"),
    ],
)
def test_a_worktree_belongs_to_the_folder_it_is_in(
    path: str, root: str, name: str
) -> None:
    assert find_worktree(path) == (root, name)


@pytest.mark.parametrize(
    "path",
    [
        "/home/u/shop",
        "/home/u/worktrees/fix",
        "/home/u/.claude/projects/worktrees",
        "/home/u/shop/my.worktrees/3",
        "/.worktrees/3",
        ".worktrees/3",
        "-home-u-shop--claude-worktrees-fix",
        "",
    ],
)
def test_other_folders_are_no_worktrees(path: str) -> None:
    assert find_worktree(path) is None


@pytest.mark.parametrize(
    "path",
    [
        "\\\\wsl.localhost\\Ubuntu\\home\\u\\shop",
        "//wsl.localhost/Ubuntu/home/u/shop",
        "//WSL.localhost/Ubuntu/home/u/shop",
    ],
)
def test_a_share_has_one_path(path: str) -> None:
    assert unify_path(path) == "//wsl.localhost/Ubuntu/home/u/shop"


def test_other_paths_stay_as_they_are() -> None:
    for path in ("/home/u/A\\b", "C:\\work\\shop", "-a-b", "\\x"):
        assert unify_path(path) == path


@pytest.mark.parametrize(
    ("path", "root", "shown"),
    [
        ("/r/.worktrees/a", "", "/r"),
        ("/elsewhere/a", "/r", "/r"),
        ("/elsewhere/a", "/r/.worktrees/b", "/r"),
        ("/elsewhere/a", "", "/elsewhere/a"),
        ("\\\\wsl.localhost\\U\\r\\.worktrees\\a", "", "//wsl.localhost/U/r"),
    ],
)
def test_a_worktree_is_shown_as_its_project(
    path: str, root: str, shown: str
) -> None:
    assert choose_shown_path(path, root, folds_worktrees=True) == shown
    assert choose_shown_path(path, root, folds_worktrees=False) == (
        unify_path(path)
    )


_PARTS = st.sampled_from(
    [
        "/",
        "\\",
        "a",
        "C:",
        ".claude",
        ".worktrees",
        "/.worktrees/",
        "worktrees",
    ]
)


@given(st.lists(_PARTS).map("".join))
def test_showing_a_project_again_changes_nothing(path: str) -> None:
    for folds in (True, False):
        shown = choose_shown_path(path, "", folds_worktrees=folds)

        assert choose_shown_path(shown, "", folds_worktrees=folds) == shown
