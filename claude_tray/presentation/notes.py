"""Build the notes on data quality that follow the numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.core.forecasts import MINUTE_MS, ForecastRecord
from claude_tray.core.windows import ValueSource
from claude_tray.presentation.bill import (
    format_pending_cost,
    list_other_requests,
)

if TYPE_CHECKING:
    from claude_tray.core.cost import Totals
    from claude_tray.core.snapshot import Retention, Snapshot
    from claude_tray.i18n.translator import Translator
    from claude_tray.presentation.context import ViewContext


def list_remote_start(context: ViewContext) -> list[str]:
    """Return a note if the window was started on another device."""
    account = context.account
    if account is None or account.remote_start_at is None:
        return []
    if context.window is None:
        return []
    time = context.format_time(account.remote_start_at)
    return [
        context.translator.gettext(
            "Window started on another device at {time}.", time=time
        )
    ]


def list_forecast_record(
    record: ForecastRecord | None, translator: Translator
) -> list[str]:
    """Say how far off earlier forecasts were, once there are some."""
    if record is None:
        return []
    if record.time_ms is None:
        return [
            translator.gettext(
                "My last {n} forecasts were off by ±{percent} at the reset.",
                n=translator.format_integer(record.total),
                percent=translator.format_percent(record.percent),
            )
        ]
    minutes = round(record.time_ms / MINUTE_MS)
    return [
        translator.gettext(
            "My last {n} forecasts were off by ±{minutes} min.",
            n=translator.format_integer(record.time_count),
            minutes=translator.format_integer(minutes),
        )
    ]


def build_snapshot_notes(
    snapshot: Snapshot, context: ViewContext
) -> list[str]:
    """Return the notes that concern all accounts."""
    gettext, translator = context.translator.gettext, context.translator
    notes = list_other_requests(snapshot.today, translator)
    if snapshot.pending_cost:
        notes.append(format_pending_cost(snapshot.pending_cost, translator))
    notes += list_lower_bounds(snapshot, snapshot.last_30_days, translator)
    notes += [
        gettext(
            "Also found sessions in {folder}.",
            folder=folder,
        )
        for folder in snapshot.unfollowed_folders
    ]
    if snapshot.retention:
        notes.append(format_deletion_warning(snapshot.retention, context))
    return notes


def list_lower_bounds(
    snapshot: Snapshot, totals: Totals, translator: Translator
) -> list[str]:
    """Say why costs may be higher than shown."""
    gettext, notes = translator.gettext, []
    if snapshot.unpriced_models:
        names = translator.join_names(snapshot.unpriced_models)
        notes.append(gettext("No price known for {models}.", models=names))
    if snapshot.unanswered_requests:
        notes.append(
            translator.ngettext(
                "{n} request has no response: its cost is unknown.",
                "{n} requests have no response: their cost is unknown.",
                snapshot.unanswered_requests,
            )
        )
    if totals.incomplete_percent:
        # Few incomplete requests must not show as 0%.
        percent = translator.format_percent(
            max(1.0, totals.incomplete_percent)
        )
        notes.append(
            gettext(
                "Costs are a minimum: {percent} of requests ended early.",
                percent=percent,
            ),
        )
    return notes


def build_window_notes(context: ViewContext) -> tuple[str, ...]:
    """Return the notes on a window computed from several machines."""
    gettext, account = context.translator.gettext, context.account
    if account is None:
        return ()
    notes = []
    if account.is_provisional and account.window:
        notes.append(
            gettext(
                "One computer has not synced yet; the window may have started earlier."
            )
        )
    elif account.is_provisional:
        notes.append(
            gettext(
                "One computer has not synced yet; a window may already be open."
            )
        )
    rule, window = account.inferred_rule, account.window
    if window and window.source is ValueSource.INFERRED and rule:
        margin = context.translator.format_duration(rule.max_error)
        notes.append(
            gettext(
                "Reset time inferred from earlier resets, ±{span}.",
                span=margin,
            )
        )
    return tuple(notes)


def format_deletion_warning(retention: Retention, context: ViewContext) -> str:
    """Say how many transcripts are about to be deleted."""
    translator, files = context.translator, retention.files
    if retention.saved < files:
        return translator.gettext(
            "Claude Code will delete {files} old transcripts soon. The stats of {saved} are already saved.",
            files=translator.format_integer(files),
            saved=translator.format_integer(retention.saved),
        )
    return translator.ngettext(
        "Claude Code will delete {n} old transcript soon. Your stats are already saved.",
        "Claude Code will delete {n} old transcripts soon. Your stats are already saved.",
        files,
    )
