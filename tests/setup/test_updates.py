from __future__ import annotations

import http.client
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray import __version__
from claude_tray.setup import updates
from claude_tray.setup.updates import (
    UpdateChecker,
    UpdateState,
    is_newer,
    load_update_state,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DAY = 86_400.0
NOW = 20_000 * DAY


class ReleaseHost:
    """A host of releases that records what it is asked."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.status = 200
        self.body = b'{"tag_name": "v99.1.0"}'
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host.requests.append((self.path, dict(self.headers)))
                self.send_response(host.status)
                self.send_header("Location", "https://example.com/elsewhere")
                self.end_headers()
                self.wfile.write(host.body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(*self.server.server_address[:2])  # type: ignore[arg-type]


@pytest.fixture
def host() -> Iterator[ReleaseHost]:
    host = ReleaseHost()
    thread = threading.Thread(target=host.server.serve_forever)
    thread.start()
    yield host
    host.server.shutdown()
    thread.join()
    host.server.server_close()


def make_checker(
    path: Path, host: ReleaseHost, *, is_on: bool = True
) -> tuple[UpdateChecker, list[int]]:
    calls: list[int] = []
    checker = UpdateChecker(
        path, lambda: is_on, lambda: calls.append(1), host.connect
    )
    return checker, calls


def test_it_asks_once_a_day_and_says_nothing_about_the_user(
    tmp_path: Path, host: ReleaseHost
) -> None:
    path = tmp_path / "update.json"
    checker, calls = make_checker(path, host)

    checker.check_if_due(NOW)
    checker.check_if_due(NOW + DAY - 1)
    again, _ = make_checker(path, host)
    again.check_if_due(NOW + 60)

    assert (checker.newer_version, again.newer_version) == ("99.1.0",) * 2
    assert calls == [1]
    ((request_path, headers),) = host.requests
    assert request_path == "/repos/claudetray/claude-tray/releases/latest"
    assert set(headers) == {"Host", "Accept-Encoding", "User-Agent", "Accept"}
    assert headers["User-Agent"] == "claude-tray"
    assert __version__ not in str(host.requests)
    again.check_if_due(NOW + DAY)
    assert len(host.requests) == 2


def test_nothing_is_asked_while_it_is_off(
    tmp_path: Path, host: ReleaseHost
) -> None:
    path = tmp_path / "update.json"
    path.write_text(json.dumps(UpdateState(1.0, "99.0.0")._asdict()))
    checker, calls = make_checker(path, host, is_on=False)

    checker.check_if_due(NOW)

    assert (host.requests, calls) == ([], [])
    assert checker.newer_version == ""


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (302, b""),
        (404, b"{}"),
        (200, b"no JSON"),
        (200, b"[]"),
        (200, b'{"tag_name": "<b>1"}'),
        (200, b'{"tag_name": null}'),
    ],
)
def test_other_responses_bring_no_version_and_are_not_repeated(
    tmp_path: Path, host: ReleaseHost, status: int, body: bytes
) -> None:
    host.status, host.body = status, body
    checker, calls = make_checker(tmp_path / "update.json", host)

    checker.check_if_due(NOW)
    checker.check_if_due(NOW + 1)

    assert checker.newer_version == ""
    assert (len(host.requests), calls) == (1, [1])


def test_a_result_that_cannot_be_stored_still_counts(
    tmp_path: Path, host: ReleaseHost
) -> None:
    (tmp_path / "file").touch()
    checker, _ = make_checker(tmp_path / "file" / "update.json", host)

    checker.check_if_due(NOW)

    assert checker.newer_version == "99.1.0"


def test_the_thread_checks_at_its_start_and_when_it_is_turned_on(
    tmp_path: Path, host: ReleaseHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked, is_on = threading.Event(), threading.Event()
    checker = UpdateChecker(
        tmp_path / "update.json", is_on.is_set, checked.set, host.connect
    )
    monkeypatch.setattr(updates, "_POLL_SECONDS", 0.01)
    checker.start()
    is_on.set()
    checker.wake()

    assert checked.wait(10)
    checker.stop()
    assert checker.newer_version == "99.1.0"


@pytest.mark.parametrize(
    ("version", "other", "expected"),
    [
        ("0.2.0", "0.1.9", True),
        ("v0.10.0", "0.9.0", True),
        ("0.1.0", "0.1.0", False),
        ("0.1", "0.1.0", False),
        ("1.0.0rc1", "0.1.0", False),
        ("", "0.1.0", False),
        ("9" * 30 + ".0", "0.1.0", False),
    ],
)
def test_versions_are_compared_by_number(
    version: str,
    other: str,
    expected: bool,  # noqa: FBT001 - a case
) -> None:
    assert is_newer(version, other) is expected


@pytest.mark.parametrize("text", ["", "[]", '{"checked_at": "x"}', "{}"])
def test_an_unreadable_result_is_that_of_no_check(
    tmp_path: Path, text: str
) -> None:
    path = tmp_path / "update.json"
    path.write_text(text)

    assert load_update_state(path) == UpdateState()


def test_the_host_is_the_one_that_the_settings_name() -> None:
    connection = updates.connect_to_host()

    assert isinstance(connection, http.client.HTTPSConnection)
    assert connection.host == "api.github.com"
