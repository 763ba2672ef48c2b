"""A server with two months of usage, and Chromium to look at it with."""

from __future__ import annotations

import os
import re
import shutil
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import pytest
import requests

from tests.server.dashboard.sample import payloads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.support.serving import Served

NAME, PASSWORD = "ada", "the engine of 1843"


class Site(NamedTuple):
    """
    A running server with Ada's usage.

    Attributes:
        url: Its address, without a slash at the end.
        sent_at: When her machines sent.
        token: With which they send.
        session: The cookie of a browser in which she is signed in.
    """

    url: str
    sent_at: datetime
    token: str
    session: str

    def send(self, request: object) -> None:
        """Send as one of Ada's machines does."""
        requests.post(
            f"{self.url}/app/claude-usage/agent-sync/",
            json=request,
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=30,
        ).raise_for_status()


@pytest.fixture(scope="session")
def site(served: Served) -> Site:
    served.command(
        "create-user",
        NAME,
        "--email",
        "ada@example.org",
        "--password-stdin",
        given=f"{PASSWORD}\n",
    )
    token = served.command("create-token", NAME, "--machine", "thinkpad")
    session = signed_in_at(served.url)
    site = Site(served.url, datetime.now(UTC), token.split()[-1], session)
    for request in payloads(site.sent_at):
        site.send(request)
    return site


def signed_in_at(url: str) -> str:
    """Sign Ada in and return the cookie of her session."""
    with requests.Session() as browser:
        form = browser.get(f"{url}/sign-in/", timeout=30).text
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
        assert token
        given = {"username": NAME, "password": PASSWORD}
        browser.post(
            f"{url}/sign-in/",
            given | {"csrfmiddlewaretoken": token[1]},
            timeout=30,
        ).raise_for_status()
        return browser.cookies["claude_tray_session"]


def found_chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """
    The system's own browser.

    For a module alone: Playwright's loop runs in this thread, where Django
    then refuses to ask its database.
    """
    program = found_chromium()
    if program is None:
        pytest.skip("needs Chromium")
    playwright = pytest.importorskip("playwright.sync_api")
    is_root = sys.platform != "win32" and os.geteuid() == 0
    options = ["--no-sandbox"] if is_root else []
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=program,
            args=options,
        )
        yield browser
        browser.close()
