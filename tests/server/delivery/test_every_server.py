"""
Test over real sockets that every WSGI server serves the same.

waitress, granian and gunicorn, each directly and behind nginx with TLS, on
SQLite and, with two processes of waitress, on PostgreSQL. The servers of a
database start together, while it is empty.
"""

from __future__ import annotations

import socket
import ssl
import sys
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest

from tests.support.http_client import (
    ENCODINGS,
    HttpClient,
    find_stylesheets,
)
from tests.support.ports import find_free_port
from tests.support.request_json import make_request, make_row
from tests.support.server_process import PASSWORD, run_server_command
from tests.support.web_servers import (
    WSGI_SERVERS,
    Location,
    has_nginx,
    run_nginx,
    run_web_server,
    wait_until_serving,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


pytestmark = pytest.mark.skipif(
    sys.platform == "win32" or not has_nginx(), reason="needs nginx"
)
DATABASES: Final = ("sqlite", "postgresql")
SITES: Final = [
    f"{database}-{server}-{way}"
    for database in DATABASES
    for server in WSGI_SERVERS
    for way in ("direct", "proxied")
]
API: Final = "/app/claude-usage/"
NOW: Final = datetime.now(UTC)
PAGES: Final = ("/", "/projects/", "/sessions/", "/machines/", "/account/")
SLOW_BODY: Final = (
    b"POST /app/claude-usage/agent-sync/ HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Length: 1000\r\n\r\n{"
)
_number: Final = count(1)


class Site(NamedTuple):
    """A running server as clients reach it; the user is "ana"."""

    name: str
    url: str
    certificate: Path | None
    device_token: str

    def open_client(self) -> HttpClient:
        """Return a client that has an address, and so a throttle, alone."""
        address = f"127.0.1.{next(_number)}"
        return HttpClient(self.url, self.certificate, address)

    def sign_in(self) -> HttpClient:
        client = self.open_client()
        response = client.post_form(
            "/sign-in/", username="ana", password=PASSWORD
        )
        assert response.status == 302, response
        assert response.headers["Location"] == "/"
        return client

    def send(
        self, client: HttpClient, body: object, encoding: str = "plain"
    ) -> Any:
        return client.post_json(
            f"{API}agent-sync/",
            body,
            encoding,
            Authorization=f"Bearer {self.device_token}",
        )


@pytest.fixture(scope="module")
def sites(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Site]]:
    folder = tmp_path_factory.mktemp("delivery")
    homes = {name: folder / name for name in DATABASES}
    variables = {
        name: {
            "CLAUDE_TRAY_HOME": str(homes[name]),
            "CLAUDE_TRAY_SYNC_NETWORKS": "127.0.1.0/24",
        }
        for name in homes
    }
    cluster = request.getfixturevalue("cluster")
    url = cluster.create_database("every-server")
    variables["postgresql"] |= {
        "DATABASE_URL": url,
        "CLAUDE_TRAY_WORKERS": "2",
    }
    ports, locations = {}, {}
    with ExitStack() as stack:
        for name in SITES:
            database, server, way = name.split("-")
            proxy = (
                {"CLAUDE_TRAY_TRUST_PROXY": "1"} if way == "proxied" else {}
            )
            ports[name], _ = stack.enter_context(
                run_web_server(
                    server, variables[database] | proxy, folder / name
                )
            )
            if proxy:
                locations[name] = Location(find_free_port(), ports[name])
        proxies = list(locations.values())
        certificate = stack.enter_context(run_nginx(folder, proxies))
        tokens = {name: create_user(variables[name]) for name in DATABASES}
        for port in ports.values():
            wait_until_serving(port)
        yield {
            name: Site(
                name,
                f"https://localhost:{locations[name].port}"
                if name in locations
                else f"http://localhost:{ports[name]}",
                certificate if name in locations else None,
                tokens[name.split("-")[0]],
            )
            for name in SITES
        }


def create_user(variables: dict[str, str]) -> str:
    """Create the user and return a token for a machine."""
    options = ("--email", "ana@example.org", "--password-stdin")
    run_server_command(
        variables, "create-user", "ana", *options, stdin=PASSWORD
    )
    return run_server_command(
        variables, "create-token", "ana", "--machine", "laptop"
    )


@pytest.fixture(params=SITES)
def site(request: pytest.FixtureRequest, sites: dict[str, Site]) -> Site:
    return sites[request.param]


