"""Test the server below a path, with proxies that keep or remove it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest

from tests.support.builders import ClaudeFolder, make_line
from tests.support.http_client import HttpClient
from tests.support.ports import find_free_port
from tests.support.request_json import make_request, make_row
from tests.support.server_process import PASSWORD, run_server_command
from tests.support.web_servers import (
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
PREFIX: Final = "/tools/usage"
API: Final = "/app/claude-usage/"
# What proxies pass on: the whole path, or what follows the prefix.
TARGETS: Final = {"keep": "", "remove": "/"}
PAGES: Final = ("/", "/projects/", "/sessions/", "/machines/", "/account/")
_LINK: Final = re.compile(r'\b(?:href|src|action|hx-get|hx-post)="(/[^"]*)"')


class PrefixedSite(NamedTuple):
    """A server below PREFIX and its ways."""

    urls: dict[str, str]
    certificate: Path
    port: int
    token: str
    variables: dict[str, str]

    def open_client(self, way: str) -> HttpClient:
        """Return a client of the host's root, not of the prefix."""
        return HttpClient(self.urls[way], self.certificate)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrefixedSite]:
    folder = tmp_path_factory.mktemp("prefix")
    variables = {
        "CLAUDE_TRAY_HOME": str(folder / "home"),
        "CLAUDE_TRAY_URL_PREFIX": PREFIX,
        "CLAUDE_TRAY_TRUST_PROXY": "1",
        "CLAUDE_TRAY_ALLOWED_HOSTS": "localhost",
    }
    run_server_command(
        variables,
        *("create-user", "ana", "--email", "ana@example.org"),
        "--password-stdin",
        stdin=PASSWORD,
    )
    token = run_server_command(
        variables, "create-token", "ana", "--machine", "laptop"
    )
    with ExitStack() as stack:
        port, _ = stack.enter_context(
            run_web_server("waitress", variables, folder / "log")
        )
        locations = {
            way: Location(find_free_port(), port, f"{PREFIX}/", target)
            for way, target in TARGETS.items()
        }
        certificate = stack.enter_context(
            run_nginx(folder, list(locations.values()))
        )
        wait_until_serving(port)
        urls = {
            way: f"https://localhost:{location.port}"
            for way, location in locations.items()
        }
        yield PrefixedSite(urls, certificate, port, token, variables)


@pytest.fixture(params=TARGETS)
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_link_stays_below_the_prefix(
    site: PrefixedSite, way: str
) -> None:
    client = site.open_client(way)
    first = client.get(f"{PREFIX}/", Accept="text/html")
    signed_in = client.post_form(
        f"{PREFIX}/sign-in/", username="ana", password=PASSWORD
    )
    pages = [client.get(PREFIX + path, Accept="text/html") for path in PAGES]
    missing = client.get(f"{PREFIX}/not-there/", Accept="text/html")

    links = {
        link for page in (*pages, missing) for link in _LINK.findall(page.text)
    }
    assert first.status == 302
    assert first.headers["Location"].startswith(f"{PREFIX}/sign-in/")
    assert signed_in.headers["Location"] == f"{PREFIX}/"
    assert {page.status for page in pages} == {200}
    assert missing.status == 404
    assert f"{PREFIX}/projects/" in links
    assert _LINK.findall(missing.text)[-1] == f"{PREFIX}/"
    assert {
        link for link in links if not link.startswith(f"{PREFIX}/")
    } == set()
    assert {
        link: status
        for link in links
        if "sign-out" not in link and "read-here" not in link
        if (status := client.get(link).status) >= 400
        if status != 405
    } == {}


def test_cookies_belong_to_the_prefix(site: PrefixedSite, way: str) -> None:
    client = site.open_client(way)
    form = client.get(f"{PREFIX}/sign-in/")
    signed_in = client.post_form(
        f"{PREFIX}/sign-in/", username="ana", password=PASSWORD
    )
    cookies = [
        *form.headers.get_all("Set-Cookie", []),
        *signed_in.headers.get_all("Set-Cookie", []),
    ]

    assert len(cookies) >= 2
    assert {f"Path={PREFIX}/" in cookie for cookie in cookies} == {True}


def test_programs_send_and_read_below_the_prefix(
    site: PrefixedSite, way: str
) -> None:
    client = site.open_client(way)
    row = make_row(datetime.now(UTC) - timedelta(minutes=1), f"{way}-1")
    sent = client.post_json(
        f"{PREFIX}{API}agent-sync/",
        make_request(row),
        Authorization=f"Bearer {site.token}",
    )
    tokens = client.post_json(
        f"{PREFIX}/api/token/", {"username": "ana", "password": PASSWORD}
    )
    stats = client.get(
        f"{PREFIX}{API}stats/",
        Authorization=f"Bearer {tokens.json()['access']}",
    )

    assert sent.json()["snapshots_created"] == 1
    assert stats.json()["total_messages"] >= 1


def test_the_schema_names_the_prefix(site: PrefixedSite, way: str) -> None:
    schema = site.open_client(way).get(f"{PREFIX}/api/schema/?format=json")

    assert schema.json()["servers"] == [{"url": PREFIX}]
    assert f"{API}stats/" in schema.json()["paths"]


def test_the_client_syncs_to_the_prefix(
    site: PrefixedSite, way: str, tmp_path: Path
) -> None:
    claude = ClaudeFolder(tmp_path / ".claude")
    timestamp = datetime.now(UTC) - timedelta(minutes=2)
    claude.append(make_line(message=way, timestamp=timestamp.isoformat()))
    token = run_server_command(
        site.variables, "create-token", "ana", "--machine", way
    )
    result = subprocess.run(
        [sys.executable, "-m", "claude_tray", "sync"],
        env=os.environ
        | {
            "HOME": str(tmp_path),
            "CLAUDE_TRAY_HOME": str(tmp_path / "own"),
            "CLAUDE_PATH": str(tmp_path / ".claude"),
            "CLAUDE_USAGE_API_URL": f"{site.urls[way]}{PREFIX}",
            "CLAUDE_USAGE_API_TOKEN": token,
            "REQUESTS_CA_BUNDLE": str(site.certificate),
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stdout + result.stderr
    assert "Snapshots: 1" in result.stdout


def test_probes_need_no_prefix(site: PrefixedSite) -> None:
    client = HttpClient(f"http://127.0.0.1:{site.port}")

    assert {
        path: client.get(path).status
        for prefix in ("", PREFIX)
        for path in (f"{prefix}/healthz", f"{prefix}/readyz")
    } == dict.fromkeys(
        ("/healthz", "/readyz", f"{PREFIX}/healthz", f"{PREFIX}/readyz"), 200
    )
