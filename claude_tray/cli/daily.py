"""`claude-tray daily`: what was used on each local day."""

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
from claude_tray.domain.days import by_day
from claude_tray.store import rankings
from claude_tray.wire.sums import sums_of

if TYPE_CHECKING:
    import argparse

    from claude_tray.wire.usage_api import DayRow


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_reading_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    context = context_of(arguments)
    with reading(arguments, context) as reader:
        days = by_day(rankings.by_cell(reader), None)
    if arguments.json:
        rows: list[DayRow] = [
            {"date": day.isoformat(), **sums_of(totals)}
            for day, totals in days.items()
        ]
        print_json(rows)
    else:
        print_table(
            "Days",
            ("Day", *SUM_HEADINGS),
            [[day.isoformat(), *sum_texts(t)] for day, t in days.items()],
        )
    return 0
