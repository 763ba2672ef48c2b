"""What the doctor finds of what was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.cli.finding import Finding
from claude_tray.store import health, imported
from claude_tray.store.windows import FUTURE_MS

if TYPE_CHECKING:
    from datetime import datetime

    from claude_tray.store.connection import Reader
    from claude_tray.store.health import Health


def findings_of_store(reader: Reader, moment: datetime) -> list[Finding]:
    """Return what is found in the store."""
    latest = int(moment.timestamp() * 1000) + FUTURE_MS
    found = health.of(reader, latest)
    return [
        Finding("schema", found.schema, str(found.schema)),
        Finding("messages", found.messages, f"{found.messages:,}"),
        Finding("files_read", found.files, f"{found.files:,}"),
        Finding("bad_lines", found.bad_lines, f"{found.bad_lines} skipped"),
        Finding("too_long", found.too_long, f"{found.too_long} passed over"),
        _of_clock(found),
        _of_prices(found),
        _of_incomplete(found),
        Finding("price_table", found.prices, found.prices or "none yet"),
        _of_imports(reader),
    ]


def _of_clock(found: Health) -> Finding:
    hint = "Set the clock: these are later than now." if found.future else ""
    return Finding(
        "future_messages",
        found.future,
        str(found.future),
        hint,
    )


def _of_prices(found: Health) -> Finding:
    unpriced = list(found.unpriced)
    hint = 'Give a price in settings.toml: [prices."NAME"].'
    return Finding(
        "unpriced_models",
        unpriced,
        ", ".join(unpriced) or "none",
        hint if unpriced else "",
    )


def _of_incomplete(found: Health) -> Finding:
    share = 100 * found.incomplete / found.messages if found.messages else 0
    text = f"{found.incomplete} without a final line"
    if found.incomplete:
        text += f", {share:.1f} %: their output is the least it was"
    return Finding("incomplete_requests", found.incomplete, text)


def _of_imports(reader: Reader) -> Finding:
    counts = imported.counts(reader)
    text = f"{counts.replies:,} replies, sums of {counts.days:,} days"
    return Finding("imported", counts._asdict(), text)
