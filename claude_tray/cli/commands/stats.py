"""Run `claude-tray stats`: show total usage and the current window."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from claude_tray.app.context import utc_now
from claude_tray.app.data_access import select_accounts
from claude_tray.cli.shared import (
    Listing,
    ListingRequest,
    Table,
    add_account_argument,
    add_reading_arguments,
    build_completeness,
    build_local_item,
    format_totals_row,
    get_totals_headings,
    list_cost_notes,
    listing_command,
)
from claude_tray.core.cost import ZERO_TOTALS, Totals
from claude_tray.presentation.context import ViewContext
from claude_tray.presentation.countdown import format_reset_source
from claude_tray.presentation.notes import list_forecast_record
from claude_tray.protocol.usage_api import build_stats
from claude_tray.store.imported_totals import compute_imported_totals
from claude_tray.store.snapshot import (
    build_account_state,
    load_all_time_totals,
)
from claude_tray.store.usage_queries import (
    count_sessions_and_projects,
    load_all_models,
)

if TYPE_CHECKING:
    import argparse
    from datetime import datetime

    from claude_tray.core.snapshot import AccountSnapshot
    from claude_tray.i18n.translator import Translator


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_reading_arguments(parser)
    add_account_argument(parser)


@listing_command
def run(request: ListingRequest) -> Listing:
    now = utc_now()
    totals, counts = _load_all_time_totals(request)
    imported = compute_imported_totals(request.reader)
    states = [
        build_account_state(request.reader, account, now)
        for account in select_accounts(
            request.reader, request.arguments, request.context
        )
    ]
    state = max(states, key=_get_last_used)

    def build_table(translator: Translator) -> Table:
        gettext = translator.gettext
        rows = [(gettext("All time"), totals)]
        # Imported usage belongs to no single account.
        if imported != ZERO_TOTALS and request.arguments.profile is None:
            rows.append((gettext("Of which imported"), imported))
        if state.window:
            name = gettext("This window")
            if len(states) > 1:
                name = f"{name} ({state.name})"
            rows.append((name, state.window.totals))
        return Table(
            "Claude Code",
            [""],
            get_totals_headings(translator),
            [[name, *format_totals_row(t, translator)] for name, t in rows],
            [
                *list_cost_notes(totals, translator),
                *_build_notes(state, now, translator),
                *list_forecast_record(state.forecast_record, translator),
            ],
        )

    return Listing(
        lambda: {
            **build_local_item(
                build_stats(totals, counts, state, now), totals
            ),
            **build_completeness(request.arguments),
        },
        build_table,
    )


def _build_notes(
    state: AccountSnapshot, now: datetime, translator: Translator
) -> list[str]:
    gettext = translator.gettext
    notes = [gettext("No window is open: the limit has reset.")]
    if state.window and state.window.is_open(now):
        span = translator.format_duration(state.window.end - now)
        notes = [gettext("{span} left in this window", span=span)]
    source = format_reset_source(
        ViewContext(now, state, translator=translator)
    )
    return [*notes, source] if source else notes


def _load_all_time_totals(
    request: ListingRequest,
) -> tuple[Totals, tuple[int, int]]:
    """Return all-time totals and the numbers of sessions and projects."""
    reader = request.reader
    if request.arguments.profile is None:
        models = load_all_models(reader).values()
        counts = count_sessions_and_projects(reader)
        return reduce(Totals.plus, models, ZERO_TOTALS), counts
    (account,) = select_accounts(reader, request.arguments, request.context)
    return load_all_time_totals(reader, account)


def _get_last_used(state: AccountSnapshot) -> float:
    return state.last_record_at.timestamp() if state.last_record_at else 0.0
