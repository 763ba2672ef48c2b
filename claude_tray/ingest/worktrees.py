"""Find out which projects are worktrees of others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.ingest.git_folders import (
    TIMEOUT_SECONDS,
    decode_path,
    find_git_dir,
    is_remote,
    read_in_time,
    read_own_file,
)
from claude_tray.store import project_roots
from claude_tray.store.connection import Writer, transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


_GIT_NAME: Final = ".git"
_COMMON_DIR_NAME: Final = "commondir"


def update_project_roots(writer: Writer, *, folds_worktrees: bool) -> bool:
    """
    Assign new projects, and all after the setting was changed.

    Returns:
        Whether any project is shown elsewhere than before.
    """
    unexamined = project_roots.list_unexamined_projects(writer)
    is_switched = project_roots.is_folding(writer) != folds_worktrees
    is_reported = project_roots.has_new_roots(writer)
    if not (unexamined or is_switched or is_reported):
        return False
    roots = read_git_roots(unexamined)
    with transaction(writer):
        project_roots.set_folding(writer, folds_worktrees=folds_worktrees)
        project_roots.save_roots(writer, roots)
        project_roots.apply_waiting_roots(writer)
        return project_roots.update_shown_paths(writer)


def read_git_roots(
    paths: Iterable[str],
    timeout: float = TIMEOUT_SECONDS,
    read: Callable[[str], str] | None = None,
) -> dict[str, str]:
    """
    Return the repositories of worktrees by path, empty for other folders.

    Args:
        paths: Folders, which may be gone.
        timeout: Seconds after which the remaining folders are given up.
        read: Returns the repository of one folder; the default reads files.
    """
    return read_in_time(paths, read or read_git_root, "", timeout)


def read_git_root(path: str) -> str:
    """
    Return the repository that a folder is in a worktree of.

    The Git folder of a worktree names the one of the repository as its common
    folder (gitrepository-layout(5)).
    """
    try:
        git_dir = find_git_dir(path)
        common = read_own_file(git_dir / _COMMON_DIR_NAME) if git_dir else b""
        name = decode_path(common)
        if git_dir is None or not name or is_remote(name):
            return ""
        common_dir = (git_dir / name).resolve()
    except (OSError, ValueError):
        # Nothing readable, or a name that no file can have.
        return ""
    is_inside = common_dir.name == _GIT_NAME
    return str(common_dir.parent if is_inside else common_dir)
