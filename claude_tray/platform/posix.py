"""Implement what Linux and macOS share."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

# For mypy: the calls below do not exist on Windows.
assert sys.platform != "win32"

if TYPE_CHECKING:
    import socket
    import subprocess


# sun_path holds 104 bytes on macOS, 108 on Linux.
_MAX_SOCKET_PATH_BYTES: Final = 100
_MAX_RUNTIME_BYTES: Final = 60
# Begins the name of a folder that contains nothing but the socket.
SOCKET_FOLDER_PREFIX: Final = "claude-tray-"


class PosixSystem:
    """Base of the POSIX systems."""

    has_posix_modes: Final = True
    has_posix_shell: Final = True
    shutdown_wakes_readers: Final = True

    def allow_foreground_windows(self) -> None:
        """Do nothing: no permission is needed."""

    def try_lock(self, descriptor: int) -> bool:
        # Late: the statusline locks nothing.
        import fcntl

        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            return False
        return True

    def bind_command_socket(self, folder: Path) -> tuple[socket.socket, str]:
        import socket

        path = _build_socket_path(folder)
        # A crash leaves it behind.
        path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            # In a folder that only this user can enter: the mode that the
            # umask leaves until the next line matters to nobody.
            listener.bind(str(path))
            path.chmod(0o600)
        except OSError:
            listener.close()
            raise
        return listener, str(path)

    def connect_local_socket(
        self, endpoint: str, timeout: float
    ) -> socket.socket:
        import socket

        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(timeout)
        try:
            connection.connect(endpoint)
        except OSError:
            connection.close()
            raise
        return connection

    def count_unread_bytes(self, descriptor: int) -> int:
        # Late: only windows need it.
        import fcntl
        import struct
        import termios

        try:
            answer = fcntl.ioctl(descriptor, termios.FIONREAD, bytes(4))
        except OSError:
            return 0
        return int(struct.unpack("i", answer)[0])

    def kill_process_group(self, process: subprocess.Popen[bytes]) -> None:
        from contextlib import suppress
        from signal import SIGKILL

        with suppress(OSError):
            os.killpg(process.pid, SIGKILL)

    def format_device_number(self, device: int) -> str:
        return f"{os.major(device)}:{os.minor(device)}"


def _build_socket_path(folder: Path) -> Path:
    """
    Return a path for a socket that is short enough for `sun_path`.

    Always in a private folder: a name in a shared one could be taken by
    another user.
    """
    path = folder / "instance.socket"
    if len(os.fsencode(path)) <= _MAX_SOCKET_PATH_BYTES:
        return path
    # Late: only long folders need it.
    from tempfile import mkdtemp

    runtime_folder = os.environ.get("XDG_RUNTIME_DIR", "")
    if not (
        os.path.isabs(runtime_folder)  # noqa: PTH117 - empty is no path
        and len(os.fsencode(runtime_folder)) <= _MAX_RUNTIME_BYTES
        and Path(runtime_folder).is_dir()
    ):
        runtime_folder = "/tmp"  # noqa: S108 - a new folder, mode 0700
    return Path(mkdtemp(prefix=SOCKET_FOLDER_PREFIX, dir=runtime_folder), "s")
