"""Find out which projects are worktrees of others."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

from claude_tray.platform.small_file import read_small_file
from claude_tray.store import project_roots
from claude_tray.store.connection import Writer, transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


_GIT_NAME: Final = ".git"
_GIT_DIR_PREFIX: Final = b"gitdir:"
_COMMON_DIR_NAME: Final = "commondir"
_MAX_BYTES: Final = 4096
# A project may be on a share that does not answer.
_TIMEOUT_SECONDS: Final = 1.0


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
    timeout: float = _TIMEOUT_SECONDS,
    read: Callable[[str], str] | None = None,
) -> dict[str, str]:
    """
    Return the repositories of worktrees by path, empty for other folders.

    Args:
        paths: Folders, which may be gone.
        timeout: Seconds after which the remaining folders are given up.
        read: Returns the repository of one folder; the default reads files.
    """
    pending = list(paths)
    found: dict[str, str] = {}

    def read_all() -> None:
        for path in pending:
            found[path] = (read or read_git_root)(path)

    thread = threading.Thread(target=read_all, name="git", daemon=True)
    thread.start()
    thread.join(timeout)
    return dict.fromkeys(pending, "") | dict(found)


def read_git_root(path: str) -> str:
    """
    Return the repository that a folder is in a worktree of.

    A worktree has a file `.git` that names its Git folder, and that names the
    one of the repository as its common folder (gitrepository-layout(5)).
    """
    folder = Path(path)
    if not folder.is_absolute():
        return ""
    for parent in (folder, *folder.parents):
        try:
            if not (parent / _GIT_NAME).exists():
                continue
            return _read_git_file(parent)
        except (OSError, ValueError):
            # Nothing readable, or a name that no file can have.
            return ""
    return ""


def _read_git_file(folder: Path) -> str:
    """
    Return the repository of a folder with `.git`, empty if it is its own.

    Raises:
        OSError: Neither a worktree nor readable.
    """
    content = _read_own_file(folder / _GIT_NAME)
    if not content.startswith(_GIT_DIR_PREFIX):
        return ""
    git_dir = folder / _decode(content[len(_GIT_DIR_PREFIX) :])
    common = _read_own_file(git_dir / _COMMON_DIR_NAME)
    if not common:
        return ""
    common_dir = (git_dir / _decode(common)).resolve()
    is_inside = common_dir.name == _GIT_NAME
    return str(common_dir.parent if is_inside else common_dir)


def _read_own_file(path: Path) -> bytes:
    """Read a file that Git wrote: a link is not, and may lead anywhere."""
    return b"" if path.is_symlink() else read_small_file(path, _MAX_BYTES)


def _decode(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape").strip()
