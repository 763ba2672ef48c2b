"""Recover usage from corrupt copies of the store, each copy once."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Final

from claude_tray.core import bounds, providers
from claude_tray.errors import StoreCorruptError, StoreTooNewError
from claude_tray.importers import claude_tray_export
from claude_tray.ingest.history_import import import_history
from claude_tray.protocol.export_file import EXPORT_VERSION
from claude_tray.store import connection, metadata, recovery, stored_records

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from claude_tray.core.price_table import PriceTable
    from claude_tray.core.usage import ImportedHistory
    from claude_tray.protocol.export_file import ExportRow


_log = logging.getLogger(__name__)

# Metadata: names of the copies that are done, as JSON.
_RECOVERED_COPIES: Final = "recovered_copies"


def recover_corrupt_copies(
    writer: connection.Writer,
    copies: Sequence[Path],
    prices: PriceTable,
    is_stopping: Callable[[], bool] = lambda: False,
) -> int:
    """
    Store what corrupt copies contain and transcripts do not.

    Called after the transcripts were read, which take precedence. A copy that
    was not finished is started again by the next run; its records are matched
    by key. The copies stay where they are.

    Args:
        writer: The store.
        copies: The copies, as `list_corrupt_copies` returns them.
        prices: Determines the cost.
        is_stopping: Returns whether to stop after the current portion.

    Returns:
        Number of recovered messages.
    """
    done = set(json.loads(metadata.get_value(writer, _RECOVERED_COPIES, "[]")))
    recovered = 0
    for copy in copies:
        if copy.name in done:
            continue
        recovered += _recover_copy(writer, copy, prices, is_stopping)
        if is_stopping():
            break
        done.add(copy.name)
        with connection.transaction(writer):
            metadata.set_value(
                writer, _RECOVERED_COPIES, json.dumps(sorted(done))
            )
    return recovered


def _recover_copy(
    writer: connection.Writer,
    copy: Path,
    prices: PriceTable,
    is_stopping: Callable[[], bool],
) -> int:
    recovered, lost = 0, 0
    try:
        for rows, lost_rows in recovery.iter_recovered(copy):
            lost += lost_rows
            recovered += _import_rows(writer, rows, prices)
            if is_stopping():
                break
    except (StoreCorruptError, StoreTooNewError) as error:
        _log.warning("Cannot recover usage from a copy error=%s", error)
    _log.info(
        "Recovered usage from %s messages=%d lost=%d",
        copy.name,
        recovered,
        lost,
    )
    return recovered


def _import_rows(
    writer: connection.Writer, rows: list[ExportRow], prices: PriceTable
) -> int:
    history = claude_tray_export.parse_export(
        {
            "version": EXPORT_VERSION,
            "records": [row for row in rows if _has_valid_key(row)],
        },
        # As stored: the clock may have been set back since.
        bounds.END_TIME_MS - 1,
    )
    history = _drop_known(writer, history)
    if not history.records and not history.day_totals:
        return 0
    return import_history(writer, history, "", prices).added


def _has_valid_key(row: ExportRow) -> bool:
    """Return whether neither the key nor the ID of a record is damaged."""
    message_id = row["message_id"]
    if not message_id:
        return True
    key = providers.compute_provider_record_key(
        str(row.get("provider", providers.CLAUDE_CODE_KEY)),
        message_id,
        row["request_id"],
        "",
    )
    return row["key"] == f"{key & _UINT64_MAX:016x}"


def _drop_known(
    writer: connection.Writer, history: ImportedHistory
) -> ImportedHistory:
    """Drop records that are stored: not even their sessions may change."""
    known = stored_records.find_known_keys(
        writer, [item.record.key for item in history.records]
    )
    unknown = tuple(
        item for item in history.records if item.record.key not in known
    )
    return history._replace(records=unknown)


_UINT64_MAX: Final = (1 << 64) - 1
