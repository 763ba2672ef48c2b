"""
Serve a WSGI application with threads that slow clients cannot occupy.

waitress reads requests and writes responses in one loop; a thread runs only
for a complete request. This module adds what waitress lacks: a deadline for
each request, room for new connections when all are taken, and errors as
problem details.
"""

from __future__ import annotations

import gc
import logging
import select
import sys
import time
from typing import TYPE_CHECKING, Any, Final

import msgspec
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher
from waitress.utilities import Error

from claude_tray.server.errors import (
    PROBLEM_MEDIA_TYPE,
    build_problem,
    describe_large_body,
)
from claude_tray.server.request_log import start_request

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence
    from wsgiref.types import WSGIApplication


_log = logging.getLogger(__name__)
_THREADS: Final = 8
_BACKLOG: Final = 2048
_MAX_ACCEPTS: Final = 100
# select() has a limit of 512 sockets on Windows, poll() has none.
_HAS_POLL: Final = hasattr(select, "poll")
_MAX_CONNECTIONS: Final = 2000 if _HAS_POLL else 400
# Descriptors for the database, files and the program itself.
_OWN_DESCRIPTORS: Final = 200
_MIN_CONNECTIONS: Final = 50
_IDLE_SECONDS: Final = 30
_CLEANUP_SECONDS: Final = 5
# A request arrives within this time, and longer only at this rate.
_REQUEST_SECONDS: Final = 30
_MIN_BYTES_PER_SECOND: Final = 1000
# Share of the unused connections that is closed to make room.
_EVICTED_SHARE: Final = 0.1
# A request of 1,000 messages has about 300 KB.
_RECEIVE_BYTES: Final = 256 * 1024
# Chunks have a length and line breaks in addition to the body.
_CHUNK_OVERHEAD_BYTES: Final = 1024 * 1024
_GC_THRESHOLD: Final = 50_000
# Less than the time after which service managers kill a process.
_SHUTDOWN_SECONDS: Final = 25
_TOO_LARGE: Final = 413
_PROBLEM_CODES: Final = {
    400: "bad_request",
    408: "timeout",
    _TOO_LARGE: "too_large",
    431: "headers_too_large",
    501: "not_implemented",
}


def serve_sockets(
    application: WSGIApplication,
    sockets: Sequence[socket.socket],
    *,
    max_body_bytes: int,
) -> None:
    """
    Serve until interrupted by KeyboardInterrupt; finish running requests.

    Args:
        application: The WSGI application.
        sockets: Bound sockets.
        max_body_bytes: Larger bodies are rejected unread.
    """
    # Its warnings are about single clients.
    logging.getLogger("waitress").setLevel(logging.ERROR)
    settings = _build_settings(max_body_bytes)
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.set_thread_count(settings.threads)
    open_channels: dict[int, Any] = {}
    servers = [
        _Server(
            application,
            open_channels,
            _sock=listener,
            dispatcher=dispatcher,
            adj=settings,
            bind_socket=False,
            sockinfo=(listener.family, listener.type, None, None),
        )
        for listener in sockets
    ]
    _collect_garbage_rarely()
    try:
        wasyncore.loop(timeout=1, map=open_channels, use_poll=_HAS_POLL)
    except KeyboardInterrupt:
        _finish_requests(servers, open_channels)
    finally:
        dispatcher.shutdown(timeout=0)
        wasyncore.close_all(open_channels)


def _build_settings(max_body_bytes: int) -> Adjustments:
    return Adjustments(
        threads=_THREADS,
        backlog=_BACKLOG,
        connection_limit=_compute_max_connections(),
        channel_timeout=_IDLE_SECONDS,
        cleanup_interval=_CLEANUP_SECONDS,
        max_request_body_size=max_body_bytes + _CHUNK_OVERHEAD_BYTES,
        recv_bytes=_RECEIVE_BYTES,
        # Django uses them only of a trusted proxy; whatever they say, they
        # show that a request was passed on.
        clear_untrusted_proxy_headers=False,
        ident=None,
    )


def _collect_garbage_rarely() -> None:
    """
    Collect garbage rarely: a batch creates thousands of tuples.

    They have no reference cycles, so frequent collections only cost time.
    """
    gc.freeze()
    gc.set_threshold(_GC_THRESHOLD)


