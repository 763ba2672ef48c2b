"""`claude-tray models`: what was used of each model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.cli.context import context_of
from claude_tray.cli.reading import add_reading_arguments, reading
from claude_tray.cli.show import (
    SUM_HEADINGS,
    print_json,
    print_table,
    sum_texts,
)
from claude_tray.store import projects
from claude_tray.wire.sums import sums_of

if TYPE_CHECKING:
    import argparse

    from claude_tray.domain.totals import Totals
    from claude_tray.wire.usage_api import ModelRow


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_reading_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    context = context_of(arguments)
    with reading(arguments, context) as reader:
        models = projects.all_models(reader)
    if arguments.json:
        print_json(rows_of(models))
    else:
        print_table(
            "Models",
            ("Model", *SUM_HEADINGS),
            [[name, *sum_texts(t)] for name, t in sorted(models.items())],
        )
    return 0


def rows_of(models: dict[str, Totals]) -> list[ModelRow]:
    """Return the models as they are listed, by name."""
    return [
        {"model": name, **sums_of(totals)}
        for name, totals in sorted(models.items())
    ]
