"""Track open sockets so that another thread can shut them down."""

from __future__ import annotations

import socket
from contextlib import suppress


class OpenSockets:
    """The open connections of one session."""

    def __init__(self) -> None:
        self._open: set[socket.socket] = set()

    def add(self, sock: socket.socket) -> socket.socket:
        # A duplicate: TLS detaches the first handle.
        handle = sock.dup()
        self._open.add(handle)
        return handle

    def remove(self, handle: socket.socket) -> None:
        self._open.discard(handle)
        handle.close()

    def shutdown_all(self) -> None:
        """Abort whatever is being sent or received; from any thread."""
        for handle in tuple(self._open):
            with suppress(OSError):
                handle.shutdown(socket.SHUT_RDWR)
