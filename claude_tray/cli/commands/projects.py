"""Run `claude-tray projects`: list usage by project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from claude_tray.cli.commands.models import build_model_cells, build_model_rows
from claude_tray.cli.lookup import find_project
from claude_tray.cli.shared import (
    LazyRows,
    Listing,
    ListingRequest,
    Table,
    add_reading_arguments,
    build_local_item,
    format_totals_row,
    get_totals_headings,
    list_cost_notes,
    listing_command,
)
from claude_tray.core.time import format_iso_ms
from claude_tray.errors import gettext_noop
from claude_tray.protocol.usage_api import (
    ProjectDetail,
    ProjectItem,
    WorktreeItem,
    build_usage_totals,
)
from claude_tray.store.project_roots import WorktreeListing, list_worktrees
from claude_tray.store.usage_queries import (
    ProjectListing,
    list_projects,
    load_project_models,
)

if TYPE_CHECKING:
    import argparse

    from claude_tray.i18n.translator import Translator
    from claude_tray.store.connection import Reader


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_reading_arguments(parser)
    parser.add_argument(
        "name", nargs="?", help=gettext_noop("show one project by model")
    )


@listing_command
def run(request: ListingRequest) -> Listing:
    projects = list_projects(request.reader)
    name = request.arguments.name
    if name is not None:
        return _load_project(request.reader, find_project(name, projects))

    def build_table(translator: Translator) -> Table:
        return Table(
            translator.gettext("Projects"),
            [translator.gettext("Project")],
            [translator.gettext("Sessions"), *get_totals_headings(translator)],
            LazyRows(
                projects,
                lambda project: [
                    project.name,
                    translator.format_integer(project.sessions),
                    *format_totals_row(project.totals, translator),
                ],
            ),
        )

    return Listing(
        lambda: {
            "count": len(projects),
            "projects": [
                build_local_item(_build_row(project), project.totals)
                for project in projects
            ],
        },
        build_table,
    )


def _load_project(reader: Reader, project: ProjectListing) -> Listing:
    models = load_project_models(reader, project.path)
    worktrees = list_worktrees(reader, project.path)

    def build_json() -> dict[str, Any]:
        detail: ProjectDetail = {
            **_build_row(project),
            "models": [],
            "machines": [],
        }
        local_models = {"models": build_model_rows(models)}
        local_worktrees = {
            "worktrees": list(map(_build_worktree_row, worktrees))
        }
        return build_local_item(
            detail | local_models | (local_worktrees if worktrees else {}),
            project.totals,
        )

    def build_table(translator: Translator) -> Table:
        total = format_totals_row(project.totals, translator)
        return Table(
            f"{project.name} ({project.path})",
            [translator.gettext("Model or worktree")]
            if worktrees
            else [translator.gettext("Model")],
            get_totals_headings(translator),
            [
                [translator.gettext("All"), *total],
                *build_model_cells(models, translator),
                *(
                    [
                        worktree.name,
                        *format_totals_row(worktree.totals, translator),
                    ]
                    for worktree in worktrees
                ),
            ],
            list_cost_notes(project.totals, translator),
        )

    return Listing(build_json, build_table)


def _build_worktree_row(worktree: WorktreeListing) -> WorktreeItem:
    return {
        "name": worktree.name,
        "path": worktree.path,
        **build_usage_totals(worktree.totals),
    }


def _build_row(project: ProjectListing) -> ProjectItem:
    return {
        "name": project.name,
        "path": project.path,
        "total_sessions": project.sessions,
        **build_usage_totals(project.totals),
        "first_message_at": format_iso_ms(project.first_ms),
        "last_message_at": format_iso_ms(project.last_ms),
    }
