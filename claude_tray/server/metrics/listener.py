"""Serve the metrics of all users on a loopback port of their own."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from socketserver import ThreadingMixIn
from threading import Thread
from typing import TYPE_CHECKING, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from claude_tray.errors import SettingsError
from claude_tray.server.metrics.shared_folder import share_response_counts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIEnvironment


LOOPBACK_ADDRESS: Final = "127.0.0.1"
_METRICS_PATH: Final = "/metrics"
_IDLE_TIMEOUT_SECONDS: Final = 10
_STOP_TIMEOUT_SECONDS: Final = 5
_LOOPBACK_NAMES: Final = ("localhost", LOOPBACK_ADDRESS)


@contextmanager
def serve_metrics(port: int | None, workers: int) -> Iterator[int | None]:
    """
    Answer GET /metrics on the loopback address until the block ends.

    Args:
        port: Port to listen on, 0 for any free one; None does nothing.
        workers: Number of processes that the block starts. More than one add
            up their counts in a temporary folder, which they inherit.

    Yields:
        The port; None without one.

    Raises:
        SettingsError: It cannot listen on the port.
    """
    if port is None:
        yield None
        return
    with ExitStack() as stack:
        if workers > 1:
            stack.enter_context(share_response_counts())
        yield stack.enter_context(_listen(port))


@contextmanager
def _listen(port: int) -> Iterator[int]:
    try:
        server = make_server(
            LOOPBACK_ADDRESS,
            port,
            respond_to_scrape,
            _ThreadingServer,
            _QuietHandler,
        )
    except OSError as error:
        summary = f"Cannot listen on {LOOPBACK_ADDRESS}:{port}."
        hint = f"{error.strerror}. Choose another port with --metrics-port."
        raise SettingsError(summary, hint=hint) from error
    thread = Thread(target=server.serve_forever, name="metrics", daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join(_STOP_TIMEOUT_SECONDS)


class _ThreadingServer(ThreadingMixIn, WSGIServer):
    """Answer each connection in a thread, which ends with the process."""

    daemon_threads = True


class _QuietHandler(WSGIRequestHandler):
    """Close idle connections, and log no scrapes."""

    timeout = _IDLE_TIMEOUT_SECONDS

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Write nothing."""


def respond_to_scrape(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    """
    Respond to a scrape with the metrics of all users, as a WSGI application.

    Other Host headers are rejected: a web page could point its own name to
    the loopback address and read the metrics.
    """
    if not _is_loopback_name(environ.get("HTTP_HOST", "")):
        return _reject(start_response, "403 Forbidden")
    if environ.get("PATH_INFO") != _METRICS_PATH:
        return _reject(start_response, "404 Not Found")
    if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
        return _reject(start_response, "405 Method Not Allowed")
    # Late: needs a configured Django.
    from django.db import DatabaseError

    try:
        body, content_type = _collect(environ.get("HTTP_ACCEPT", ""))
    except DatabaseError:
        return _reject(start_response, "503 Service Unavailable")
    start_response(
        "200 OK",
        [("Content-Type", content_type), ("Content-Length", str(len(body)))],
    )
    return [body]


def _is_loopback_name(host: str) -> bool:
    return host.partition(":")[0] in _LOOPBACK_NAMES


def _collect(accept: str) -> tuple[bytes, str]:
    # Late: need a configured Django.
    from django.db import close_old_connections, connections
    from django.utils import timezone

    from claude_tray.server.metrics.exposition import expose_samples
    from claude_tray.server.metrics.usage_metrics import collect_all_samples

    close_old_connections()
    try:
        samples = collect_all_samples(timezone.now())
        return expose_samples(samples, accept, has_responses=True)
    finally:
        connections.close_all()


def _reject(start_response: StartResponse, status: str) -> Iterable[bytes]:
    body = f"{status}\n".encode()
    start_response(
        status,
        [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(body))),
        ],
    )
    return [body]
