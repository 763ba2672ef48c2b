"""Parse our own export without loss."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

from claude_tray.core.bounds import MAX_WEB_SEARCHES
from claude_tray.core.usage import (
    TOKEN_KINDS,
    ImportedDayTotal,
    ImportedHistory,
    ImportedRecord,
    PricingTerms,
    ProjectPath,
    RecordOrigin,
    SessionId,
    UsageRecord,
    UsageReport,
)
from claude_tray.errors import UsageError, gettext_noop
from claude_tray.importers.common import (
    NOT_AN_OBJECT,
    SkippedEntries,
    UnusableValueError,
    parse_count,
    parse_day,
    parse_iso_time,
    parse_text,
    parse_token_counts,
)
from claude_tray.protocol.export_file import (
    BOOLEAN_COLUMNS,
    EXPORT_COLUMNS,
    EXPORT_FORMAT,
    EXPORT_VERSION,
    INTEGER_COLUMNS,
)
from claude_tray.text import unescape_cell

if TYPE_CHECKING:
    from collections.abc import Iterable


_KEY_BY_KIND: Final = {kind.name: kind.export_name for kind in TOKEN_KINDS}
_KEY_DIGITS: Final = 16
_MAX_FIELD_CHARS: Final = 16 << 20
_SIGN_BIT: Final = 1 << 63
# Rows that are no messages.
_PART_KINDS: Final = ("share", "other")
_MISSING_KEY: Final = "no key"


def is_export(value: dict[str, Any]) -> bool:
    """Return whether a JSON object is our export."""
    return value.get("format") == EXPORT_FORMAT


def is_csv_export(data: bytes) -> bool:
    """Return whether data is our export as CSV."""
    return data.startswith(",".join(EXPORT_COLUMNS[:4]).encode())


def parse_export(
    value: dict[str, Any], latest_ms: int | None = None
) -> ImportedHistory:
    """
    Parse a JSON export.

    Args:
        value: The export.
        latest_ms: Latest plausible time of a record; None means tomorrow.

    Raises:
        UsageError: The version is not supported.
    """
    version, rows = value.get("version"), value.get("records")
    if version != EXPORT_VERSION or not isinstance(rows, list):
        raise UsageError(
            gettext_noop(
                "The export has version {version}; only {supported} is"
                " supported."
            ),
            hint=gettext_noop("Update claude-tray."),
            version=version,
            supported=EXPORT_VERSION,
        )
    return _build_history(rows, latest_ms)


def parse_csv_export(data: bytes) -> ImportedHistory:
    """
    Parse a CSV export.

    Raises:
        UsageError: A column is missing or the encoding is not UTF-8.
    """
    try:
        table = data.decode()
    except UnicodeDecodeError as error:
        raise UsageError(
            gettext_noop("The CSV file is not encoded in UTF-8.")
        ) from error
    # The default of 128 KiB is shorter than a project's path may be.
    csv.field_size_limit(_MAX_FIELD_CHARS)
    rows = csv.DictReader(io.StringIO(table, newline=""))
    missing = [
        name for name in EXPORT_COLUMNS if name not in (rows.fieldnames or ())
    ]
    if missing:
        raise UsageError(
            gettext_noop("The CSV file has no column {name}."),
            name=missing[0],
        )
    return _build_history(map(_convert_types, rows))


def _convert_types(row: dict[str, Any]) -> dict[str, Any]:
    flags = {name: row[name] == "1" for name in BOOLEAN_COLUMNS}
    numbers = {
        name: int(row[name]) if str(row[name]).isdecimal() else -1
        for name in INTEGER_COLUMNS
        if row[name]
    }
    texts = {k: unescape_cell(v) for k, v in row.items() if type(v) is str}
    counts = {name: numbers.get(name, 0) for name in INTEGER_COLUMNS}
    return {**row, **texts, **flags, **counts}


def _build_history(
    rows: Iterable[Any], latest_ms: int | None = None
) -> ImportedHistory:
    skipped = SkippedEntries()
    records: list[ImportedRecord] = []
    day_totals: list[ImportedDayTotal] = []
    for row in rows:
        try:
            entry = _parse_row(row, latest_ms)
        except UnusableValueError as error:
            skipped.add(error)
            continue
        if isinstance(entry, ImportedDayTotal):
            day_totals.append(entry)
        else:
            records.append(entry)
    return ImportedHistory(
        EXPORT_FORMAT,
        tuple(records),
        tuple(day_totals),
        skipped.count_by_reason(),
    )


def _parse_row(
    row: Any, latest_ms: int | None
) -> ImportedRecord | ImportedDayTotal:
    if not isinstance(row, dict):
        raise UnusableValueError(NOT_AN_OBJECT)
    return (
        _parse_day_total(row)
        if row.get("kind") == "sum"
        else _parse_record(row, latest_ms)
    )


def _parse_record(
    row: dict[str, Any], latest_ms: int | None
) -> ImportedRecord:
    origin = RecordOrigin(
        row.get("is_sidechain") is True,
        parse_iso_time(row.get("placed_at"), latest_ms),
        SessionId(parse_text(row.get("session"))),
        ProjectPath(parse_text(row.get("project"))),
    )
    report = UsageReport(
        parse_token_counts(row, _KEY_BY_KIND),
        parse_iso_time(row.get("counted_at"), latest_ms),
        parse_text(row.get("model")),
        PricingTerms(
            parse_text(row.get("speed")),
            parse_text(row.get("inference_geo")),
            parse_text(row.get("service_tier")),
            min(parse_count(row.get("web_searches")), MAX_WEB_SEARCHES),
        ),
        parse_text(row.get("request_id")),
    )
    record = UsageRecord(
        _parse_key(row),
        parse_text(row.get("message_id")),
        parse_iso_time(row.get("time"), latest_ms),
        *report,
        *origin,
        row.get("is_final") is True,
        row.get("kind") not in _PART_KINDS,
    )
    is_guess = row.get("project_is_guess") is True
    return ImportedRecord(record, parse_text(row.get("account")), is_guess)


def _parse_key(row: dict[str, Any]) -> int:
    hex_key = parse_text(row.get("key"))
    if len(hex_key) != _KEY_DIGITS:
        raise UnusableValueError(_MISSING_KEY)
    try:
        number = int(hex_key, 16)
    except ValueError:
        raise UnusableValueError(_MISSING_KEY) from None
    return number - 2 * _SIGN_BIT if number >= _SIGN_BIT else number


def _parse_day_total(row: dict[str, Any]) -> ImportedDayTotal:
    return ImportedDayTotal(
        parse_text(row.get("source")),
        parse_day(row.get("day")),
        parse_text(row.get("project")),
        parse_text(row.get("model")),
        parse_token_counts(row, _KEY_BY_KIND),
        parse_text(row.get("account")),
    )
