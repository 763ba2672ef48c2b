"""Open a tab of Chromium that records its requests and errors."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.server.dashboard.conftest import PASSWORD, USERNAME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.server.dashboard.conftest import SeededSite


PAGES = (
    "/",
    "/projects/",
    "/projects/claude-tray/",
    "/sessions/",
    "/sessions/laptop-now/",
    "/machines/",
    "/account/",
)


# Of a phone's page: too low for a finger, or too narrow hours of the heatmap.
LIST_SMALL_TARGETS = """() => [
  ...document.querySelectorAll("a, button, select, input, summary, textarea"),
].filter((element) => {
  const label = element.matches("[type=checkbox], [type=radio]") &&
    element.closest("label");
  const { width, height } = (label || element).getBoundingClientRect();
  const isHidden = width === 0 || height === 0 || element.matches(".skip");
  const isNarrow = element.closest(".heatmap") && width < 44;
  return !isHidden && (height < 44 || isNarrow);
}).map((element) => element.outerHTML)"""


class BrowserTab(NamedTuple):
    """
    A browser tab.

    Attributes:
        page: Page of Playwright.
        site: The server.
        requested_urls: URLs of all requests.
        messages: Errors and messages of the console.
    """

    page: Page
    site: SeededSite
    requested_urls: list[str]
    messages: list[str]

    def open_path(self, path: str) -> Page:
        self.page.goto(self.site.url + path)
        return self.page

    def sign_in(self, password: str = PASSWORD) -> Page:
        self.open_path("/sign-in/")
        self.page.get_by_label("Username or e-mail").fill(USERNAME)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        return self.page


@contextmanager
def open_tab(
    browser: Browser, site: SeededSite, **options: Any
) -> Iterator[BrowserTab]:
    """Open a tab with its own cookies."""
    defaults = {
        "timezone_id": "UTC",
        "locale": "en-GB",
        "reduced_motion": "reduce",
    }
    context = browser.new_context(**(defaults | options))
    context.set_default_timeout(20_000)
    tab = BrowserTab(context.new_page(), site, [], [])
    tab.page.on(
        "request", lambda request: tab.requested_urls.append(request.url)
    )
    tab.page.on("console", lambda message: tab.messages.append(message.text))
    tab.page.on("pageerror", lambda error: tab.messages.append(str(error)))
    yield tab
    context.close()


@contextmanager
def open_signed_in_tab(
    browser: Browser, site: SeededSite, **options: Any
) -> Iterator[BrowserTab]:
    """Open the overview in a tab where Ada is signed in."""
    with open_tab(browser, site, **options) as tab:
        tab.page.context.add_cookies(
            [
                {
                    "name": "claude_tray_session",
                    "value": site.session_cookie,
                    "url": site.url,
                }
            ],
        )
        tab.open_path("/")
        yield tab
