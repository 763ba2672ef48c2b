"""
Parse claude-monitor's warehouse: `~/.claude-monitor/warehouse/usage.json`.

`schema_version` "1.0" and `records`, one per response, with message ID,
request ID, time, project and model, but without a session and a split of
cache writes. Seen with 4.0.0. Its `limit_events` are ignored because
transcripts have the same texts; so is its cost.
"""

from __future__ import annotations

from typing import Any, Final

from claude_tray.core.usage import ImportedHistory, ImportedRecord
from claude_tray.errors import UsageError, gettext_noop
from claude_tray.importers.common import (
    NOT_AN_OBJECT,
    OTHER_PROGRAM,
    ForeignRecord,
    SkippedEntries,
    UnusableValueError,
    build_imported_record,
    parse_iso_time,
    parse_text,
    parse_token_counts,
)

NAME: Final = "claude-monitor"
_KEY_BY_KIND: Final = {
    "input": "input_tokens",
    "output": "output_tokens",
    "cache_write_5m": "cache_creation_tokens",
    "cache_read": "cache_read_tokens",
}
_SUPPORTED_VERSION: Final = "1.0"


def is_warehouse(value: dict[str, Any]) -> bool:
    """Return whether a JSON object is a warehouse."""
    return "schema_version" in value and "records" in value


def parse_warehouse(value: dict[str, Any]) -> ImportedHistory:
    """
    Parse a warehouse.

    Raises:
        UsageError: The version is not supported.
    """
    version, records = value["schema_version"], value["records"]
    if version != _SUPPORTED_VERSION or not isinstance(records, list):
        raise UsageError(
            gettext_noop(
                "The warehouse has version {version}; only {supported} is"
                " supported."
            ),
            hint=gettext_noop("Nothing was imported."),
            version=version,
            supported=_SUPPORTED_VERSION,
        )
    skipped = SkippedEntries()
    parsed_records: list[ImportedRecord] = []
    for record in records:
        try:
            parsed_records.append(_parse_record(record))
        except UnusableValueError as error:
            skipped.add(error)
    return ImportedHistory(
        NAME, tuple(parsed_records), (), skipped.count_by_reason()
    )


def _parse_record(record: Any) -> ImportedRecord:
    if not isinstance(record, dict):
        raise UnusableValueError(NOT_AN_OBJECT)
    source = record.get("source")
    kind = source.get("kind") if isinstance(source, dict) else None
    if kind is not None and not parse_text(kind).startswith("claude"):
        raise UnusableValueError(OTHER_PROGRAM)
    project = parse_text(record.get("project"))
    return build_imported_record(
        ForeignRecord(
            parse_text(record.get("message_id")),
            parse_text(record.get("request_id")),
            parse_iso_time(record.get("timestamp")),
            parse_text(record.get("model")),
            parse_token_counts(record, _KEY_BY_KIND),
            f"{NAME}: {project}",
            project
            if project not in _UNKNOWN_PROJECTS
            else f"imported from {NAME}",
        ),
    )


_UNKNOWN_PROJECTS: Final = ("", "unknown")
