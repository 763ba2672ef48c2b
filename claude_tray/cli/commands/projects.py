"""Run `claude-tray projects`: list usage by project."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from claude_tray.cli import report_options
from claude_tray.cli.commands.models import build_model_cells, build_model_rows
from claude_tray.cli.lookup import find_project
from claude_tray.cli.reports import (
    Report,
    ReportRequest,
    ReportRow,
    group_parts,
    report_command,
)
from claude_tray.cli.shared import (
    Listing,
    Table,
    build_local_item,
    format_totals_row,
    get_totals_headings,
    list_cost_notes,
)
from claude_tray.core.cost import Totals, merge_totals, sum_totals
from claude_tray.core.time import format_iso_ms
from claude_tray.errors import gettext_noop
from claude_tray.protocol.usage_api import (
    ProjectDetail,
    ProjectItem,
    WorktreeItem,
    build_usage_totals,
)
from claude_tray.store.period_usage import list_usage_parts
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
    report_options.add_report_arguments(parser)
    parser.add_argument(
        "name", nargs="?", help=gettext_noop("show one project by model")
    )


@report_command
def run(request: ReportRequest) -> Report | Listing:
    projects = list_projects(request.reader)
    name = request.arguments.name
    if name is not None:
        report_options.refuse_list_options(request.arguments)
        return _load_project(request.reader, find_project(name, projects))
    return Report(
        title=gettext_noop("Projects"),
        headings=(gettext_noop("Project"),),
        fields=("project", "path", "sessions"),
        rows=_load_rows(request, projects),
        build_item=lambda project, _: _build_row(project),
        format_cells=lambda project: [project.name],
        list_fields=lambda p: [p.name, p.path, p.sessions],
        sort="cost",
        wrap=lambda items: {"count": len(items), "projects": items},
        counts=(gettext_noop("Sessions"), lambda project: project.sessions),
    )


def _load_rows(
    request: ReportRequest, projects: list[ProjectListing]
) -> list[ReportRow]:
    """Return a row for each project with usage, the last used first."""
    sessions: dict[str, set[str]] = {}
    models: dict[str, dict[str, Totals]] = {}
    for part in list_usage_parts(
        request.reader,
        request.options.usage_filter,
        "project",
        "session",
        "model",
    ):
        sessions.setdefault(part.project, set()).add(part.session)
        models[part.project] = merge_totals(
            models.get(part.project, {}), [(part.model, part.totals)]
        )
    return [
        ReportRow(
            replace(
                project,
                sessions=len(sessions[project.path]),
                totals=(totals := sum_totals(models[project.path].values())),
            ),
            project.name,
            project.last_ms,
            totals,
            group_parts(models[project.path].items(), request),
        )
        for project in projects
        if project.path in models
    ]


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
