"""Detect the format of a file and parse it."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Any, Final

import msgspec

from claude_tray.core.usage import ImportedHistory
from claude_tray.errors import UsageError, gettext_noop
from claude_tray.importers import (
    cc_cockpit,
    ccusage,
    claude_monitor,
    claude_tray_export,
    stats_cache,
)

if TYPE_CHECKING:
    from pathlib import Path


_MAX_BYTES: Final = 1 << 30
_SUPPORTED_FORMATS: Final = gettext_noop(
    "Supported formats: claude-tray export, ccusage daily --json,"
    " cc-cockpit's events.ndjson, claude-monitor's warehouse, Claude Code's"
    " stats-cache.json."
)


def load_history(path: Path) -> ImportedHistory:
    """
    Load the usage in a file.

    Raises:
        UsageError: The file cannot be read or has an unknown format.
    """
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise UsageError(
                gettext_noop("Cannot import {path}: larger than 1 GiB."),
                hint=_SUPPORTED_FORMATS,
                path=path,
            )
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(
            gettext_noop("Cannot read {path}: {reason}."),
            path=path,
            reason=error.strerror,
        ) from error
    history = _parse_data(_normalize_to_utf8(data))
    if history is None:
        raise UsageError(
            gettext_noop("Cannot import {path}: unknown format."),
            hint=_SUPPORTED_FORMATS,
            path=path,
        )
    return history


def load_readable_history(path: Path) -> ImportedHistory:
    """Load the usage in a file; nothing if it cannot be read."""
    try:
        return load_history(path)
    except UsageError:
        return ImportedHistory(path.name)


def _normalize_to_utf8(data: bytes) -> bytes:
    """Convert to UTF-8 without BOM; PowerShell's ">" writes UTF-16."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace").encode()
    return data.removeprefix(codecs.BOM_UTF8)


def _parse_data(data: bytes) -> ImportedHistory | None:
    if claude_tray_export.is_csv_export(data):
        return claude_tray_export.parse_csv_export(data)
    value = _decode_json(data)
    if isinstance(value, dict) and not cc_cockpit.is_event(value):
        return _parse_document(value)
    first_line = _decode_json(data.lstrip().partition(b"\n")[0])
    return (
        cc_cockpit.parse_events(data)
        if cc_cockpit.is_event(first_line)
        else None
    )


def _parse_document(value: dict[str, Any]) -> ImportedHistory | None:
    if claude_tray_export.is_export(value):
        return claude_tray_export.parse_export(value)
    if claude_monitor.is_warehouse(value):
        return claude_monitor.parse_warehouse(value)
    if stats_cache.is_stats_cache(value):
        return stats_cache.parse_stats_cache(value)
    return ccusage.parse_report(value) if ccusage.is_report(value) else None


def _decode_json(data: bytes) -> Any:
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
