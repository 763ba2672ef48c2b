"""Run `claude-tray windows`: list the 5-hour windows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.app.context import utc_now
from claude_tray.app.data_access import select_accounts
from claude_tray.cli.shared import (
    LazyRows,
    Listing,
    ListingRequest,
    Table,
    add_account_argument,
    add_reading_arguments,
    build_local_item,
    format_totals_row,
    get_totals_headings,
    listing_command,
)
from claude_tray.core.time import format_iso, to_epoch_ms
from claude_tray.i18n.formats import format_date_and_clock
from claude_tray.protocol.usage_api import WindowItem, build_usage_sums
from claude_tray.store.snapshot import build_account_state
from claude_tray.store.windows import list_windows

if TYPE_CHECKING:
    import argparse
    from datetime import datetime

    from claude_tray.core.accounts import Account
    from claude_tray.core.windows import Window
    from claude_tray.i18n.translator import Translator
    from claude_tray.store.connection import Reader


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_reading_arguments(parser)
    add_account_argument(parser)


@listing_command
def run(request: ListingRequest) -> Listing:
    now = utc_now()
    windows = [
        window
        for account in select_accounts(
            request.reader, request.arguments, request.context
        )
        for window in _list_account_windows(request.reader, account, now)
    ]
    windows.sort(key=lambda window: window.start)

    def build_table(translator: Translator) -> Table:
        gettext = translator.gettext
        return Table(
            gettext("Windows"),
            [gettext("Start"), gettext("Reset")],
            get_totals_headings(translator),
            LazyRows(
                windows, lambda window: _build_cells(window, now, translator)
            ),
            is_newest_last=True,
        )

    return Listing(
        lambda: [
            build_local_item(_build_row(window, now), window.totals)
            for window in windows
        ],
        build_table,
    )


def _list_account_windows(
    reader: Reader, account: Account, now: datetime
) -> list[Window]:
    """Return the windows of an account; none is open without that limit."""
    windows = list_windows(reader, account, to_epoch_ms(now))
    if build_account_state(reader, account, now).has_window:
        return windows
    return [window for window in windows if not window.is_open(now)]


def _build_cells(
    window: Window, now: datetime, translator: Translator
) -> list[str]:
    reset = translator.format_clock(window.end)
    if window.is_open(now):
        reset = translator.gettext("{clock} (open)", clock=reset)
    return [
        format_date_and_clock(window.start),
        reset,
        *format_totals_row(window.totals, translator),
    ]


def _build_row(window: Window, now: datetime) -> WindowItem:
    return {
        "start": format_iso(window.start),
        "end": format_iso(window.end),
        "is_active": window.is_open(now),
        **build_usage_sums(window.totals),
        "source": window.source.value,
        "rule": window.rule.value if window.rule else None,
    }
