"""Format names of models and projects, and find what a worktree is of."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.model_ids import normalize_model_id
from claude_tray.text import make_visible

if TYPE_CHECKING:
    from collections.abc import Iterable


# "claude-opus-4-5-20251101" and, before 2025, "claude-3-5-sonnet-20241022".
_CURRENT_PATTERN: Final = re.compile(
    r"claude-([a-z]+)-(\d{1,2})(?:-(\d{1,2}))?"
)
_LEGACY_PATTERN: Final = re.compile(r"claude-(\d)(?:-(\d))?-([a-z]+)")
_DATE_SUFFIX: Final = re.compile(r"-(?:\d{8}|latest)$")


def format_model_name(model: str) -> str:
    """Return a name such as "Opus 4.5"; an unknown form is left unchanged."""
    text = _DATE_SUFFIX.sub("", normalize_model_id(model))
    if match := _CURRENT_PATTERN.fullmatch(text):
        family, major, minor = match.groups()
    elif match := _LEGACY_PATTERN.fullmatch(text):
        major, minor, family = match.groups()
    else:
        return make_visible(model)
    number = f"{major}.{minor}" if minor else major
    return f"{family.capitalize()} {number}"


# As on the pages.
SHORT_ID_LENGTH: Final = 8


def shorten_ids(ids: Iterable[str]) -> dict[str, str]:
    """Return the beginning of each ID; one that is not unique stays whole."""
    known = list(ids)
    counts = Counter(known_id[:SHORT_ID_LENGTH] for known_id in known)
    return {
        known_id: short
        if counts[short := known_id[:SHORT_ID_LENGTH]] == 1
        else known_id
        for known_id in known
    }


# Not a slash: labels are part of URLs.
LABEL_SEPARATOR: Final = " \N{MIDDLE DOT} "
_SLASHES: Final = re.compile(r"[/\\]+")


def build_unique_labels(paths: Iterable[str]) -> dict[str, str]:
    """
    Return a unique label for each path.

    A label is the last folder of the path; if two paths share it, parent
    folders are prepended until they differ. Labels depend only on the set of
    paths, and show hidden characters.
    """
    parts = {path: _split_path(path) for path in paths}
    depth = dict.fromkeys(parts, 1)
    while clashes := _find_clashes(parts, depth):
        for path in clashes:
            depth[path] += 1
    return {path: _join_tail(parts[path], depth[path]) for path in parts}


def _split_path(path: str) -> list[str]:
    visible = make_visible(path)
    return [part for part in _SLASHES.split(visible) if part] or [
        visible or "-"
    ]


def _join_tail(parts: list[str], depth: int) -> str:
    return LABEL_SEPARATOR.join(parts[-depth:])


def _find_clashes(
    parts: dict[str, list[str]], depth: dict[str, int]
) -> list[str]:
    """Return the paths that share a label and have parents left to add."""
    groups: dict[str, list[str]] = {}
    for path, path_parts in parts.items():
        groups.setdefault(_join_tail(path_parts, depth[path]), []).append(path)
    return [
        path
        for group in groups.values()
        if len(group) > 1
        for path in group
        if depth[path] < len(parts[path])
    ]


# Claude Code and the desktop app create worktrees in the first, other tools in
# the second.
_WORKTREE_FOLDERS: Final = ((".claude", "worktrees"), (".worktrees",))
_PATH_SEPARATOR: Final = re.compile(r"[/\\]")
_SHARE_PREFIXES: Final = ("\\\\", "//")


class WorktreePath(NamedTuple):
    """
    A path within a worktree.

    Attributes:
        root: Path of the project that it belongs to.
        name: Name of the worktree; empty if unknown.
    """

    root: str
    name: str


def unify_path(path: str) -> str:
    r"""
    Return one form of a path that different programs write differently.

    Of a share they are `\\wsl.localhost\…` and `//wsl.localhost/…`. Host
    names do not depend on case.
    """
    if path[:2] not in _SHARE_PREFIXES:
        return path
    host, separator, rest = path[2:].replace("\\", "/").partition("/")
    return f"//{host.lower()}{separator}{rest}"


def find_worktree(path: str) -> WorktreePath | None:
    """Return the project and name of a worktree, None if it is none."""
    parts = [match.start() for match in _PATH_SEPARATOR.finditer(path)]
    names = _PATH_SEPARATOR.split(path)
    for number in range(1, len(names)):
        for folders in _WORKTREE_FOLDERS:
            end = number + len(folders)
            if tuple(names[number:end]) != folders:
                continue
            root = path[: parts[number - 1]]
            name = names[end] if end < len(names) else ""
            if root.strip("/\\"):
                return WorktreePath(root, name)
    return None


def choose_shown_path(path: str, root: str, *, folds_worktrees: bool) -> str:
    """
    Return the path under which a project is shown.

    Args:
        path: Where its sessions began.
        root: Project of the worktree, from its `.git` file or Claude Code;
            empty if unknown.
        folds_worktrees: Whether worktrees are part of their project.
    """
    if folds_worktrees:
        worktree = find_worktree(path)
        path = root or (worktree.root if worktree else path)
        # A worktree of a worktree, as subagents create them.
        outer = find_worktree(path)
        path = outer.root if outer else path
    return unify_path(path)


def name_worktree(path: str) -> str:
    """Return the name of a worktree by its path."""
    worktree = find_worktree(path)
    name = worktree.name if worktree else ""
    return name or _PATH_SEPARATOR.split(path)[-1]
