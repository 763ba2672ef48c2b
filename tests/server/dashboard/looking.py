"""A tab of Chromium that writes down what it asked for and complained of."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.server.dashboard.conftest import NAME, PASSWORD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.server.dashboard.conftest import Site

PAGES = (
    "/",
    "/projects/",
    "/projects/claude-tray/",
    "/sessions/",
    "/sessions/laptop-now/",
    "/machines/",
    "/account/",
)


class Tab(NamedTuple):
    """
    A tab.

    Attributes:
        page: Playwright's.
        site: The server.
        asked: Every address that was asked for.
        told: Errors, and what the console was told.
    """

    page: Page
    site: Site
    asked: list[str]
    told: list[str]

    def open(self, path: str) -> Page:
        self.page.goto(self.site.url + path)
        return self.page

    def sign_in(self, password: str = PASSWORD) -> Page:
        self.open("/sign-in/")
        self.page.get_by_label("Name").fill(NAME)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        return self.page


@contextmanager
def a_tab(browser: Browser, site: Site, **options: Any) -> Iterator[Tab]:
    """Open a tab with cookies of its own; a small window unless told."""
    usual = {
        "timezone_id": "UTC",
        "locale": "en-GB",
        "reduced_motion": "reduce",
    }
    context = browser.new_context(**(usual | options))
    context.set_default_timeout(20_000)
    tab = Tab(context.new_page(), site, [], [])
    tab.page.on("request", lambda request: tab.asked.append(request.url))
    tab.page.on("console", lambda message: tab.told.append(message.text))
    tab.page.on("pageerror", lambda error: tab.told.append(str(error)))
    yield tab
    context.close()


@contextmanager
def signed_in(browser: Browser, site: Site, **options: Any) -> Iterator[Tab]:
    """Open a tab in which Ada is signed in, at the first page."""
    with a_tab(browser, site, **options) as tab:
        tab.page.context.add_cookies(
            [
                {
                    "name": "claude_tray_session",
                    "value": site.session,
                    "url": site.url,
                }
            ],
        )
        tab.open("/")
        yield tab
