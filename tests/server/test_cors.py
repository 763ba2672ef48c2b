from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import requests

from tests.support.chromium import run_chromium
from tests.support.server_process import PASSWORD, run_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.server_process import RunningServer


TIMEOUT_SECONDS = 30
STATS = "/app/claude-usage/stats/"
READ_STATS = """async ([url, token]) => {
    try {
        const answer = await fetch(url, {headers: {Authorization: token}});
        return [answer.status, (await answer.json()).total_tokens];
    } catch (error) {
        return String(error);
    }
}"""


class SilentHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@contextmanager
def serve_page(folder: Path) -> Iterator[str]:
    """Serve an empty page; return its origin."""
    (folder / "index.html").write_text("<!doctype html><title>App</title>")
    handler = partial(SilentHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def sign_in(server: RunningServer) -> str:
    server.create_user("ana")
    answer = requests.post(
        f"{server.url}/api/token/",
        json={"username": "ana", "password": PASSWORD},
        timeout=TIMEOUT_SECONDS,
    )
    return f"Bearer {answer.json()['access']}"


def test_only_pages_of_listed_origins_read_the_api(tmp_path: Path) -> None:
    with (
        serve_page(tmp_path) as listed,
        serve_page(tmp_path) as other,
        run_server(tmp_path / "home", CLAUDE_TRAY_CORS_ORIGINS=listed) as live,
        run_chromium() as browser,
    ):
        arguments = [live.url + STATS, sign_in(live)]
        results = []
        for origin in (listed, other):
            page = browser.new_page()
            page.goto(origin)
            results.append(page.evaluate(READ_STATS, arguments))

    # With an Authorization header, the browser sends a preflight first.
    assert results == [[200, 0], "TypeError: Failed to fetch"]


def test_preflights_need_no_token_and_allow_no_cookies(tmp_path: Path) -> None:
    origin = "https://app.example.org"
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
    }
    with run_server(tmp_path, CLAUDE_TRAY_CORS_ORIGINS=origin) as live:
        answers = [
            requests.options(
                live.url + path, headers=asked, timeout=TIMEOUT_SECONDS
            )
            for path in (STATS, "/account/")
        ]
        error = requests.get(
            live.url + STATS,
            headers={"Origin": origin},
            timeout=TIMEOUT_SECONDS,
        )

    api, page = (answer.headers for answer in answers)
    assert api["Access-Control-Allow-Origin"] == origin
    assert "authorization" in api["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in api
    assert "Access-Control-Allow-Origin" not in page
    # A page can only read why it failed if errors have the header too.
    assert error.status_code == 401
    assert error.headers["Access-Control-Allow-Origin"] == origin
