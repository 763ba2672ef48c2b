"""`claude-tray projects`: what each project used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.app.context import load_context
from claude_tray.app.data_access import add_reading_arguments, open_for_reading
from claude_tray.cli.commands.models import build_model_rows
from claude_tray.cli.output import (
    TOTALS_HEADINGS,
    format_totals_row,
    print_json,
    print_table,
)
from claude_tray.core.time import format_iso_ms
from claude_tray.errors import UsageError
from claude_tray.protocol.usage_api import build_usage_totals
from claude_tray.store import listings

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from claude_tray.protocol.usage_api import ProjectDetail, ProjectItem
    from claude_tray.store.connection import Reader
    from claude_tray.store.listings import ProjectListing


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_reading_arguments(parser)
    parser.add_argument("name", nargs="?", help="one project")


def run(arguments: argparse.Namespace) -> int:
    context = load_context(arguments)
    with open_for_reading(arguments, context) as reader:
        found = listings.list_projects(reader)
        if arguments.name is not None:
            project = find_project(arguments.name, found)
            return _show_project(reader, project, as_json=arguments.json)
    if arguments.json:
        rows = [_build_row(project) for project in found]
        print_json({"count": len(rows), "projects": rows})
    else:
        print_table(
            "Projects",
            ("Project", ">Sessions", *TOTALS_HEADINGS),
            [
                [p.name, str(p.sessions), *format_totals_row(p.totals)]
                for p in found
            ],
        )
    return 0


def find_project(name: str, found: list[ProjectListing]) -> ProjectListing:
    """
    Return the project of this name or path.

    Raises:
        UsageError: There is none; the hint offers the nearest names.
    """
    for project in found:
        if name in (project.name, project.path):
            return project
    summary = f"There is no project {name!r}."
    raise UsageError(
        summary, hint=suggest_names(name, (p.name for p in found))
    )


def suggest_names(name: str, names: Iterable[str]) -> str:
    """Return a hint at the names that a person may have meant."""
    from difflib import get_close_matches

    candidates = list(names)
    matches = get_close_matches(name, candidates, n=3, cutoff=0.4)
    matches = matches or sorted(candidates)[:3]
    return (
        f"Did you mean {', '.join(matches)}?" if matches else "There are none."
    )


def _show_project(
    reader: Reader, project: ProjectListing, *, as_json: bool
) -> int:
    models = build_model_rows(
        listings.load_project_models(reader, project.path)
    )
    if as_json:
        detail: ProjectDetail = {
            **_build_row(project),
            "models": models,
            "machines": [],
        }
        print_json(detail)
        return 0
    print_table(
        f"{project.name} ({project.path})",
        ("", *TOTALS_HEADINGS),
        [
            ["All", *format_totals_row(project.totals)],
            *(
                [name, *format_totals_row(totals)]
                for name, totals in listings.load_project_models(
                    reader,
                    project.path,
                ).items()
            ),
        ],
    )
    return 0


def _build_row(project: ProjectListing) -> ProjectItem:
    return {
        "name": project.name,
        "path": project.path,
        "total_sessions": project.sessions,
        **build_usage_totals(project.totals),
        "first_message_at": format_iso_ms(project.first_ms),
        "last_message_at": format_iso_ms(project.last_ms),
    }
