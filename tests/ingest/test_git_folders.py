"""Read branches of real repositories, and of folders that are none."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from typing import TYPE_CHECKING

import pytest

from claude_tray.ingest import git_folders
from claude_tray.ingest.git_folders import read_branch, read_branches

if TYPE_CHECKING:
    from pathlib import Path

_HAS_GIT = shutil.which("git") is not None


def run_git(folder: Path, *args: str) -> str:
    git = ["git", "-c", "user.name=Ada", "-c", "user.email=a@example.org"]
    done = subprocess.run(
        [*git, *args], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    if not _HAS_GIT:
        pytest.skip("needs git")
    folder = tmp_path / "shop"
    (folder / "src").mkdir(parents=True)
    run_git(folder, "init", "-q", "-b", "fix/über")
    run_git(folder, "commit", "-q", "--allow-empty", "-m", "first")
    return folder


def test_a_folder_has_the_branch_of_its_repository(shop: Path) -> None:
    assert read_branch(str(shop)) == "fix/über"
    assert read_branch(str(shop / "src")) == "fix/über"
    # Not yet there, as after the first prompt in a new folder.
    assert read_branch(str(shop / "src" / "new")) == "fix/über"


def test_a_worktree_has_its_own_branch(shop: Path, tmp_path: Path) -> None:
    worktree = tmp_path / "other"
    run_git(shop, "worktree", "add", "-q", "-b", "feature", str(worktree))

    assert read_branch(str(worktree)) == "feature"
    assert read_branches([str(shop), str(worktree), "", str(tmp_path)]) == {
        str(shop): "fix/über",
        str(worktree): "feature",
        str(tmp_path): "",
    }


def test_without_a_branch_the_commit_is_named(shop: Path) -> None:
    run_git(shop, "checkout", "-q", "--detach")

    assert read_branch(str(shop)) == run_git(shop, "rev-parse", "HEAD")[:7]


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"ref: refs/heads/",
        b"ref: refs/heads/\x1b[31mred",
        b"ref: refs/heads/two words",
        b"ref: refs/heads/a\nsecond line",
        b"ref: refs/heads/.invalid\n",
        b"ref: refs/remotes/origin/main\n",
        b"sk-ant-secret",
        b"\0" * 40,
        b"0123456\n",
        b"ref: refs/heads/" + b"x" * 10_000,
    ],
)
def test_anything_else_in_head_is_no_branch(
    tmp_path: Path, head: bytes
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_bytes(head)

    assert read_branch(str(tmp_path)) == ""


@pytest.mark.parametrize(
    "content",
    [b"gitdir: //server/share", b"gitdir: \\\\server\\share", b"gitdir: \0"],
)
def test_no_other_computer_is_asked(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".git").write_bytes(content)

    assert git_folders.find_git_dir(str(tmp_path)) in (
        None,
        tmp_path / content[8:].decode(),
    )
    assert read_branch(str(tmp_path)) == ""
    assert git_folders.find_git_dir("//server/share") is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="has no named pipes")
def test_a_folder_that_does_not_answer_is_waited_for_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = threading.Event()
    dead, good = str(tmp_path / "dead"), str(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    find = git_folders.find_git_dir

    def wait(path: str) -> Path | None:
        if path == dead:
            answer.wait()
        return find(path)

    monkeypatch.setattr(git_folders, "find_git_dir", wait)
    monkeypatch.setattr(git_folders, "TIMEOUT_SECONDS", 0.01)
    try:
        assert read_branches([good, dead]) == {good: "main", dead: ""}
        # The second time, its thread is still there.
        assert dead not in read_branches([good, dead])
    finally:
        answer.set()
        for thread in threading.enumerate():
            if thread.name == "git":
                thread.join()
    assert read_branches([dead]) == {dead: "main"}
