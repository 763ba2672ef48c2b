"""
One tray for each user, and a line to it.

The lock is the truth: the kernel frees it when the process dies. The socket
carries questions to the one that holds it.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import secrets
import socket
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from claude_tray.desktop.lock import Lock
from claude_tray.errors import DesktopError

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger(__name__)

_LOCK: Final = "instance.lock"
_LONGEST: Final = 4096
# sun_path holds 104 bytes on macOS, 108 on Linux.
_LONGEST_PATH: Final = 100
_PATIENCE_SECONDS: Final = 2.0
_AGAIN_SECONDS: Final = 0.1
_LOOPBACK: Final = "127.0.0.1"


class Instance:
    """
    The place of the one tray.

    Args:
        folder: Only this user's; made where it is missing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock(folder / _LOCK)
        self._door = folder / "instance.door"
        self._socket: socket.socket | None = None
        self._path: Path | None = None
        self._thread: threading.Thread | None = None
        self._token = b""

    def claim(self) -> bool:
        """
        Become the one tray; False if there is one already.

        Raises:
            DesktopError: The folder cannot be used.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            return self._lock.take()
        except OSError as error:
            summary = f"{self._folder} cannot be used: {error.strerror}."
            raise DesktopError(
                summary, hint="Set CLAUDE_TRAY_HOME."
            ) from error

    def serve(self, answer: Callable[[str], str]) -> None:
        """
        Answer questions on a thread of its own until `release`.

        Where there is no room for a door, nobody can ask, and that is all.

        Args:
            answer: Called on that thread; one question at a time.
        """
        self._token = secrets.token_hex(16).encode()
        try:
            listener, where = self._listen()
            listener.listen(16)
            _write_private(self._door, self._token + b" " + where.encode())
        except OSError as error:
            _log.warning("Commands cannot reach the tray error=%s", error)
            return
        self._thread = threading.Thread(
            target=self._answer_all,
            args=(listener, answer),
            name="instance",
        )
        self._thread.start()

    def release(self) -> None:
        """Let another be the one tray; ends the thread."""
        listener, self._socket = self._socket, None
        if listener is not None:
            with suppress(OSError):
                # Wakes accept(); some systems say the socket is not connected.
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        if self._thread is not None:
            self._thread.join()
        if self._path is not None:
            self._path.unlink(missing_ok=True)
        self._door.unlink(missing_ok=True)
        self._lock.free()

    def _listen(self) -> tuple[socket.socket, str]:
        if sys.platform == "win32":
            listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            self._socket = listener
            listener.bind((_LOOPBACK, 0))
            return listener, str(listener.getsockname()[1])
        self._path = _socket_path(self._folder)
        # Left behind by a crash: the lock is ours.
        self._path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket = listener
        old = os.umask(0o177)
        try:
            listener.bind(str(self._path))
        finally:
            os.umask(old)
        return listener, str(self._path)

    def _answer_all(
        self,
        listener: socket.socket,
        answer: Callable[[str], str],
    ) -> None:
        while True:
            try:
                caller, _ = listener.accept()
            except OSError:
                return
            with caller, suppress(OSError):
                caller.settimeout(_PATIENCE_SECONDS)
                token, _, question = _read_line(caller).partition(b" ")
                if hmac.compare_digest(token, self._token):
                    text = answer(question.decode("utf-8", "replace"))
                    caller.sendall(text.encode() + b"\n")


def ask(folder: Path, question: str, timeout: float) -> str | None:
    """
    Return the running tray's answer; None where none runs or answers.

    Args:
        folder: The instance's.
        question: One line.
        timeout: Seconds.
    """
    try:
        token, where = (folder / "instance.door").read_text().split(" ", 1)
    except (OSError, ValueError):
        return None
    try:
        with _connect(where, timeout) as caller:
            caller.sendall(f"{token} {question}\n".encode())
            answer = _read_line(caller)
    except OSError:
        return None
    return answer.decode("utf-8", "replace") if answer else None


def ask_soon(folder: Path, question: str, timeout: float) -> str | None:
    """Ask a tray that may just be starting, as often as there is time."""
    end = time.monotonic() + timeout
    while (answer := ask(folder, question, timeout)) is None:
        if time.monotonic() >= end:
            return None
        time.sleep(_AGAIN_SECONDS)
    return answer


def wait_for_the_end(folder: Path, timeout: float) -> bool:
    """
    Wait until no tray runs; False if one still does.

    Args:
        folder: The instance's.
        timeout: Seconds.
    """
    lock = Lock(folder / _LOCK)
    has_ended = lock.take(timeout)
    if has_ended:
        lock.free()
    return has_ended


def _connect(where: str, timeout: float) -> socket.socket:
    if where.isdigit():
        return socket.create_connection((_LOOPBACK, int(where)), timeout)
    if sys.platform == "win32":
        raise OSError
    caller = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    caller.settimeout(timeout)
    try:
        caller.connect(where)
    except OSError:
        caller.close()
        raise
    return caller


def _read_line(caller: socket.socket) -> bytes:
    """Return what comes before the first newline; nothing without one."""
    line = b""
    while not line.endswith(b"\n") and len(line) < _LONGEST:
        part = caller.recv(_LONGEST)
        if not part:
            return b""
        line += part
    return line[:-1] if line.endswith(b"\n") else b""


def _socket_path(folder: Path) -> Path:
    path = folder / "instance.socket"
    if len(os.fsencode(path)) <= _LONGEST_PATH:
        return path
    name = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    return Path("/tmp") / f"claude-tray-{name}.socket"  # noqa: S108 - bound 0600


def _write_private(path: Path, data: bytes) -> None:
    new = path.with_suffix(".new")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with os.fdopen(os.open(new, flags, 0o600), "wb") as file:
        file.write(data)
    new.replace(path)
