"""Sort, cut and print a report: as a table, JSON or CSV."""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.app.context import AppContext, load_context
from claude_tray.app.data_access import open_for_reading
from claude_tray.cli.report_options import (
    SORT_BY_TIME,
    ReportOptions,
    load_options,
)
from claude_tray.cli.shared import (
    LazyRows,
    Listing,
    ListingRequest,
    Table,
    TableRow,
    build_local_item,
    format_totals_row,
    get_totals_headings,
    is_refresh_stored,
    list_cost_notes,
    print_listing,
)
from claude_tray.core.cost import ZERO_TOTALS, Totals, rank_by_cost, sum_totals
from claude_tray.core.display_names import (
    build_unique_labels,
    format_model_name,
)
from claude_tray.errors import UsageError, gettext_noop
from claude_tray.protocol.usage_api import build_usage_sums
from claude_tray.text import escape_cell

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Sequence

    from claude_tray.i18n.translator import Translator
    from claude_tray.store.connection import Reader


_ORDER_NOTES: Final = {
    "name": gettext_noop("In order of names."),
    "cost": gettext_noop("Highest cost first."),
    "tokens": gettext_noop("Most tokens first."),
    "messages": gettext_noop("Most messages first."),
}
_OLDEST_FIRST: Final = gettext_noop("Oldest first.")
_NEWEST_FIRST: Final = gettext_noop("Last used first.")


class ReportRequest(NamedTuple):
    """Input of a report; see ListingRequest."""

    reader: Reader
    arguments: argparse.Namespace
    context: AppContext
    options: ReportOptions


