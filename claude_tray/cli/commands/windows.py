"""`claude-tray windows`: the 5-hour windows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.app.context import load_context, utc_now
from claude_tray.app.data_access import (
    add_profile_argument,
    add_reading_arguments,
    open_for_reading,
    select_accounts,
)
from claude_tray.cli.output import (
    TOTALS_HEADINGS,
    format_totals_row,
    print_json,
    print_table,
)
from claude_tray.core.time import format_iso, to_epoch_ms
from claude_tray.i18n.formats import format_clock, format_date_and_clock
from claude_tray.protocol.usage_api import build_usage_sums
from claude_tray.store.windows import list_windows

if TYPE_CHECKING:
    import argparse
    from datetime import datetime

    from claude_tray.core.windows import Window
    from claude_tray.protocol.usage_api import WindowItem


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_reading_arguments(parser)
    add_profile_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    context = load_context(arguments)
    with open_for_reading(arguments, context) as reader:
        now = utc_now()
        now_ms = to_epoch_ms(now)
        found = [
            window
            for account in select_accounts(reader, arguments, context)
            for window in list_windows(
                reader,
                account,
                now_ms,
            )
        ]
    found.sort(key=lambda window: window.start)
    if arguments.json:
        print_json([_build_row(window, now) for window in found])
    else:
        print_table(
            "Windows",
            ("Start", "Reset", *TOTALS_HEADINGS),
            [
                [
                    format_date_and_clock(window.start),
                    format_clock(window.end)
                    + (" (open)" if window.is_open(now) else ""),
                    *format_totals_row(window.totals),
                ]
                for window in found
            ],
        )
    return 0


def _build_row(window: Window, now: datetime) -> WindowItem:
    return {
        "start": format_iso(window.start),
        "end": format_iso(window.end),
        "is_active": window.is_open(now),
        **build_usage_sums(window.totals),
        "source": window.source.value,
        "rule": window.rule.value if window.rule else None,
    }
