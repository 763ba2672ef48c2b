"""Run the ingest pipeline once: the only way from transcripts to the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.time import to_epoch_ms
from claude_tray.ingest.accounts import list_accounts, resolve_accounts
from claude_tray.ingest.limit_samples import (
    ingest_cached_limits,
    ingest_statusline_samples,
)
from claude_tray.ingest.result import IngestResult
from claude_tray.providers.transcripts import gc_disabled, iter_batches
from claude_tray.store import imported_totals, metadata
from claude_tray.store.connection import (
    Writer,
    transaction,
)
from claude_tray.store.reprice import is_priced_with, reprice
from claude_tray.store.windows import invalidate_closed, persist_closed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from claude_tray.ingest.config import EngineConfig
    from claude_tray.ingest.ingester import Ingester


_WINDOW_RULE_KEY: Final = "window_rule"


class RunObserver:
    """Follow a run and stop it early; this base class does neither."""

    def is_stopping(self) -> bool:
        """Return whether to stop after the current step."""
        return False

    def on_started(self, config: EngineConfig, total_bytes: int) -> None:
        """
        Handle the end of the search for changed transcripts.

        Args:
            config: With the accounts of all folders.
            total_bytes: Size of all new lines.
        """

    def on_batch(
        self, result: IngestResult, done_bytes: int, total_bytes: int
    ) -> None:
        """Handle a stored batch."""

    def on_maintained(self) -> None:
        """Handle a step of maintenance that changed stored usage."""


def run_once(
    writer: Writer,
    ingester: Ingester,
    config: EngineConfig,
    clock: Callable[[], datetime],
    observer: RunObserver,
) -> tuple[EngineConfig, IngestResult]:
    """
    Bring the store up to date with all files.

    Steps: resolve accounts, store limit samples, find changed transcripts,
    ingest them latest first, then maintenance. Samples are read again after
    a long ingest: the statusline goes on writing them.

    Args:
        writer: The store.
        ingester: Of the same store; keeps its cursors between two runs.
        config: What to follow.
        clock: Returns the current time, with a zone.
        observer: Follows the run.

    Returns:
        The config with the accounts of its folders, and the counters.
    """

    def now_ms() -> int:
        return to_epoch_ms(clock())

    config = resolve_accounts(writer, config)
    ingester.set_folders(config.folders)
    ingest_cached_limits(writer, config, now_ms())
    ingest_statusline_samples(writer, config, now_ms())
    pending = ingester.find_changed()
    total_bytes = sum(item.size for item in pending)
    observer.on_started(config, total_bytes)
    done_bytes, result = 0, IngestResult()
    with gc_disabled():
        for batch in iter_batches(pending):
            if observer.is_stopping():
                break
            done_bytes += sum(item.size for item in batch)
            batch_result = ingester.ingest_batch(batch)
            result = result.plus(batch_result)
            observer.on_batch(batch_result, done_bytes, total_bytes)
    ingest_statusline_samples(writer, config, now_ms())
    for _ in run_maintenance(writer, config, now_ms()):
        if observer.is_stopping():
            break
        observer.on_maintained()
    return config, result


def run_maintenance(
    writer: Writer, config: EngineConfig, now_ms: int
) -> Iterator[None]:
    """
    Apply the configured prices and window rule to stored usage.

    Yields after each step that changed something. Callers may stop at any
    step; the next run does the rest.
    """
    if not is_priced_with(writer, config.prices):
        yield from reprice(writer, config.prices)
    with transaction(writer):
        rule = str(config.rule or "auto")
        if metadata.get_value(writer, _WINDOW_RULE_KEY) != rule:
            invalidate_closed(writer, 0)
            metadata.set_value(writer, _WINDOW_RULE_KEY, rule)
        # After the clock was set back, some closed windows end in the future.
        invalidate_closed(writer, now_ms)
        for account in list_accounts(config):
            persist_closed(writer, account, now_ms)
        has_dropped_totals = imported_totals.drop_superseded_totals(writer)
    if has_dropped_totals:
        yield
