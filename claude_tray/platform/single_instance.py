"""
Run one tray per user, and send commands to it.

Only the lock decides which process is the tray: the kernel releases it when
the process dies. The socket carries commands to that process.
"""

from __future__ import annotations

import hmac
import logging
import os
import secrets
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from claude_tray.errors import DesktopError, gettext_noop
from claude_tray.platform.file_lock import FileLock
from claude_tray.platform.private_files import make_private_folder
from claude_tray.platform.replace_file import replace_file
from claude_tray.platform.small_file import read_small_file
from claude_tray.platform.system import current_system

if TYPE_CHECKING:
    from collections.abc import Callable


_log = logging.getLogger(__name__)

_LOCK_FILE_NAME: Final = "instance.lock"
_MAX_LINE_BYTES: Final = 4096
_CLIENT_TIMEOUT_SECONDS: Final = 2.0
_RETRY_SECONDS: Final = 0.1
# How soon a tray notices that its folder was deleted.
_CHECK_SECONDS: Final = 10.0
_LOOPBACK: Final = "127.0.0.1"


class SingleInstance:
    """
    The lock and the command socket of the one tray.

    Args:
        folder: Private to the user; created if missing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = FileLock(folder / _LOCK_FILE_NAME)
        self._endpoint_file = folder / "instance.door"
        self._socket: socket.socket | None = None
        self._socket_path: Path | None = None
        self._thread: threading.Thread | None = None
        self._token = b""
        self._guard = threading.Lock()
        self._is_released = False

    def acquire(self) -> bool:
        """
        Become the one tray; False if another one runs.

        Raises:
            DesktopError: The folder cannot be used.
        """
        try:
            make_private_folder(self._folder)
            return self._lock.acquire()
        except OSError as error:
            raise DesktopError(
                gettext_noop("The folder {path} cannot be used: {reason}."),
                hint=gettext_noop("Set CLAUDE_TRAY_HOME to another folder."),
                path=self._folder,
                reason=error.strerror,
            ) from error

    def serve(
        self,
        handle_command: Callable[[str], str],
        on_lost: Callable[[], None] = lambda: None,
    ) -> None:
        """
        Reply to commands on a thread of its own until `release`.

        Without a socket, for example on a full disk, the tray runs all the
        same.

        Args:
            handle_command: Called on that thread with one command at a time;
                returns the reply.
            on_lost: Called on that thread if the folder was deleted and
                another tray has started in its place.
        """
        self._token = secrets.token_hex(16).encode()
        listener = self._bind()
        if listener is None:
            return
        self._thread = threading.Thread(
            target=self._serve_connections,
            args=(listener, handle_command, on_lost),
            name="instance",
        )
        self._thread.start()

    def release(self) -> None:
        """Stop the thread and release the lock."""
        with self._guard:
            self._is_released = True
            listener, self._socket = self._socket, None
        if listener is not None:
            with suppress(OSError):
                # Wakes accept(); some systems raise "not connected".
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        if self._thread is not None:
            self._thread.join()
        if self._lock.is_current():
            # Else they belong to another tray.
            self._unlink_socket()
            self._endpoint_file.unlink(missing_ok=True)
        self._lock.release()

    def _bind(self) -> socket.socket | None:
        """Bind the socket and announce it; None if that fails."""
        try:
            listener, endpoint = current_system().bind_command_socket(
                self._folder
            )
            self._socket = listener
            if not endpoint.isdigit():
                self._socket_path = Path(endpoint)
            listener.listen(16)
            listener.settimeout(_CHECK_SECONDS)
            _write_private_file(
                self._endpoint_file, self._token + b" " + endpoint.encode()
            )
        except OSError as error:
            _log.warning("Commands cannot reach the tray error=%s", error)
            return None
        return listener

    def _unlink_socket(self) -> None:
        path = self._socket_path
        if path is None:
            return
        path.unlink(missing_ok=True)
        if path.parent != self._folder:
            with suppress(OSError):
                # It was created for the socket only.
                path.parent.rmdir()

    def _serve_connections(
        self,
        listener: socket.socket,
        handle_command: Callable[[str], str],
        on_lost: Callable[[], None],
    ) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                if self._lock.is_current():
                    continue
                reclaimed = self._reclaim()
                if reclaimed is None:
                    on_lost()
                    return
                listener = reclaimed
                continue
            except OSError:
                return
            with connection, suppress(OSError):
                connection.settimeout(_CLIENT_TIMEOUT_SECONDS)
                token, _, command = _read_line(connection).partition(b" ")
                if hmac.compare_digest(token, self._token):
                    reply = handle_command(command.decode("utf-8", "replace"))
                    connection.sendall(reply.encode() + b"\n")

    def _reclaim(self) -> socket.socket | None:
        """
        Lock and serve anew after the folder was deleted.

        Returns:
            The new socket; None if another tray has the new lock, or if this
            one is ending.
        """
        with self._guard:
            if self._is_released:
                return None
            lock = FileLock(self._folder / _LOCK_FILE_NAME)
            try:
                make_private_folder(self._folder)
                if not lock.acquire():
                    return None
            except OSError as error:
                _log.warning("Cannot lock the folder again error=%s", error)
                return None
            _log.warning("The folder of the tray was deleted: created again")
            old_lock, self._lock = self._lock, lock
            old_lock.release()
            if self._socket is not None:
                self._socket.close()
            return self._bind()


def send_command(folder: Path, command: str, timeout: float) -> str | None:
    """
    Send a command to the running tray; return its reply, or None.

    Args:
        folder: Folder of the instance.
        command: One line.
        timeout: Seconds to wait for the reply.
    """
    try:
        text = read_small_file(folder / "instance.door").decode()
        token, endpoint = text.split(" ", 1)
    except (OSError, ValueError):
        return None
    try:
        with _connect(endpoint, timeout) as connection:
            connection.sendall(f"{token} {command}\n".encode())
            reply = _read_line(connection)
    except OSError:
        return None
    return reply.decode("utf-8", "replace") if reply else None


def send_command_with_retry(
    folder: Path, command: str, timeout: float
) -> str | None:
    """Send a command to a tray that may be starting; retry until the timeout."""
    deadline = time.monotonic() + timeout
    while (reply := send_command(folder, command, timeout)) is None:
        if time.monotonic() >= deadline:
            return None
        time.sleep(_RETRY_SECONDS)
    return reply


def wait_until_stopped(folder: Path, timeout: float) -> bool:
    """
    Wait until no tray runs; False if one still does.

    Args:
        folder: Folder of the instance.
        timeout: Seconds to wait.
    """
    lock = FileLock(folder / _LOCK_FILE_NAME)
    is_stopped = lock.acquire(timeout)
    if is_stopped:
        lock.release()
    return is_stopped


def _connect(endpoint: str, timeout: float) -> socket.socket:
    if endpoint.isdigit():
        return socket.create_connection((_LOOPBACK, int(endpoint)), timeout)
    return current_system().connect_local_socket(endpoint, timeout)


def _read_line(connection: socket.socket) -> bytes:
    """Read up to the first newline; return nothing without one."""
    line = b""
    while not line.endswith(b"\n") and len(line) < _MAX_LINE_BYTES:
        chunk = connection.recv(_MAX_LINE_BYTES)
        if not chunk:
            return b""
        line += chunk
    return line[:-1] if line.endswith(b"\n") else b""


def _write_private_file(path: Path, data: bytes) -> None:
    temporary_file = path.with_suffix(".new")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with os.fdopen(os.open(temporary_file, flags, 0o600), "wb") as file:
        file.write(data)
    replace_file(temporary_file, path)
