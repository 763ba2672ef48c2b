"""Run `claude-tray models`: list usage by model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from claude_tray.cli.report_options import add_report_arguments
from claude_tray.cli.reports import (
    Report,
    ReportRequest,
    ReportRow,
    group_parts,
    report_command,
)
from claude_tray.cli.shared import build_local_item, format_totals_row
from claude_tray.core.cost import Totals, merge_totals, sum_totals
from claude_tray.core.display_names import format_model_name
from claude_tray.errors import gettext_noop
from claude_tray.protocol.usage_api import ModelItem, build_usage_sums
from claude_tray.store.period_usage import list_usage_parts

if TYPE_CHECKING:
    from claude_tray.i18n.translator import Translator


add_arguments = add_report_arguments


@report_command
def run(request: ReportRequest) -> Report:
    options = request.options
    by = ("model", "project") if options.has_parts else ("model",)
    models: dict[str, dict[str, Totals]] = {}
    for part in list_usage_parts(request.reader, options.usage_filter, *by):
        models[part.model] = merge_totals(
            models.get(part.model, {}), [(part.project, part.totals)]
        )
    return Report(
        title=gettext_noop("Models"),
        headings=(gettext_noop("Model"),),
        fields=("model",),
        rows=[
            ReportRow(
                model,
                format_model_name(model),
                0,
                sum_totals(projects.values()),
                group_parts(projects.items(), request),
            )
            for model, projects in sorted(models.items())
        ],
        build_item=_build_row,
        format_cells=lambda model: [format_model_name(model)],
        list_fields=lambda model: [model],
        sort="cost",
        is_by_project=True,
    )


def build_model_rows(models: dict[str, Totals]) -> list[dict[str, Any]]:
    """Return a JSON object for each model, sorted by name."""
    return [
        build_local_item(_build_row(name, totals), totals)
        for name, totals in sorted(models.items())
    ]


def _build_row(name: str, totals: Totals) -> ModelItem:
    return {"model": name, **build_usage_sums(totals)}


def build_model_cells(
    models: dict[str, Totals], translator: Translator
) -> list[list[str]]:
    """Return the cells of each model, sorted by name."""
    return [
        [format_model_name(name), *format_totals_row(totals, translator)]
        for name, totals in sorted(models.items())
    ]
