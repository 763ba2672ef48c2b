"""
Open sockets that another thread may shut down.

The HTTP library's own timeouts are for each read, so a server that drips a
byte a minute holds it for ever; a socket that is shut down lets it go at once.
"""

from __future__ import annotations

import socket
from contextlib import suppress


class Sockets:
    """The open connections of one session."""

    def __init__(self) -> None:
        self._open: set[socket.socket] = set()

    def add(self, line: socket.socket) -> socket.socket:
        # A second handle: TLS takes the first one over.
        handle = line.dup()
        self._open.add(handle)
        return handle

    def drop(self, handle: socket.socket) -> None:
        self._open.discard(handle)
        handle.close()

    def cut(self) -> None:
        """End whatever is being sent or awaited; from any thread."""
        for handle in tuple(self._open):
            with suppress(OSError):
                handle.shutdown(socket.SHUT_RDWR)