def test_pages_open_after_signing_in(site: Site) -> None:
    client = site.sign_in()
    is_secure = site.certificate is not None

    pages = {path: client.get(path, Accept="text/html") for path in PAGES}
    styles = [client.get(path) for path in find_stylesheets(pages["/"].text)]

    assert {page.status for page in pages.values()} == {200}
    assert {style.status for style in styles} == {200}
    assert styles[0].headers["Content-Type"].startswith("text/css")
    assert "Strict-Transport-Security" not in pages["/"].headers
    cookie = site.open_client().get("/sign-in/").headers["Set-Cookie"]
    assert ("Secure" in cookie) == is_secure


def test_uploads_arrive_in_every_encoding(site: Site) -> None:
    client = site.open_client()
    for position, encoding in enumerate(ENCODINGS):
        rows = [
            make_row(NOW - timedelta(seconds=n), f"{site.name}-{position}-{n}")
            for n in range(20)
        ]
        body = make_request(*rows, session=site.name)

        response = site.send(client, body, encoding)

        assert (response.status, response.json()["snapshots_created"]) == (
            200,
            20,
        ), encoding
    headers = {"Authorization": f"Bearer {sign_in_program(site)}"}
    stats = client.get(f"{API}stats/", **headers)
    session = client.get(f"{API}sessions/{site.name}/", **headers)
    assert stats.status == session.status == 200
    assert stats.json()["total_messages"] >= 80
    assert session.json()["total_messages"] == 80


def sign_in_program(site: Site) -> str:
    response = site.open_client().post_json(
        "/api/token/", {"username": "ana", "password": PASSWORD}
    )
    assert response.status == 200, response
    return str(response.json()["access"])


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_errors_are_problem_details(site: Site, encoding: str) -> None:
    client = site.open_client()

    malformed = site.send(client, b"{", encoding)

    assert malformed.status == 400
    assert malformed.headers["Content-Type"] == "application/problem+json"
    assert malformed.json()["status"] == 400


@pytest.mark.parametrize("encoding", ["plain", "chunked"])
def test_large_bodies_are_rejected(site: Site, encoding: str) -> None:
    size = (8 << 20) + (64 << 10)

    response = site.send(site.open_client(), b" " * size, encoding)

    assert response.status == 413
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "too_large"


@pytest.mark.parametrize("host", ["10.1.2.3:8000", "server", "[::1]:80"])
def test_probes_are_answered_under_any_name(site: Site, host: str) -> None:
    client = site.open_client()

    statuses = {
        path: client.get(path, Host=host).status
        for path in ("/healthz", "/readyz", "/metrics")
    }
    page = client.get("/sign-in/", Host="evil.example")

    assert statuses == {"/healthz": 200, "/readyz": 200, "/metrics": 401}
    assert (page.status, page.json()["code"]) == (400, "bad_host")


def test_slow_clients_behind_a_proxy_keep_nobody_out(site: Site) -> None:
    if site.certificate is None:
        pytest.skip("without a proxy, only our own server bears them")
    client = site.open_client()
    context = ssl.create_default_context(cafile=str(site.certificate))
    port = int(site.url.rpartition(":")[2])
    with ExitStack() as stack:
        for _ in range(100):
            raw = socket.create_connection(("localhost", port))
            one = context.wrap_socket(raw, server_hostname="localhost")
            stack.enter_context(one)
            one.sendall(SLOW_BODY)

        assert client.get("/healthz").status == 200
        assert client.get("/sign-in/").status == 200


def test_the_address_is_that_of_the_client(site: Site) -> None:
    body = make_request(make_row(NOW, f"{site.name}-address"))
    stranger = HttpClient(site.url, site.certificate, "127.0.2.1")
    path, token = f"{API}agent-sync/", f"Bearer {site.device_token}"

    allowed = site.send(site.open_client(), body)
    others = [
        stranger.post_json(path, body, Authorization=token, **headers)
        for headers in (
            {},
            {"X_Forwarded_For": "127.0.1.1"},
            {"Forwarded": "for=127.0.1.1"},
            {"X_Real_IP": "127.0.1.1"},
        )
    ]

    assert allowed.status == 200
    assert [(one.status, one.json()["code"]) for one in others] == [
        (403, "address")
    ] * 4
