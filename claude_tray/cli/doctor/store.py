"""Check the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.cli.doctor.finding import Finding
from claude_tray.core.time import to_epoch_ms
from claude_tray.store import imported_totals, metadata
from claude_tray.store.health import StoreHealth, load_health
from claude_tray.store.windows import MAX_CLOCK_LEAD_MS

if TYPE_CHECKING:
    from datetime import datetime

    from claude_tray.i18n.translator import Translator
    from claude_tray.store.connection import Reader


def collect_store_findings(
    reader: Reader, now: datetime, translator: Translator
) -> list[Finding]:
    """Run the checks of the store's content."""
    gettext, count = translator.gettext, translator.format_integer
    health = load_health(reader, to_epoch_ms(now) + MAX_CLOCK_LEAD_MS)
    table = health.price_table_version
    return [
        Finding("schema", health.schema_version, str(health.schema_version)),
        Finding("messages", health.record_count, count(health.record_count)),
        Finding("files_read", health.file_count, count(health.file_count)),
        Finding(
            "bad_lines",
            health.malformed_lines,
            gettext("{count} skipped", count=count(health.malformed_lines)),
        ),
        Finding(
            "too_long",
            health.oversized_lines,
            gettext("{count} skipped", count=count(health.oversized_lines)),
        ),
        _check_unread_lines(health, translator),
        _check_message_times(health, translator),
        _check_incomplete(health, translator),
        _check_unanswered(health, translator),
        _check_unknown_limits(health, translator),
        Finding("price_table", table, table or gettext("none yet")),
        _check_imports(reader, translator),
        _check_ignored_by_server(reader, translator),
    ]


def _check_ignored_by_server(
    reader: Reader, translator: Translator
) -> Finding:
    """Check for limits and times that a server did not accept."""
    count = int(metadata.get_value(reader, metadata.SYNC_IGNORED, "0"))
    text = translator.gettext("none")
    if count:
        text = translator.gettext(
            "{count} values about this computer; the log names them",
            count=translator.format_integer(count),
        )
    return Finding("sync_ignored", count, text)


def _check_unread_lines(
    health: StoreHealth, translator: Translator
) -> Finding:
    """Warn early of a changed format: such usage is missing from all sums."""
    count, hint = health.unread_lines, ""
    text = translator.gettext("none")
    if count:
        text = translator.gettext(
            "{count} have usage in an unknown form, which is not counted.",
            count=translator.format_integer(count),
        )
        hint = translator.gettext("Update claude-tray.")
    return Finding("unread_usage", count, text, hint)


def _check_message_times(
    health: StoreHealth, translator: Translator
) -> Finding:
    count, hint = health.future_records, ""
    if count:
        hint = translator.gettext("Set the clock: they are later than now.")
    return Finding("future_messages", count, str(count), hint)


def _check_incomplete(health: StoreHealth, translator: Translator) -> Finding:
    count = health.incomplete_records
    if not count:
        text = translator.gettext("none")
    else:
        percent = translator.format_percent(100 * count / health.record_count)
        text = translator.gettext(
            "{count} ({percent}) have no final line: their output is a minimum",
            count=translator.format_integer(count),
            percent=percent,
        )
    return Finding("incomplete_requests", count, text)


def _check_unanswered(health: StoreHealth, translator: Translator) -> Finding:
    count = health.unanswered_requests
    if not count:
        text = translator.gettext("none")
    else:
        text = translator.gettext(
            "{count}: interrupted or lost, so their cost is unknown",
            count=translator.format_integer(count),
        )
    return Finding("unanswered_requests", count, text)


def _check_unknown_limits(
    health: StoreHealth, translator: Translator
) -> Finding:
    count = health.unknown_limits
    if not count:
        text = translator.gettext("none")
    else:
        text = translator.gettext(
            "{count}: Claude Code refused a request, but not for a known limit",
            count=translator.format_integer(count),
        )
    return Finding("unknown_limits", count, text)


def _check_imports(reader: Reader, translator: Translator) -> Finding:
    counts = imported_totals.count_imported(reader)
    text = translator.gettext(
        "{records} records, totals of {days} days",
        records=translator.format_integer(counts.replies),
        days=translator.format_integer(counts.days),
    )
    return Finding("imported", counts._asdict(), text)
