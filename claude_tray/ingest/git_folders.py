"""Read what Git wrote about folders, which may be gone or on a dead share."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from claude_tray.core.bounds import bound_text
from claude_tray.platform.small_file import read_small_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


_GIT_NAME: Final = ".git"
_GIT_DIR_PREFIX: Final = b"gitdir:"
_MAX_BYTES: Final = 4096
# A folder may be on a share that does not answer.
TIMEOUT_SECONDS: Final = 1.0
# What git-check-ref-format(1) forbids is no branch. A repository with
# reftables names this one, which is none either.
_BRANCH: Final = re.compile(
    r"ref: refs/heads/(?!\.invalid)([^\x00-\x20\x7f~^:?*\[\\]+)\n?"
)
_COMMIT: Final = re.compile(r"([0-9a-f]{7})(?:[0-9a-f]{33}|[0-9a-f]{57})\n?")
_T = TypeVar("_T")
# Folders whose read has begun and not ended.
_unanswered: set[str] = set()


def read_branches(paths: Iterable[str]) -> dict[str, str]:
    """Return the branches that folders have checked out; empty if unknown."""
    # A share that does not answer is waited for once.
    pending = [path for path in dict.fromkeys(paths) if path]
    return read_in_time(
        [path for path in pending if path not in _unanswered],
        _read_branch_once,
        "",
        TIMEOUT_SECONDS,
    )


def read_branch(path: str) -> str:
    """
    Return the branch of a folder, or the start of a commit without one.

    Empty outside of any repository, and where `HEAD` has something else
    (gitrepository-layout(5)).
    """
    try:
        git_dir = find_git_dir(path)
        head = read_own_file(git_dir / "HEAD") if git_dir else b""
    except (OSError, ValueError):
        return ""
    text = head.decode("utf-8", "replace")
    found = _BRANCH.fullmatch(text) or _COMMIT.fullmatch(text)
    return bound_text(found[1]) if found else ""


def find_git_dir(path: str) -> Path | None:
    """
    Return the Git folder of the repository that a folder is in.

    A worktree has a file `.git` that names it.

    Raises:
        OSError, ValueError: It cannot be read, or no file can have its name.
    """
    folder = Path(path)
    if not folder.is_absolute() or is_remote(path):
        return None
    for parent in (folder, *folder.parents):
        place = parent / _GIT_NAME
        if place.is_dir():
            return place
        if not place.exists():
            continue
        content = read_own_file(place)
        if not content.startswith(_GIT_DIR_PREFIX):
            return None
        name = decode_path(content[len(_GIT_DIR_PREFIX) :])
        # Windows would sign in at a server that a hostile file names.
        return None if is_remote(name) else parent / name
    return None


def is_remote(path: str) -> bool:
    """Return whether a path names another computer, as Windows does."""
    return path.replace("\\", "/").startswith("//")


def read_own_file(path: Path) -> bytes:
    """Read a file that Git wrote: a link is not, and may lead anywhere."""
    return b"" if path.is_symlink() else read_small_file(path, _MAX_BYTES)


def decode_path(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape").strip()


def read_in_time(
    paths: Iterable[str],
    read: Callable[[str], _T],
    unknown: _T,
    timeout: float,
) -> dict[str, _T]:
    """
    Read something about folders in a thread that is not waited for long.

    Args:
        paths: Folders.
        read: Reads one folder.
        unknown: Value of folders that were not read in time.
        timeout: Seconds for all of them.
    """
    pending = list(paths)
    if not pending:
        return {}
    found: dict[str, _T] = {}

    def read_all() -> None:
        for path in pending:
            found[path] = read(path)

    thread = threading.Thread(target=read_all, name="git", daemon=True)
    thread.start()
    thread.join(timeout)
    return dict.fromkeys(pending, unknown) | dict(found)


def _read_branch_once(path: str) -> str:
    _unanswered.add(path)
    branch = read_branch(path)
    _unanswered.discard(path)
    return branch
