"""Track open sockets so that another thread can shut them down."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import TYPE_CHECKING

from claude_tray.platform.system import current_system

if TYPE_CHECKING:
    from collections.abc import Callable


class OpenSockets:
    """The open connections of one session."""

    def __init__(self) -> None:
        self._open: dict[
            socket.socket, Callable[[], socket.socket | None]
        ] = {}

    def add(
        self,
        sock: socket.socket,
        get_current: Callable[[], socket.socket | None],
    ) -> socket.socket:
        """
        Add a new connection; return the handle to remove it by.

        Args:
            sock: The socket.
            get_current: Returns the socket that the connection uses, which
                is another one with TLS; None before it is ready.
        """
        # A duplicate: TLS detaches the first handle.
        handle = sock.dup()
        self._open[handle] = get_current
        return handle

    def remove(self, handle: socket.socket) -> None:
        self._open.pop(handle, None)
        handle.close()

    def shutdown_all(self) -> None:
        """Abort whatever is being sent or received; from any thread."""
        wakes_readers = current_system().shutdown_wakes_readers
        for handle, get_current in tuple(self._open.items()):
            with suppress(OSError):
                handle.shutdown(socket.SHUT_RDWR)
            sock = None if wakes_readers else get_current()
            if sock is not None:
                handle.close()
                with suppress(OSError):
                    # Not close(): a response that is being read delays it.
                    socket.close(sock.detach())
