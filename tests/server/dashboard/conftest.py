"""Run a server with two months of usage, and Chromium."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import pytest
import requests

from tests.server.dashboard.sample_usage import build_payloads
from tests.support.chromium import run_chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.support.server_process import RunningServer


USERNAME, PASSWORD = "ada", "the engine of 1843"


class SeededSite(NamedTuple):
    """
    A running server with Ada's usage.

    Attributes:
        url: URL without a trailing slash.
        sent_at: Time of the sync of her machines.
        token: An access token, which may send as any machine.
        session_cookie: Session cookie of a browser where she is signed in.
    """

    url: str
    sent_at: datetime
    token: str
    session_cookie: str

    def send(self, request: object) -> None:
        """Send a batch as one of Ada's machines."""
        requests.post(
            f"{self.url}/app/claude-usage/agent-sync/",
            json=request,
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=30,
        ).raise_for_status()


@pytest.fixture(scope="session")
def site(live_server: RunningServer) -> SeededSite:
    live_server.run_command(
        "create-user",
        USERNAME,
        "--email",
        "ada@example.org",
        "--password-stdin",
        stdin=f"{PASSWORD}\n",
    )
    response = requests.post(
        f"{live_server.url}/api/token/",
        json={"username": USERNAME, "password": PASSWORD},
        timeout=30,
    )
    session = sign_in(live_server.url)
    site = SeededSite(
        live_server.url, datetime.now(UTC), response.json()["access"], session
    )
    for request in build_payloads(site.sent_at):
        site.send(request)
    return site


def sign_in(url: str) -> str:
    """Sign Ada in and return her session cookie."""
    with requests.Session() as browser:
        form = browser.get(f"{url}/sign-in/", timeout=30).text
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
        assert token
        form_fields = {"username": USERNAME, "password": PASSWORD}
        browser.post(
            f"{url}/sign-in/",
            form_fields | {"csrfmiddlewaretoken": token[1]},
            timeout=30,
        ).raise_for_status()
        return browser.cookies["claude_tray_session"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's browser."""
    with run_chromium() as browser:
        yield browser
