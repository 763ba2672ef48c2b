"""Run `claude-tray windows`: list the 5-hour windows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.app.context import utc_now
from claude_tray.app.data_access import select_accounts
from claude_tray.cli.report_options import add_report_arguments
from claude_tray.cli.reports import (
    Report,
    ReportRequest,
    ReportRow,
    group_parts,
    report_command,
)
from claude_tray.core import cost, periods, time
from claude_tray.errors import gettext_noop
from claude_tray.i18n.formats import format_date_and_clock
from claude_tray.protocol.usage_api import WindowItem, build_usage_sums
from claude_tray.store import period_usage, snapshot
from claude_tray.store.windows import list_windows

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from claude_tray.core.accounts import Account
    from claude_tray.core.windows import Window
    from claude_tray.i18n.translator import Translator
    from claude_tray.store.connection import Reader


add_arguments = add_report_arguments


@report_command
def run(request: ReportRequest) -> Report:
    now = utc_now()
    translator, zone = request.context.translator, request.options.zone
    rows = [
        row
        for account in select_accounts(
            request.reader, request.arguments, request.context
        )
        for window in _list_account_windows(request.reader, account, now)
        if (row := _build_report_row(request, account, window))
    ]
    rows.sort(key=lambda row: row.at_ms)
    return Report(
        title=gettext_noop("Windows"),
        headings=(gettext_noop("Start"), gettext_noop("Reset")),
        fields=("start", "end"),
        rows=rows,
        build_item=lambda window, totals: _build_item(window, totals, now),
        format_cells=lambda w: _build_cells(w, now, zone, translator),
        list_fields=lambda w: [
            time.format_iso(w.start),
            time.format_iso(w.end),
        ],
        sort="time",
        is_oldest_first=True,
    )


def _build_report_row(
    request: ReportRequest, account: Account, window: Window
) -> ReportRow | None:
    """Return the row of a window; None if it is not in the span or empty."""
    usage_filter = request.options.usage_filter
    start_ms, end_ms = (
        time.to_epoch_ms(window.start),
        time.to_epoch_ms(window.end),
    )
    span = usage_filter.period
    if span and not span.start_ms <= start_ms < span.end_ms:
        return None
    has_all_usage = (
        usage_filter._replace(period=None, account=None)
        == period_usage.ALL_USAGE
    )
    if has_all_usage and not request.options.has_parts:
        return ReportRow(window, "", start_ms, window.totals)
    parts = period_usage.list_usage_parts(
        request.reader,
        usage_filter._replace(
            period=periods.TimeRange(start_ms, end_ms), account=account.key
        ),
        "model",
    )
    if not parts:
        return None
    models = [(part.model, part.totals) for part in parts]
    totals = cost.sum_totals(totals for _, totals in models)
    return ReportRow(
        window, "", start_ms, totals, group_parts(models, request)
    )


def _list_account_windows(
    reader: Reader, account: Account, now: datetime
) -> list[Window]:
    """Return the windows of an account; none is open without that limit."""
    windows = list_windows(reader, account, time.to_epoch_ms(now))
    if snapshot.build_account_state(reader, account, now).has_window:
        return windows
    return [window for window in windows if not window.is_open(now)]


def _build_cells(
    window: Window,
    now: datetime,
    zone: tzinfo | None,
    translator: Translator,
) -> list[str]:
    reset = translator.format_clock(window.end, zone)
    if window.is_open(now):
        reset = translator.gettext("{clock} (open)", clock=reset)
    return [
        format_date_and_clock(window.start, zone),
        reset,
    ]


def _build_item(
    window: Window, totals: cost.Totals, now: datetime
) -> WindowItem:
    return {
        "start": time.format_iso(window.start),
        "end": time.format_iso(window.end),
        "is_active": window.is_open(now),
        **build_usage_sums(totals),
        "source": window.source.value,
        "rule": window.rule.value if window.rule else None,
    }
