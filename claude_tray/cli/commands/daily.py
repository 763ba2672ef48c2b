"""Run `claude-tray daily`, `weekly` and `monthly`: usage by local time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from claude_tray.cli.report_options import (
    SORT_BY_TIME,
    add_report_arguments,
)
from claude_tray.cli.reports import (
    Report,
    ReportRequest,
    ReportRow,
    group_parts,
    report_command,
)
from claude_tray.core.calendar import sum_by_day
from claude_tray.core.cost import Totals, merge_totals, sum_totals
from claude_tray.core.time import to_epoch_ms
from claude_tray.errors import gettext_noop
from claude_tray.protocol.usage_api import DayItem, build_usage_sums
from claude_tray.store.period_usage import list_usage_parts

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    # Returns the first and the last day of what contains a day.
    FindPeriod = Callable[[date], tuple[date, date]]


class _RowDays(NamedTuple):
    """The first and the last day of a row."""

    first: date
    last: date


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_report_arguments(parser)


@report_command
def run(request: ReportRequest) -> Report:
    return Report(
        title=gettext_noop("Days"),
        headings=(gettext_noop("Day"),),
        fields=("date",),
        rows=load_rows(request, lambda day: (day, day)),
        build_item=_build_item,
        format_cells=lambda days: [days.first.isoformat()],
        list_fields=lambda days: [days.first.isoformat()],
        sort=SORT_BY_TIME,
        is_oldest_first=True,
    )


def build_period_report(
    request: ReportRequest,
    find_period: FindPeriod,
    titles: tuple[str, str],
) -> Report:
    """
    Build a report of periods of several days.

    Args:
        request: Input of the command.
        find_period: Returns the period of a day.
        titles: Of the table and of its first column, as msgids.
    """
    title, heading = titles
    return Report(
        title=title,
        headings=(heading, gettext_noop("Last day")),
        fields=("start", "end"),
        rows=load_rows(request, find_period),
        build_item=lambda days, totals: {
            "start": days.first.isoformat(),
            "end": days.last.isoformat(),
            **build_usage_sums(totals),
        },
        format_cells=lambda days: [day.isoformat() for day in days],
        list_fields=lambda days: [day.isoformat() for day in days],
        sort=SORT_BY_TIME,
        is_oldest_first=True,
    )


def load_rows(
    request: ReportRequest, find_period: FindPeriod
) -> list[ReportRow]:
    """Return a row for each period with usage, the oldest first."""
    options = request.options
    by = ("bucket", "model") if options.has_parts else ("bucket",)
    parts = list_usage_parts(request.reader, options.usage_filter, *by)
    models: dict[str, list[tuple[int, Totals]]] = {}
    for part in parts:
        models.setdefault(part.model, []).append((part.bucket, part.totals))
    periods: dict[_RowDays, dict[str, Totals]] = {}
    for model, buckets in models.items():
        for day, totals in sum_by_day(buckets, options.zone).items():
            days = _RowDays(*find_period(day))
            periods[days] = merge_totals(
                periods.get(days, {}), [(model, totals)]
            )
    return [
        ReportRow(
            days,
            days.first.isoformat(),
            _get_start_ms(days.first),
            sum_totals(found.values()),
            group_parts(found.items(), request),
        )
        for days, found in sorted(periods.items())
    ]


def _get_start_ms(day: date) -> int:
    # To sort by only: no time zone is needed.
    return to_epoch_ms(datetime(day.year, day.month, day.day, tzinfo=UTC))


def _build_item(days: Any, totals: Totals) -> DayItem:
    return {"date": days.first.isoformat(), **build_usage_sums(totals)}
