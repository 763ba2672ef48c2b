"""Store which projects are shown as one, and query their worktrees."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from claude_tray.core.display_names import (
    choose_shown_path,
    find_worktree,
    name_worktree,
)
from claude_tray.store import metadata
from claude_tray.store.aggregates import SUM_OF_BUCKETS, parse_totals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from claude_tray.core.cost import Totals
    from claude_tray.store.connection import Reader, Writer


# Whether worktrees are shown apart from their project: "1" or unset.
_APART_KEY: Final = "worktrees_apart"
# Whether a root was reported since `shown` was updated: "1" or unset.
_REPORTED_KEY: Final = "worktrees_reported"
# Reports about worktrees whose sessions are not read yet: projects by path.
_WAITING_KEY: Final = "worktrees_waiting"
_MAX_WAITING: Final = 64
_SELECT_ROOT: Final = "SELECT root FROM project WHERE path = ?"
_SELECT_PROJECTS: Final = (
    "SELECT id, path, ifnull(root, ''), shown FROM project"
)
_SELECT_UNEXAMINED: Final = "SELECT path FROM project WHERE root IS NULL"
_UPDATE_ROOT: Final = "UPDATE project SET root = ? WHERE path = ?"
_UPDATE_SHOWN: Final = "UPDATE project SET shown = ? WHERE id = ?"


def list_unexamined_projects(reader: Reader | Writer) -> list[str]:
    """Return the projects whose root nobody has been asked for."""
    return [path for (path,) in reader.execute(_SELECT_UNEXAMINED)]


def save_roots(writer: Writer, root_by_path: Mapping[str, str]) -> None:
    """Store the roots of projects; an empty one means none."""
    writer.executemany(
        _UPDATE_ROOT, [(root, path) for path, root in root_by_path.items()]
    )


def is_folding(reader: Reader | Writer) -> bool:
    """Return whether worktrees are part of their project."""
    return not metadata.get_value(reader, _APART_KEY)


def set_folding(writer: Writer, *, folds_worktrees: bool) -> None:
    """Set whether worktrees are part of their project."""
    metadata.set_value(writer, _APART_KEY, "" if folds_worktrees else "1")


def save_reported_root(writer: Writer, path: str, project: str) -> None:
    """
    Store the project of a worktree as Claude Code reported it.

    Args:
        writer: Connection in a transaction.
        path: Worktree; the report waits until it has sessions.
        project: Path of the project, or the name of its folder. A name only
            counts if exactly one project has it.
    """
    if not _assign_reported_root(writer, path, project):
        waiting = {**_load_waiting(writer), path: project}
        _save_waiting(writer, waiting)


def apply_waiting_roots(writer: Writer) -> None:
    """Store reported roots of projects that are known by now."""
    waiting = _load_waiting(writer)
    if waiting:
        rest = {
            path: project
            for path, project in waiting.items()
            if not _assign_reported_root(writer, path, project)
        }
        _save_waiting(writer, rest)


def _load_waiting(reader: Reader | Writer) -> dict[str, str]:
    text = metadata.get_value(reader, _WAITING_KEY, "") or "{}"
    return dict(json.loads(text))


def _save_waiting(writer: Writer, waiting: Mapping[str, str]) -> None:
    latest = list(waiting.items())[-_MAX_WAITING:]
    metadata.set_value(writer, _WAITING_KEY, json.dumps(dict(latest)))


def _assign_reported_root(writer: Writer, path: str, project: str) -> bool:
    """Store a reported root; return False if a project is not known yet."""
    row = writer.execute(_SELECT_ROOT, (path,)).fetchone()
    if row is None:
        return False
    if row[0]:
        return True
    if not _is_path(project):
        paths = [
            path for (path,) in writer.execute("SELECT path FROM project")
        ]
        matching = [
            known
            for known in paths
            if known != path
            and find_worktree(known) is None
            and name_worktree(known) == project
        ]
        if len(matching) != 1:
            return bool(matching)
        (project,) = matching
    save_roots(writer, {path: project})
    metadata.set_value(writer, _REPORTED_KEY, "1")
    return True


def has_new_roots(reader: Reader | Writer) -> bool:
    """Return whether roots were reported since the last update."""
    return bool(metadata.get_value(reader, _REPORTED_KEY))


def _is_path(text: str) -> bool:
    return "/" in text or "\\" in text


def choose_new_shown_path(writer: Writer, path: str) -> str:
    """Return the value of `shown` of a new project, by its path alone."""
    shown = choose_shown_path(path, "", folds_worktrees=is_folding(writer))
    return "" if shown == path else shown


def update_shown_paths(writer: Writer) -> bool:
    """
    Bring up to date under which path each project is shown.

    Returns:
        Whether any changed.
    """
    folds_worktrees = is_folding(writer)
    metadata.set_value(writer, _REPORTED_KEY, "")
    changes = []
    for row_id, path, root, shown in writer.execute(_SELECT_PROJECTS):
        chosen = choose_shown_path(path, root, folds_worktrees=folds_worktrees)
        chosen = "" if chosen == path else chosen
        if chosen != shown:
            changes.append((chosen, row_id))
    writer.executemany(_UPDATE_SHOWN, changes)
    return bool(changes)


_SELECT_WORKTREES: Final = f"""
    SELECT project.path, {SUM_OF_BUCKETS}
    FROM usage_project JOIN project ON project.id = usage_project.project
    WHERE project.shown = ?
    GROUP BY project.id ORDER BY project.path
"""


@dataclass(frozen=True, slots=True)
class WorktreeListing:
    """A part of a project: a worktree, or its folder under another name."""

    name: str
    path: str
    totals: Totals


def list_worktrees(
    reader: Reader | Writer, path: str
) -> list[WorktreeListing]:
    """Return the totals of a project's worktrees."""
    rows = reader.execute(_SELECT_WORKTREES, (path,))
    return [
        WorktreeListing(
            name_worktree(worktree_path), worktree_path, parse_totals(sums)
        )
        for worktree_path, *sums in rows
    ]
