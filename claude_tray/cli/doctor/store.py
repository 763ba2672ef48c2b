"""What the doctor finds of what was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.cli.doctor.finding import Finding
from claude_tray.core.time import to_epoch_ms
from claude_tray.store import health, imported_totals
from claude_tray.store.windows import MAX_CLOCK_LEAD_MS

if TYPE_CHECKING:
    from datetime import datetime

    from claude_tray.store.connection import Reader
    from claude_tray.store.health import StoreHealth


def collect_store_findings(reader: Reader, now: datetime) -> list[Finding]:
    """Return what is found in the store."""
    latest = to_epoch_ms(now) + MAX_CLOCK_LEAD_MS
    store_health = health.load_health(reader, latest)
    return [
        Finding(
            "schema",
            store_health.schema_version,
            str(store_health.schema_version),
        ),
        Finding(
            "messages",
            store_health.record_count,
            f"{store_health.record_count:,}",
        ),
        Finding(
            "files_read",
            store_health.file_count,
            f"{store_health.file_count:,}",
        ),
        Finding(
            "bad_lines",
            store_health.malformed_lines,
            f"{store_health.malformed_lines} skipped",
        ),
        Finding(
            "too_long",
            store_health.oversized_lines,
            f"{store_health.oversized_lines} passed over",
        ),
        _check_message_times(store_health),
        _check_prices(store_health),
        _check_incomplete(store_health),
        Finding(
            "price_table",
            store_health.price_table_version,
            store_health.price_table_version or "none yet",
        ),
        _check_imports(reader),
    ]


def _check_message_times(store_health: StoreHealth) -> Finding:
    hint = (
        "Set the clock: these are later than now."
        if store_health.future_records
        else ""
    )
    return Finding(
        "future_messages",
        store_health.future_records,
        str(store_health.future_records),
        hint,
    )


def _check_prices(store_health: StoreHealth) -> Finding:
    unpriced = list(store_health.unpriced_models)
    hint = 'Give a price in settings.toml: [prices."NAME"].'
    return Finding(
        "unpriced_models",
        unpriced,
        ", ".join(unpriced) or "none",
        hint if unpriced else "",
    )


def _check_incomplete(store_health: StoreHealth) -> Finding:
    percent = (
        100 * store_health.incomplete_records / store_health.record_count
        if store_health.record_count
        else 0
    )
    text = f"{store_health.incomplete_records} without a final line"
    if store_health.incomplete_records:
        text += f", {percent:.1f} %: their output is the least it was"
    return Finding(
        "incomplete_requests", store_health.incomplete_records, text
    )


def _check_imports(reader: Reader) -> Finding:
    counts = imported_totals.count_imported(reader)
    text = f"{counts.replies:,} replies, sums of {counts.days:,} days"
    return Finding("imported", counts._asdict(), text)
