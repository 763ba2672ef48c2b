"""`claude-tray models`: what was used of each model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.app.context import load_context
from claude_tray.app.data_access import add_reading_arguments, open_for_reading
from claude_tray.cli.output import (
    TOTALS_HEADINGS,
    format_totals_row,
    print_json,
    print_table,
)
from claude_tray.protocol.usage_api import build_usage_sums
from claude_tray.store import listings

if TYPE_CHECKING:
    import argparse

    from claude_tray.core.totals import Totals
    from claude_tray.protocol.usage_api import ModelItem


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_reading_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    context = load_context(arguments)
    with open_for_reading(arguments, context) as reader:
        models = listings.load_all_models(reader)
    if arguments.json:
        print_json(build_model_rows(models))
    else:
        print_table(
            "Models",
            ("Model", *TOTALS_HEADINGS),
            [
                [name, *format_totals_row(t)]
                for name, t in sorted(models.items())
            ],
        )
    return 0


def build_model_rows(models: dict[str, Totals]) -> list[ModelItem]:
    """Return the models as they are listed, by name."""
    return [
        {"model": name, **build_usage_sums(totals)}
        for name, totals in sorted(models.items())
    ]