def _finish_requests(
    servers: Sequence[_Server], open_channels: dict[int, Any]
) -> None:
    """Stop listening, and send the responses of complete requests."""
    for server in servers:
        server.del_channel(open_channels)
        server.socket.close()
    deadline = time.monotonic() + _SHUTDOWN_SECONDS
    while time.monotonic() < deadline and any(
        not channel.is_unused
        for server in servers
        for channel in server.active_channels.values()
    ):
        wasyncore.loop(
            timeout=0.1, map=open_channels, use_poll=_HAS_POLL, count=1
        )


def _compute_max_connections() -> int:
    """Return how many connections fit into this process's descriptors."""
    if sys.platform == "win32":
        return _MAX_CONNECTIONS
    # Late: POSIX only.
    import resource

    wanted = _MAX_CONNECTIONS + _OWN_DESCRIPTORS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if resource.RLIM_INFINITY not in {soft, hard} and soft < wanted:
        soft = min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY:
        return _MAX_CONNECTIONS
    return max(
        _MIN_CONNECTIONS, min(_MAX_CONNECTIONS, soft - _OWN_DESCRIPTORS)
    )


class _RequestTimeoutError(Error):  # type: ignore[misc] # waitress has no types
    code = 408
    reason = "Request Timeout"


class _ProblemTask(ErrorTask):  # type: ignore[misc] # likewise
    """Respond to an error of waitress with problem details."""

    def execute(self) -> None:
        error = self.request.error
        code = _PROBLEM_CODES.get(error.code, "invalid")
        detail = f"{error.reason}: {error.body}."
        if error.code == _TOO_LARGE:
            limit = self.channel.adj.max_request_body_size
            detail = describe_large_body(limit - _CHUNK_OVERHEAD_BYTES)
        start_request()
        problem = build_problem(error.code, code, detail)
        _log.warning("Rejected before reading it: %s", detail)
        body = msgspec.json.encode(problem)
        self.status = f"{error.code} {error.reason}"
        self.response_headers.append(("Content-Type", PROBLEM_MEDIA_TYPE))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class _Channel(HTTPChannel):  # type: ignore[misc] # likewise
    """A connection whose requests have to arrive in time."""

    error_task_class = _ProblemTask
    request: Any
    request_began = 0.0

    def received(self, data: bytes) -> bool:
        if self.request is None:
            self.request_began = time.time()
        return bool(super().received(data))

    @property
    def is_unused(self) -> bool:
        """No request is complete and no response is being sent."""
        return not (self.requests or self.total_outbufs_len)

    def is_late(self, now: float) -> bool:
        """Return whether a part of a request has waited too long."""
        request = self.request
        if request is None or self.requests:
            return False
        allowed = _REQUEST_SECONDS
        if request.headers_finished:
            allowed += request.body_bytes_received // _MIN_BYTES_PER_SECOND
        return now - self.request_began > allowed

    def reject_late_request(self) -> None:
        """Respond with 408, which also closes the connection."""
        with self.requests_lock:
            request, self.request = self.request, None
            if request is None or self.requests:
                return
            request.error = _RequestTimeoutError("the request took too long")
            request.completed = True
            self.requests.append(request)
            self.server.add_task(self)


class _Server(TcpWSGIServer):  # type: ignore[misc] # likewise
    """A listening socket that always has room for another connection."""

    channel_class = _Channel

    def readable(self) -> bool:
        if len(self._map) >= self.adj.connection_limit:
            self._make_room()
        return bool(super().readable())

    def handle_accept(self) -> None:
        """Accept several: each round of the loop asks every connection."""
        for _ in range(_MAX_ACCEPTS):
            before = len(self._map)
            super().handle_accept()
            if not before < len(self._map) < self.adj.connection_limit:
                return

    def maintenance(self, now: float) -> None:
        super().maintenance(now)
        for channel in list(self.active_channels.values()):
            if channel.is_late(now):
                channel.reject_late_request()

    def _make_room(self) -> None:
        """Close the connections that have been without a request longest."""
        unused = [
            channel
            for channel in self.active_channels.values()
            if channel.is_unused and not channel.will_close
        ]
        unused.sort(key=lambda channel: channel.last_activity)
        for channel in unused[: max(1, int(len(unused) * _EVICTED_SHARE))]:
            # Closed by the loop: its descriptor may not be reused before.
            channel.will_close = True
