"""`claude-tray windows`: the 5-hour windows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.cli.context import context_of, now
from claude_tray.cli.reading import (
    accounts_in,
    add_profile_argument,
    add_reading_arguments,
    reading,
)
from claude_tray.cli.show import (
    SUM_HEADINGS,
    print_json,
    print_table,
    sum_texts,
)
from claude_tray.store import windows
from claude_tray.wire.sums import sums_of
from claude_tray.wire.timestamps import iso
from claude_tray.words.times import clock, day_and_clock

if TYPE_CHECKING:
    import argparse
    from datetime import datetime

    from claude_tray.domain.window import Window
    from claude_tray.wire.usage_api import WindowRow


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_reading_arguments(parser)
    add_profile_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    context = context_of(arguments)
    with reading(arguments, context) as reader:
        moment = now()
        now_ms = int(moment.timestamp() * 1000)
        found = [
            window
            for account in accounts_in(reader, arguments, context)
            for window in windows.every(
                reader,
                account,
                now_ms,
            )
        ]
    found.sort(key=lambda window: window.start)
    if arguments.json:
        print_json([_row(window, moment) for window in found])
    else:
        print_table(
            "Windows",
            ("Start", "Reset", *SUM_HEADINGS),
            [
                [
                    day_and_clock(window.start),
                    clock(window.end)
                    + (" (open)" if window.is_open(moment) else ""),
                    *sum_texts(window.totals),
                ]
                for window in found
            ],
        )
    return 0


def _row(window: Window, moment: datetime) -> WindowRow:
    return {
        "start": iso(window.start),
        "end": iso(window.end),
        "is_active": window.is_open(moment),
        **sums_of(window.totals),
        "source": window.source.value,
        "rule": window.rule.value if window.rule else None,
    }
