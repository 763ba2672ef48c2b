"""Serve a WSGI application on a loopback socket until it is no longer used."""

from __future__ import annotations

import logging
import select
from typing import TYPE_CHECKING, Any, Final

from waitress import wasyncore
from waitress.server import create_server

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from wsgiref.types import WSGIApplication


_THREADS: Final = 3
_CONNECTION_LIMIT: Final = 100
# An export that is imported in a form.
_MAX_BODY_BYTES: Final = 64 << 20
_SHUTDOWN_SECONDS: Final = 2
_HAS_POLL: Final = hasattr(select, "poll")


def serve_until(
    is_done: Callable[[], bool],
    application: WSGIApplication,
    listener: socket.socket,
) -> None:
    """
    Serve requests.

    Args:
        is_done: Asked once a second whether to end.
        application: The WSGI application.
        listener: Bound socket; closed at the end.
    """
    logging.getLogger("waitress").setLevel(logging.ERROR)
    channels: dict[int, Any] = {}
    server = create_server(
        application,
        map=channels,
        sockets=[listener],
        threads=_THREADS,
        connection_limit=_CONNECTION_LIMIT,
        max_request_body_size=_MAX_BODY_BYTES,
        ident=None,
    )
    try:
        while not is_done():
            wasyncore.loop(
                timeout=1, use_poll=_HAS_POLL, map=channels, count=1
            )
    finally:
        server.task_dispatcher.shutdown(timeout=_SHUTDOWN_SECONDS)
        wasyncore.close_all(channels)
