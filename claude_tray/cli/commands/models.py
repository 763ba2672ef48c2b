"""Run `claude-tray models`: list usage by model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
from claude_tray.core.cost import sum_totals
from claude_tray.protocol.usage_api import ModelItem, build_usage_sums
from claude_tray.store.usage_queries import load_all_models

if TYPE_CHECKING:
    import argparse

    from claude_tray.core.cost import Totals
    from claude_tray.i18n.translator import Translator


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_reading_arguments(parser)


@listing_command
def run(request: ListingRequest) -> Listing:
    models = load_all_models(request.reader)

    def build_table(translator: Translator) -> Table:
        return Table(
            translator.gettext("Models"),
            [translator.gettext("Model")],
            get_totals_headings(translator),
            LazyRows(
                sorted(models.items()),
                lambda item: [
                    item[0],
                    *format_totals_row(item[1], translator),
                ],
            ),
            list_cost_notes(sum_totals(models.values()), translator),
        )

    return Listing(lambda: build_model_rows(models), build_table)


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
        [name, *format_totals_row(totals, translator)]
        for name, totals in sorted(models.items())
    ]
