"""Test sign-in by a trusted proxy over real sockets of two addresses."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.support.server_process import run_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.server_process import RunningServer


PROXY, OTHER = "127.0.0.2", "127.0.0.1"
SETTINGS = {
    "CLAUDE_TRAY_PROXY_USER_HEADER": "X-Remote-User",
    "CLAUDE_TRAY_PROXY_ADDRESSES": PROXY,
}


class Answer(NamedTuple):
    status: int
    text: str
    cookie: str


def fetch(
    server: RunningServer,
    path: str = "/account/",
    *,
    user: str = "",
    source: str = PROXY,
    cookie: str = "",
) -> Answer:
    """Send a request from an address, with the proxy's header."""
    host, port = server.url.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(
        host, int(port), timeout=60, source_address=(source, 0)
    )
    headers = {"Accept": "text/html"}
    if user:
        headers["X-Remote-User"] = user
    if cookie:
        headers["Cookie"] = cookie
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    cookies = response.headers.get_all("Set-Cookie") or []
    session = [c for c in cookies if c.startswith("claude_tray_session=")]
    text = response.read().decode()
    connection.close()
    new_cookie = session[0].partition(";")[0] if session else ""
    return Answer(response.status, text, new_cookie)


@pytest.fixture(scope="module")
def proxied_server(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[RunningServer]:
    with run_server(tmp_path_factory.mktemp("proxied"), **SETTINGS) as server:
        server.create_user("ana", "--email", "ana@example.org")
        server.create_user("bob", "--email", "bob@example.org")
        yield server


def test_the_proxy_names_the_user(proxied_server: RunningServer) -> None:
    by_name = fetch(proxied_server, user="ana")
    by_address = fetch(proxied_server, user="bob@example.org")

    assert by_name.status == by_address.status == 200
    assert "<h1>ana</h1>" in by_name.text
    assert "<h1>bob</h1>" in by_address.text


def test_the_header_is_refused_from_elsewhere(
    proxied_server: RunningServer,
) -> None:
    for path in ("/", "/account/", "/app/claude-usage/stats/", "/sign-in/"):
        assert fetch(
            proxied_server, path, user="ana", source=OTHER
        ).status == (403)
    cookie = fetch(proxied_server, user="ana").cookie
    forged = fetch(proxied_server, user="bob", source=OTHER, cookie=cookie)
    assert forged.status == 403


def test_a_session_of_the_proxy_ends_without_its_header(
    proxied_server: RunningServer,
) -> None:
    cookie = fetch(proxied_server, user="ana").cookie
    again = fetch(proxied_server, user="ana", cookie=cookie)

    bypassed = fetch(proxied_server, cookie=cookie, source=OTHER)
    after = fetch(proxied_server, cookie=cookie)

    assert (again.status, again.cookie) == (200, "")
    assert bypassed.status == 302
    assert after.status == 302


def test_another_user_of_the_same_browser_gets_their_own_session(
    proxied_server: RunningServer,
) -> None:
    cookie = fetch(proxied_server, user="ana").cookie

    changed = fetch(proxied_server, user="bob", cookie=cookie)

    assert "<h1>bob</h1>" in changed.text
    assert changed.cookie not in {"", cookie}


@pytest.mark.parametrize("name", ["carl", "ana,bob", "..", "\u00e4", "<b>"])
def test_unknown_users_are_refused(
    proxied_server: RunningServer, name: str
) -> None:
    header = name.encode().decode("latin-1")

    assert fetch(proxied_server, user=header).status == 403


def test_without_the_header_users_sign_in_by_password(
    proxied_server: RunningServer,
) -> None:
    assert fetch(proxied_server).status == 302
    assert fetch(proxied_server, "/sign-in/").status == 200


def test_new_users_are_created_if_that_is_on(tmp_path: Path) -> None:
    creates = {"CLAUDE_TRAY_SSO_CREATE_USERS": "on"}
    with run_server(tmp_path, **SETTINGS, **creates) as server:
        server.create_user("ana", "--email", "ana@example.org")
        named = fetch(server, user="carl")
        addressed = fetch(server, user="dora@example.org")
        # Another person of that name before the @.
        second = fetch(server, user="ana@example.com")
        again = fetch(server, user="dora@example.org")
        invalid = fetch(server, user="no one@nowhere")

    assert "<h1>carl</h1><p>carl@localhost</p>" in named.text
    assert "<h1>dora</h1><p>dora@example.org</p>" in addressed.text
    assert "<h1>ana2</h1><p>ana@example.com</p>" in second.text
    assert "<h1>dora</h1>" in again.text
    assert invalid.status == 403


def test_without_settings_the_header_means_nothing(tmp_path: Path) -> None:
    with run_server(tmp_path) as server:
        server.create_user("ana")

        assert fetch(server, user="ana").status == 302
