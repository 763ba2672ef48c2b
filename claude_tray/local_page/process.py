"""Run the process of the local page until nobody uses it."""

from __future__ import annotations

import logging
import secrets
import signal
import socket
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from claude_tray.app import context, page_files
from claude_tray.config import settings
from claude_tray.local_page import (
    application,
    request_context,
    security,
    serving,
    store_access,
)
from claude_tray.platform import (
    file_lock,
    logging_setup,
    paths,
    private_files,
)

if TYPE_CHECKING:
    import argparse


_log = logging.getLogger(__name__)

IDLE_SECONDS: Final = 600.0
# An earlier process may be about to end.
_LOCK_SECONDS: Final = 0.5


def run_page_process(
    arguments: argparse.Namespace, idle_seconds: float | None = None
) -> int:
    """
    Serve the page; return at once if another process does.

    Args:
        arguments: Command line, as of any command.
        idle_seconds: Time without a request after which the process ends;
            None for ten minutes.
    """
    allowed_idle = IDLE_SECONDS if idle_seconds is None else idle_seconds
    app = _load_context(arguments)
    files = page_files.PageFiles(app.paths.state_folder)
    private_files.make_private_folder(files.folder)
    lock = file_lock.FileLock(files.lock_file)
    if not lock.acquire(_LOCK_SECONDS):
        return 0
    logging_setup.start_logging(app.paths.log_file)
    _handle_signals()
    listener, process = _listen()
    live_context = request_context.LiveContext(arguments, app)
    page = _build_page(
        live_context,
        process,
        files,
        # Only a demo has paths of its own.
        is_demo=bool(arguments.paths),
    )
    files.write(process)
    _log.info("The local page has started port=%s", process.port)

    def is_done() -> bool:
        if not lock.is_current():
            # The folder was deleted: another process may serve now.
            return True
        files.restore(process)
        is_idle = time.monotonic() - page.used_at > allowed_idle
        return page.is_stopped or is_idle

    try:
        serving.serve_until(is_done, page, listener)
    finally:
        files.remove(process)
        lock.release()
    _log.info("The local page has ended")
    return 0


def _load_context(arguments: argparse.Namespace) -> context.AppContext:
    """Load the context of the user, or of the paths of a demo."""
    if not arguments.paths:
        return context.load_context(arguments)
    app_paths = paths.AppPaths(*map(Path, arguments.paths))
    loaded = settings.load_settings(
        app_paths.settings_file, app_paths.settings_backup_file
    )
    return context.build_live_context(arguments, app_paths, loaded)


def _handle_signals() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    # Closing the terminal that started it is no reason to end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _build_page(
    live_context: request_context.LiveContext,
    process: page_files.PageProcess,
    files: page_files.PageFiles,
    *,
    is_demo: bool,
) -> application.LocalPage:
    private_files.make_private_folder(files.compiled_dir)
    gate = security.Gate(process)
    return application.LocalPage(
        gate,
        live_context,
        store_access.StoreAccess(live_context.load().paths.database),
        application.build_page_environment(
            files.compiled_dir, gate.prefix, is_demo=is_demo
        ),
    )


def _listen() -> tuple[socket.socket, page_files.PageProcess]:
    """Listen on a random port, with a new key."""
    listener = socket.create_server((page_files.LOOPBACK, 0))
    port = listener.getsockname()[1]
    return listener, page_files.PageProcess(port, secrets.token_urlsafe(32))