class ReportRow(NamedTuple):
    """
    One row of a report.

    Attributes:
        source: What it shows; the report's own functions format it.
        name: To sort by.
        at_ms: Time to sort by; of a project, when it was last used.
        totals: Its usage.
        parts: Usage by model ID or project path, if rows are broken down.
    """

    source: Any
    name: str
    at_ms: int
    totals: Totals
    parts: Sequence[tuple[str, Totals]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """
    The rows of a report, in the order of --json, and how to show them.

    Attributes:
        title: Line above the table, as a msgid.
        headings: Left-aligned columns of the table, as msgids.
        fields: Names of the values of `list_fields`.
        rows: In the order of --json.
        build_item: Returns the JSON object of a row.
        format_cells: Returns the cells of a row below the headings.
        list_fields: Returns the values of a row for CSV.
        sort: Order of the table; one of SORTS.
        is_oldest_first: Order of times.
        wrap: Returns the JSON value from the objects.
        is_by_project: Rows are broken down by project.
        counts: Heading and formatter of a first column of numbers.
    """

    title: str
    headings: tuple[str, ...]
    fields: tuple[str, ...]
    rows: Sequence[ReportRow]
    build_item: Callable[[Any, Totals], Any]
    format_cells: Callable[[Any], Sequence[str]]
    list_fields: Callable[[Any], Sequence[object]]
    sort: str
    is_oldest_first: bool = False
    wrap: Callable[[list[Any]], Any] = list
    is_by_project: bool = False
    counts: tuple[str, Callable[[Any], int]] | None = None


def report_command(
    load: Callable[[ReportRequest], Report | Listing],
) -> Callable[[argparse.Namespace], int]:
    """Make the `run` of a command from a function that loads its report."""

    @wraps(load)
    def run(arguments: argparse.Namespace) -> int:
        if arguments.csv and arguments.json:
            raise UsageError(gettext_noop("--csv cannot be used with --json."))
        context = load_context(arguments)
        with open_for_reading(arguments, context) as reader:
            request = ListingRequest(reader, arguments, context)
            options = load_options(request)
            loaded = load(ReportRequest(*request, options))
            if isinstance(loaded, Listing):
                return print_listing(request, loaded)
            if arguments.json or not arguments.csv:
                listing = _build_listing(loaded, options)
                return print_listing(request, listing)
        _print_csv(loaded, _select_rows(loaded, options, options.sort))
        return int(not is_refresh_stored(arguments))

    return run


def _build_listing(report: Report, options: ReportOptions) -> Listing:
    return Listing(
        lambda: report.wrap(
            [
                _build_item(report, row)
                for row in _select_rows(report, options, options.sort)
            ]
        ),
        lambda translator: _build_table(report, options, translator),
    )


def _build_item(report: Report, row: ReportRow) -> Any:
    item = build_local_item(
        report.build_item(row.source, row.totals), row.totals
    )
    if row.parts:
        key = "path" if report.is_by_project else "model"
        item["breakdown"] = [
            build_local_item({key: name, **build_usage_sums(totals)}, totals)
            for name, totals in row.parts
        ]
    return item


def _select_rows(
    report: Report, options: ReportOptions, sort: str | None
) -> list[ReportRow]:
    """Return the rows to show; `sort` is None for the order of --json."""
    rows = list(report.rows)
    if sort is not None:
        rows = _sort_rows(rows, sort, is_oldest_first=report.is_oldest_first)
    if options.limit is None:
        return rows
    # Of days, the newest matter, wherever they are.
    is_newest_last = report.is_oldest_first and sort in {None, SORT_BY_TIME}
    return rows[-options.limit :] if is_newest_last else rows[: options.limit]


def _sort_rows(
    rows: list[ReportRow], sort: str, *, is_oldest_first: bool
) -> list[ReportRow]:
    keys: dict[str, Callable[[ReportRow], Any]] = {
        SORT_BY_TIME: lambda row: row.at_ms if is_oldest_first else -row.at_ms,
        "name": lambda row: row.name.casefold(),
        "cost": lambda row: (
            -row.totals.priced_cost,
            -row.totals.tokens.total,
        ),
        "tokens": lambda row: -row.totals.tokens.total,
        "messages": lambda row: -row.totals.messages,
    }
    return sorted(rows, key=keys[sort])


class _ReportLine(NamedTuple):
    """A row, or a part of it with its name."""

    row: ReportRow
    totals: Totals
    part: str = ""


def _build_table(
    report: Report, options: ReportOptions, translator: Translator
) -> Table:
    sort = options.sort or report.sort
    shown = _select_rows(report, options, sort)
    total = sum_totals(row.totals for row in report.rows)
    greatest = max((_measure(row.totals, total) for row in shown), default=0)

    def format_line(line: _ReportLine) -> TableRow:
        fraction = _measure(line.totals, total) / greatest if greatest else 0.0
        cells = _format_cells(report, line, translator)
        return TableRow(cells, fraction, bool(line.part))

    counts = [translator.gettext(report.counts[0])] if report.counts else []
    blanks = [""] * (len(report.headings) - 1 + len(counts))
    return Table(
        translator.gettext(report.title),
        [*map(translator.gettext, report.headings)],
        [*counts, *get_totals_headings(translator)],
        LazyRows(_list_lines(report, shown), format_line),
        [
            translator.gettext(_describe_order(report, sort)),
            *_note_cut(len(shown), len(report.rows), translator),
            *list_cost_notes(total, translator),
        ],
        is_newest_last=report.is_oldest_first and sort == SORT_BY_TIME,
        total=[
            translator.gettext("Total"),
            *blanks,
            *format_totals_row(total, translator),
        ],
    )


def _list_lines(report: Report, rows: list[ReportRow]) -> list[_ReportLine]:
    labels = _name_parts(report)
    lines = []
    for row in rows:
        lines.append(_ReportLine(row, row.totals))
        lines += [
            _ReportLine(row, totals, labels[name])
            for name, totals in row.parts
        ]
    return lines


def _format_cells(
    report: Report, line: _ReportLine, translator: Translator
) -> list[str]:
    counts = []
    if report.counts:
        count = report.counts[1](line.row.source)
        counts = ["" if line.part else translator.format_integer(count)]
    cells = report.format_cells(line.row.source)
    if line.part:
        cells = [f"  {line.part}", *[""] * (len(cells) - 1)]
    return [*cells, *counts, *format_totals_row(line.totals, translator)]


def _note_cut(shown: int, count: int, translator: Translator) -> list[str]:
    if shown == count:
        return []
    return [
        translator.gettext(
            "{shown} of {count} rows; the total is of all.",
            shown=translator.format_integer(shown),
            count=translator.format_integer(count),
        )
    ]


def _describe_order(report: Report, sort: str) -> str:
    if sort == SORT_BY_TIME:
        return _OLDEST_FIRST if report.is_oldest_first else _NEWEST_FIRST
    return _ORDER_NOTES[sort]


def _measure(totals: Totals, total: Totals) -> int:
    """Return the length of a bar: the cost, or the tokens without any."""
    return totals.priced_cost if total.priced_cost else totals.tokens.total


def _name_parts(report: Report) -> dict[str, str]:
    names = {name for row in report.rows for name, _ in row.parts}
    if report.is_by_project:
        return build_unique_labels(sorted(names))
    return {name: format_model_name(name) for name in names}


def group_parts(
    parts: Iterable[tuple[str, Totals]], request: ReportRequest
) -> Sequence[tuple[str, Totals]]:
    """Return the parts of a row if rows are broken down, else none."""
    return rank_by_cost(parts) if request.options.has_parts else ()


_CSV_SUMS: Final = tuple(build_usage_sums(ZERO_TOTALS))


def _print_csv(report: Report, rows: list[ReportRow]) -> None:
    """Write a line for each row, or for each part of it."""
    table = csv.writer(sys.stdout, lineterminator="\n")
    part_name = "project_path" if report.is_by_project else "model"
    has_parts = any(row.parts for row in rows)
    part_names = [part_name] if has_parts else []
    table.writerow([*report.fields, *part_names, *_CSV_SUMS])
    for row in rows:
        fields = report.list_fields(row.source)
        lines = row.parts or [("", row.totals)]
        for name, totals in lines:
            part = [name] if has_parts else []
            values = [*fields, *part, *build_usage_sums(totals).values()]
            table.writerow(map(_format_value, values))


def _format_value(value: object) -> object:
    return escape_cell(value) if isinstance(value, str) else value
