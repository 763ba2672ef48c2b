"""`claude-tray refresh`: reads what is new into the store."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from claude_tray.app.context import print_message, utc_now
from claude_tray.core.time import to_epoch_ms
from claude_tray.errors import (
    StoreCorruptError,
    StoreFullError,
    StoreLockedError,
)
from claude_tray.ingest.accounts import resolve_accounts
from claude_tray.ingest.batching import gc_disabled, iter_batches
from claude_tray.ingest.ingester import Ingester
from claude_tray.ingest.limit_samples import (
    ingest_cached_limits,
    ingest_statusline_samples,
)
from claude_tray.ingest.maintenance import run_maintenance
from claude_tray.ingest.result import IngestResult
from claude_tray.store.connection import checked_writer

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.app.context import AppContext


# Less is read in less than a second.
_PROGRESS_MIN_BYTES: Final = 200_000_000


def refresh_store(context: AppContext) -> IngestResult:
    """
    Take in what is new, by the running tray where there is one.

    A disk that is full is told, or who else writes; what was read before can
    still be shown.
    """
    result = _refresh_by_tray(context)
    if result is not None:
        return result
    try:
        return _refresh_directly(context)
    except (StoreFullError, StoreLockedError) as error:
        print_message(
            f"{error.summary} {error.hint} What is shown may be old."
        )
        return IngestResult()
    except StoreCorruptError as error:
        from claude_tray.store.integrity import quarantine_database

        corrupt_copy = quarantine_database(context.paths.database, utc_now())
        print_message(
            f"{error.summary} It lies in {corrupt_copy.name} and is read anew; what"
            " the transcripts no longer hold is only there:"
            f" `claude-tray import {corrupt_copy}` takes it in.",
        )
        return _refresh_directly(context)


def _refresh_by_tray(context: AppContext) -> IngestResult | None:
    endpoint = context.paths.state_folder / "instance.door"
    if not endpoint.exists():
        return None
    # Late: sockets are only needed where a tray runs.
    from claude_tray.app.instance_client import request_refresh

    return request_refresh(context.paths.state_folder, context.folders)


def _refresh_directly(context: AppContext) -> IngestResult:
    config = context.engine_config()
    with gc_disabled(), checked_writer(context.paths.database) as writer:
        config = resolve_accounts(writer, config)
        ingester = Ingester(writer, config.folders, config.prices)
        pending_files = ingester.find_changed()
        total_bytes = sum(item.size for item in pending_files)
        report_progress = (
            _create_progress(total_bytes)
            if total_bytes > _PROGRESS_MIN_BYTES
            else _ignore_progress
        )
        result = IngestResult()
        for batch in iter_batches(pending_files):
            result = result.plus(ingester.ingest_batch(batch))
            report_progress(result.bytes_read, total_bytes)
        now_ms = to_epoch_ms(utc_now())
        ingest_statusline_samples(writer, config, now_ms)
        ingest_cached_limits(writer, config, now_ms)
        for _ in run_maintenance(writer, config, now_ms):
            pass
    if problem := ingester.problem():
        print_message(f"{problem}.")
    return result


def _ignore_progress(bytes_read: int, total_bytes: int) -> None:
    del bytes_read, total_bytes


def _create_progress(total_bytes: int) -> Callable[[int, int], None]:
    """Return what draws a bar, where a person looks."""
    if not sys.stderr.isatty():
        return _ignore_progress
    from rich.console import Console
    from rich.progress import Progress

    bar = Progress(console=Console(stderr=True), transient=True)
    task = bar.add_task("Reading transcripts", total=total_bytes)
    bar.start()

    def draw(bytes_read: int, total_bytes: int) -> None:
        bar.update(task, completed=bytes_read, refresh=True)
        if bytes_read >= total_bytes:
            bar.stop()

    return draw
