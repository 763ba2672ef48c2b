"""`claude-tray stats`: the totals and the window."""

from __future__ import annotations

from functools import reduce
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
from claude_tray.core.totals import ZERO_TOTALS, Totals
from claude_tray.presentation.context import ViewContext
from claude_tray.presentation.countdown import format_reset_source
from claude_tray.protocol.usage_api import build_stats, format_time_left
from claude_tray.store import account_state, listings
from claude_tray.store import imported_totals as imported_totals_module

if TYPE_CHECKING:
    import argparse

    from claude_tray.app.context import AppContext
    from claude_tray.core.snapshot import AccountSnapshot
    from claude_tray.store.connection import Reader


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_reading_arguments(parser)
    add_profile_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    context = load_context(arguments)
    with open_for_reading(arguments, context) as reader:
        now = utc_now()
        totals, counts = _load_all_time_totals(reader, arguments, context)
        imported_totals = imported_totals_module.compute_imported_totals(
            reader
        )
        states = [
            account_state.build_account_state(reader, account, now)
            for account in select_accounts(reader, arguments, context)
        ]
    state = max(states, key=_get_last_used)
    if arguments.json:
        print_json(build_stats(totals, counts, state, now))
        return 0
    rows = [["All time", *format_totals_row(totals)]]
    if imported_totals != ZERO_TOTALS and arguments.profile is None:
        rows.append(["Of it imported", *format_totals_row(imported_totals)])
    if state.window:
        rows.append(["This window", *format_totals_row(state.window.totals)])
    print_table("Claude Code", ("", *TOTALS_HEADINGS), rows)
    print(format_time_left(state, now))
    view_context = ViewContext(now, state, translator=context.translator)
    if source := format_reset_source(view_context):
        print(source)
    return 0


def _load_all_time_totals(
    reader: Reader,
    arguments: argparse.Namespace,
    context: AppContext,
) -> tuple[Totals, tuple[int, int]]:
    """Return what was used ever, and the numbers of sessions and projects."""
    if arguments.profile is None:
        models = listings.load_all_models(reader).values()
        return reduce(
            Totals.plus, models, ZERO_TOTALS
        ), listings.count_sessions_and_projects(reader)
    (account,) = select_accounts(reader, arguments, context)
    return account_state.load_all_time_totals(reader, account)


def _get_last_used(state: AccountSnapshot) -> float:
    return state.last_record_at.timestamp() if state.last_record_at else 0.0
