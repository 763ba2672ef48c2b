"""Watch what a web server of another user gets from the same browser."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import pytest

from tests.local_page.site_client import find_root

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.local_page.site_client import LocalSite


class _OtherServer(NamedTuple):
    """
    A web server on another port.

    Attributes:
        origin: Its address.
        received: Headers of the requests, by path.
    """

    origin: str
    received: dict[str, dict[str, str]]


@pytest.fixture
def other() -> Iterator[_OtherServer]:
    received: dict[str, dict[str, str]] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            received[self.path] = dict(self.headers)
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<title>other</title>")

        def log_message(self, *_: object) -> None:
            """Keep the output of the tests short."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield _OtherServer(f"http://127.0.0.1:{server.server_port}", received)
    server.shutdown()
    thread.join()
    server.server_close()


def test_another_port_gets_the_cookie_at_no_path_that_it_can_guess(
    chromium: Browser, site: LocalSite, other: _OtherServer
) -> None:
    context = chromium.new_context()
    tab = context.new_page()
    opened = f"{site.process.origin}/open?token={site.issue_token()}"
    tab.goto(opened)
    root = find_root(tab.url)
    prefix = urlsplit(root).path
    (cookie,) = (c for c in context.cookies() if c.get("httpOnly"))
    secret = cookie.get("value", "")
    assert secret

    # All that other users learn is the address in the browser's arguments.
    guesses = (
        *("/", "/history", "/open", "/-/token", "/favicon.ico"),
        opened.removeprefix(site.process.origin),
        f"/{site.process.port}/",
    )
    for path in guesses:
        tab.goto(other.origin + path)
        tab.goto(root + "/history")
        tab.evaluate(
            "address => location.assign(address)", other.origin + path
        )
        tab.wait_for_url(f"{other.origin}/**")
        headers = str(other.received.pop(path))
        assert secret not in headers, path
        assert prefix not in headers, path

    # Where it could not be guessed, it would be sent.
    tab.goto(f"{other.origin}{prefix}/")
    assert secret in other.received[f"{prefix}/"]["Cookie"]
    context.close()
