"""Which program a file is of, and what it holds."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Any, Final

import msgspec

from claude_tray.errors import UsageError
from claude_tray.history import cc_cockpit, ccusage, claude_monitor, own

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.domain.history import History

_LONGEST: Final = 1 << 30
_KNOWN: Final = (
    "Known are: claude-tray export, ccusage daily --json, cc-cockpit's"
    " events.ndjson, claude-monitor's warehouse."
)


def history_in(path: Path) -> History:
    """
    Return what a file holds.

    Raises:
        UsageError: It cannot be read, or is of no program that is known.
    """
    try:
        if path.stat().st_size > _LONGEST:
            summary = f"{path} is too large to be a history."
            raise UsageError(summary, hint=_KNOWN)
        data = path.read_bytes()
    except OSError as error:
        summary = f"{path} cannot be read: {error.strerror}."
        raise UsageError(summary) from error
    found = _history(_as_utf8(data))
    if found is None:
        summary = f"{path} is of no program that is known."
        raise UsageError(summary, hint=_KNOWN)
    return found


def _as_utf8(data: bytes) -> bytes:
    """Return a text as programs write it: PowerShell's ">" makes UTF-16."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace").encode()
    return data.removeprefix(codecs.BOM_UTF8)


def _history(data: bytes) -> History | None:
    if own.is_table(data):
        return own.read_table(data)
    value = _decoded(data)
    if isinstance(value, dict) and not cc_cockpit.is_first_line(value):
        return _of_document(value)
    first = _decoded(data.lstrip().partition(b"\n")[0])
    return cc_cockpit.read(data) if cc_cockpit.is_first_line(first) else None


def _of_document(value: dict[str, Any]) -> History | None:
    if own.is_document(value):
        return own.read(value)
    if claude_monitor.is_document(value):
        return claude_monitor.read(value)
    return ccusage.read(value) if ccusage.is_report(value) else None


def _decoded(data: bytes) -> Any:  # noqa: ANN401 - JSON is anything
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
