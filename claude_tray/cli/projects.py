"""`claude-tray projects`: what each project used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.cli.context import context_of
from claude_tray.cli.models import rows_of
from claude_tray.cli.reading import add_reading_arguments, reading
from claude_tray.cli.show import (
    SUM_HEADINGS,
    print_json,
    print_table,
    sum_texts,
)
from claude_tray.errors import UsageError
from claude_tray.store import projects
from claude_tray.wire.sums import totals_of
from claude_tray.wire.timestamps import iso_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from claude_tray.store.connection import Reader
    from claude_tray.store.projects import ProjectSums
    from claude_tray.wire.usage_api import ProjectDetail, ProjectRow


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_reading_arguments(parser)
    parser.add_argument("name", nargs="?", help="one project")


def run(arguments: argparse.Namespace) -> int:
    context = context_of(arguments)
    with reading(arguments, context) as reader:
        found = projects.every(reader)
        if arguments.name is not None:
            project = named(arguments.name, found)
            return _show_one(reader, project, as_json=arguments.json)
    if arguments.json:
        rows = [_row(project) for project in found]
        print_json({"count": len(rows), "projects": rows})
    else:
        print_table(
            "Projects",
            ("Project", ">Sessions", *SUM_HEADINGS),
            [[p.name, str(p.sessions), *sum_texts(p.totals)] for p in found],
        )
    return 0


def named(name: str, found: list[ProjectSums]) -> ProjectSums:
    """
    Return the project of this name or path.

    Raises:
        UsageError: There is none; the hint offers the nearest names.
    """
    for project in found:
        if name in (project.name, project.path):
            return project
    summary = f"There is no project {name!r}."
    raise UsageError(summary, hint=nearest(name, (p.name for p in found)))


def nearest(name: str, names: Iterable[str]) -> str:
    """Return a hint at the names that a person may have meant."""
    from difflib import get_close_matches  # noqa: PLC0415

    known = list(names)
    near = get_close_matches(name, known, n=3, cutoff=0.4)
    near = near or sorted(known)[:3]
    return f"Did you mean {', '.join(near)}?" if near else "There are none."


def _show_one(reader: Reader, project: ProjectSums, *, as_json: bool) -> int:
    models = rows_of(projects.models_of(reader, project.path))
    if as_json:
        detail: ProjectDetail = {
            **_row(project),
            "models": models,
            "machines": [],
        }
        print_json(detail)
        return 0
    print_table(
        f"{project.name} ({project.path})",
        ("", *SUM_HEADINGS),
        [
            ["All", *sum_texts(project.totals)],
            *(
                [name, *sum_texts(totals)]
                for name, totals in projects.models_of(
                    reader,
                    project.path,
                ).items()
            ),
        ],
    )
    return 0


def _row(project: ProjectSums) -> ProjectRow:
    return {
        "name": project.name,
        "path": project.path,
        "total_sessions": project.sessions,
        **totals_of(project.totals),
        "first_message_at": iso_of(project.first_ms),
        "last_message_at": iso_of(project.last_ms),
    }
