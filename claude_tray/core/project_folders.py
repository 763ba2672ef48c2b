"""
Recognize one project that different programs send under different names.

Claude Code keeps the transcripts of a project in a folder that is named after
the project's path: "-home-ada-shop" for "/home/ada/shop". Some programs use
this name for the project, others a label such as "shop".
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from claude_tray.core.display_names import (
    LABEL_SEPARATOR,
    find_worktree,
    unify_path,
)

_REPLACED: Final = re.compile(r"[^A-Za-z0-9]")
_FOLDER_NAME: Final = re.compile(r"[A-Za-z0-9-]+")
_SLASHES: Final = re.compile(r"[/\\]+")
_TRANSCRIPTS: Final = "projects"
# As `display_names.find_worktree`, in the names of folders.
_WORKTREE_MARKS: Final = ("--claude-worktrees-", "--worktrees-")
_MAX_LENGTH: Final = 255


def encode_folder_name(path: str) -> str:
    """Return the name of the transcript folder of a project."""
    return _REPLACED.sub("-", path)


class NamedProject(NamedTuple):
    """
    A project as a program names it.

    Attributes:
        name: A label, or the name of its transcript folder.
        path: Its transcript folder, or its own path; empty if unknown.
    """

    name: str
    path: str

    @property
    def folder(self) -> str:
        """
        Name of the transcript folder.

        Empty if it is unknown, or if name and path do not belong together.
        """
        folder = _encode_path(self.path)
        label = "-".join(
            map(encode_folder_name, self.name.split(LABEL_SEPARATOR))
        )
        is_known = folder.strip("-") and len(folder) <= _MAX_LENGTH
        is_of_name = f"-{folder}".endswith(f"-{label}")
        return folder if is_known and is_of_name else ""

    @property
    def has_label(self) -> bool:
        """Whether the name is more than that of its folder."""
        return self.name != self.folder

    def fold_worktree(self) -> NamedProject:
        """Return the project of a worktree, by the name of its folder."""
        folder = self.folder
        for mark in _WORKTREE_MARKS:
            root, found, _ = folder.partition(mark)
            if found and root.strip("-"):
                worktree = find_worktree(self.path)
                path = worktree.root if worktree else ""
                return NamedProject(root, path or self.path.split(mark)[0])
        return self


def _encode_path(path: str) -> str:
    """Return the name of the transcript folder of either kind of path."""
    parts = [part for part in _SLASHES.split(path) if part]
    is_transcript_folder = parts[-2:-1] == [_TRANSCRIPTS]
    if is_transcript_folder and _FOLDER_NAME.fullmatch(parts[-1]):
        return parts[-1]
    return encode_folder_name(unify_path(path.rstrip("/\\")))
