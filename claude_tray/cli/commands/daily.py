"""`claude-tray daily`: what was used on each local day."""

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
from claude_tray.core.calendar import sum_by_day
from claude_tray.protocol.usage_api import build_usage_sums
from claude_tray.store.usage_queries import load_totals_by_bucket

if TYPE_CHECKING:
    import argparse

    from claude_tray.protocol.usage_api import DayItem


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_reading_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    context = load_context(arguments)
    with open_for_reading(arguments, context) as reader:
        days = sum_by_day(load_totals_by_bucket(reader), None)
    if arguments.json:
        rows: list[DayItem] = [
            {"date": day.isoformat(), **build_usage_sums(totals)}
            for day, totals in days.items()
        ]
        print_json(rows)
    else:
        print_table(
            "Days",
            ("Day", *TOTALS_HEADINGS),
            [
                [day.isoformat(), *format_totals_row(t)]
                for day, t in days.items()
            ],
        )
    return 0
