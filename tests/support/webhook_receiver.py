"""Run a web server on loopback that keeps what is posted to it."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Posted(NamedTuple):
    """A received request."""

    path: str
    headers: Mapping[str, str]
    body: bytes


class WebhookReceiver(ThreadingHTTPServer):
    """
    Answers with a status of choice.

    Attributes:
        requests: Received requests.
        status: Status of the next answers.
        location: Redirect address; empty without one.
        delay: Seconds before an answer.
    """

    # Threads are joined when it closes.
    daemon_threads = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[Posted] = []
        self.status = 204
        self.location = ""
        self.delay = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: WebhookReceiver

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.server.requests.append(
            Posted(self.path, dict(self.headers), self.rfile.read(length))
        )
        time.sleep(self.server.delay)
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        del format, args


@contextmanager
def run_webhook_receiver() -> Iterator[WebhookReceiver]:
    with WebhookReceiver() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
