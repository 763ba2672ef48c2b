"""Open the local page: start its process if needed, and get an address."""

from __future__ import annotations

import http.client
import logging
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from claude_tray.app.page_files import (
    LOOPBACK,
    OPEN_PATH,
    STOP_PATH,
    TOKEN_PATH,
    PageFiles,
    PageProcess,
)
from claude_tray.config.claude_folders import resolve_claude_folders
from claude_tray.errors import DesktopError, gettext_noop
from claude_tray.platform.paths import get_home_folder, resolve_app_paths
from claude_tray.ui.toolkit.process import (
    build_module_command,
    build_program_command,
)

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.app.context import AppContext


_log = logging.getLogger(__name__)

_REQUEST_SECONDS: Final = 5.0
_START_SECONDS: Final = 15.0
_POLL_SECONDS: Final = 0.02
_OK: Final = 200
_MAX_TOKEN_BYTES: Final = 200


def open_page(context: AppContext, path: str = "/") -> str:
    """
    Return an address that opens the local page once, within a minute.

    Args:
        context: Paths and folders that the page reads.
        path: Page to open, with its query.

    Raises:
        DesktopError: The process cannot be started.
    """
    files = PageFiles(context.paths.state_folder)
    process = files.read()
    if process is not None and not process.is_current:
        # The program was updated meanwhile.
        _request(process, STOP_PATH)
    elif process is not None and (token := _request(process, TOKEN_PATH)):
        return _build_address(process, token, path)
    return _start(context, files, path)


def stop_page(folder: Path) -> bool:
    """
    End the process of the page; return whether one was running.

    Args:
        folder: Folder of the state.
    """
    process = PageFiles(folder).read()
    return process is not None and _request(process, STOP_PATH) is not None


def _start(context: AppContext, files: PageFiles, path: str) -> str:
    command = _build_command(context)
    deadline = time.monotonic() + _START_SECONDS
    started: subprocess.Popen[bytes] | None = None
    while time.monotonic() < deadline:
        status = None if started is None else started.poll()
        if status:
            break
        # It ends without an error while an earlier process has the lock.
        if started is None or status == 0:
            started = _spawn(command)
        time.sleep(_POLL_SECONDS)
        process = files.read()
        if process is None or not process.is_current:
            continue
        if token := _request(process, TOKEN_PATH):
            return _build_address(process, token, path)
    raise _build_start_error(context)


def _spawn(command: list[str]) -> subprocess.Popen[bytes]:
    """Start a process that outlives this one."""
    try:
        process = subprocess.Popen(  # noqa: S603 - this program itself
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            # Windows only: no console.
            creationflags=getattr(subprocess, "DETACHED_PROCESS", 0),
        )
    except OSError as error:
        raise DesktopError(
            gettext_noop("The local page cannot be started: {reason}."),
            hint=gettext_noop("Run `claude-tray doctor`."),
            reason=error.strerror,
        ) from error
    # Its end must be awaited, whenever that is.
    threading.Thread(target=process.wait, name="page", daemon=True).start()
    return process


def _build_command(context: AppContext) -> list[str]:
    arguments = []
    configured = resolve_claude_folders(
        "",
        context.environment,
        context.settings.claude_paths,
        get_home_folder(),
    )
    if context.folders != configured:
        # Named on the command line; else the page follows the settings.
        paths = ",".join(str(path) for path in context.folders)
        arguments = ["--claude-path", paths]
    if context.paths != resolve_app_paths(context.environment.home):
        # A demo has its own, in a temporary folder.
        arguments += ["--paths", *map(str, context.paths)]
    if getattr(sys, "frozen", False):
        return build_program_command("open", "--process", *arguments)
    # Skipping the CLI starts it sooner.
    return [*build_module_command("local_page.__main__"), *arguments]


def _build_start_error(context: AppContext) -> DesktopError:
    return DesktopError(
        gettext_noop("The local page did not start."),
        hint=gettext_noop("See the log: {path}"),
        path=context.paths.log_file,
    )


def _build_address(process: PageProcess, token: str, path: str) -> str:
    query = urlencode({"token": token, "next": path})
    return f"{process.origin}{OPEN_PATH}?{query}"


def _request(process: PageProcess, path: str) -> str | None:
    """Return the text of a response; None if the process has ended."""
    connection = http.client.HTTPConnection(
        LOOPBACK, process.port, timeout=_REQUEST_SECONDS
    )
    try:
        connection.request(
            "POST", path, headers={"Authorization": f"Bearer {process.key}"}
        )
        response = connection.getresponse()
        text = response.read(_MAX_TOKEN_BYTES).decode("ascii")
    except (OSError, http.client.HTTPException, ValueError) as error:
        _log.debug("The local page does not answer error=%s", error)
        return None
    finally:
        connection.close()
    return text if response.status == _OK else None
