"""Bring the store up to date before a command reads it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from claude_tray.app.context import AppContext, print_message, utc_now
from claude_tray.errors import (
    StoreCorruptError,
    StoreFullError,
    StoreLockedError,
)
from claude_tray.ingest.pipeline import (
    Ingester,
    RunObserver,
    run_once,
)
from claude_tray.ingest.result import IngestResult
from claude_tray.store.connection import Writer, checked_writer
from claude_tray.store.integrity import list_corrupt_copies
from claude_tray.text import end_sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.ingest.config import EngineConfig


# Less takes under a second.
_PROGRESS_MIN_BYTES: Final = 200_000_000


def refresh_store(context: AppContext) -> IngestResult:
    """
    Ingest what is new, through the running tray if there is one.

    With a full disk or a locked store, print a warning: stored usage can
    still be shown.
    """
    result = _refresh_by_tray(context)
    if result is not None:
        return result
    try:
        return _refresh_directly(context)
    except (StoreFullError, StoreLockedError) as error:
        problem = error.describe(context.translator.catalog.gettext)
        print_message(
            context.translator.gettext(
                "{problem} The output may be out of date.", problem=problem
            )
        )
        return IngestResult(is_complete=False, is_stored=False)
    except StoreCorruptError:
        from claude_tray.store.integrity import move_corrupt_database

        corrupt_copy = move_corrupt_database(context.paths.database, utc_now())
        print_message(
            context.translator.gettext(
                "The store was damaged and is rebuilt from the transcripts"
                " and from the damaged copy, {path}.",
                path=corrupt_copy,
            )
        )
        return _refresh_directly(context)


def _refresh_by_tray(context: AppContext) -> IngestResult | None:
    """Return the tray's counters, or None without a tray for these folders."""
    endpoint = context.paths.state_folder / "instance.door"
    if not endpoint.exists():
        return None
    # Late: sockets are only needed while a tray is running.
    from claude_tray.app.instance_client import request_refresh

    return request_refresh(context.paths.state_folder, context.folders)


def _refresh_directly(context: AppContext) -> IngestResult:
    config = context.engine_config()
    with checked_writer(context.paths.database) as writer:
        ingester = Ingester(writer, config.folders, config.prices)
        title = context.translator.gettext("Reading transcripts")
        _, result = run_once(
            writer, ingester, config, utc_now, _ProgressBar(title)
        )
        _recover_copies(context, writer, config)
    if problem := ingester.reader.describe_problem():
        text = context.translator.translate_problem(problem)
        print_message(end_sentence(text))
        return result._replace(is_complete=False)
    if roots := ingester.reader.empty_roots:
        # The others have transcripts: this one may be misspelled.
        names = ", ".join(roots)
        print_message(
            context.translator.gettext(
                "{path} is missing: nothing is read from it.", path=names
            )
        )
    return result


def _recover_copies(
    context: AppContext, writer: Writer, config: EngineConfig
) -> None:
    copies = list_corrupt_copies(context.paths.database)
    if copies:
        # Late: databases are rarely damaged.
        from claude_tray.ingest.recovery import recover_corrupt_copies

        recover_corrupt_copies(writer, copies, config.prices)


class _ProgressBar(RunObserver):
    """
    Draws a progress bar on an interactive terminal for long runs.

    Args:
        title: What is done, translated.
    """

    def __init__(self, title: str) -> None:
        self._title = title
        self._draw: Callable[[int], None] | None = None

    def on_started(self, config: EngineConfig, total_bytes: int) -> None:
        del config
        if total_bytes <= _PROGRESS_MIN_BYTES or not sys.stderr.isatty():
            return
        from rich.console import Console
        from rich.progress import Progress

        bar = Progress(console=Console(stderr=True), transient=True)
        task = bar.add_task(self._title, total=total_bytes)
        bar.start()

        def draw(done_bytes: int) -> None:
            bar.update(task, completed=done_bytes, refresh=True)
            if done_bytes >= total_bytes:
                bar.stop()

        self._draw = draw

    def on_batch(
        self, result: IngestResult, done_bytes: int, total_bytes: int
    ) -> None:
        del result, total_bytes
        if self._draw is not None:
            self._draw(done_bytes)
