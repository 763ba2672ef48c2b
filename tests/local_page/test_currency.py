"""Once a currency is set, no page shows dollars."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from tests.local_page.sample_usage import write_usage

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.local_page.site_client import LocalSite, SignedIn

DOLLARS = re.compile(r"\$\s?\d|\d\s?\$")
LINK = re.compile(r'href="([^"#]*)')
MAX_PAGES = 60
RECORD_TEXTS = """
window.drawnTexts = [];
const fill = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
  window.drawnTexts.push(String(text));
  return fill.call(this, text, ...rest);
};
"""


def list_pages(client: SignedIn) -> dict[str, str]:
    """Follow the links of every page; return their texts by path."""
    found: dict[str, str] = {}
    waiting = ["/"]
    while waiting and len(found) < MAX_PAGES:
        path = waiting.pop(0)
        if path in found:
            continue
        response = client.get(path)
        if "text/html" not in response.headers.get("Content-Type", ""):
            found[path] = ""
            continue
        found[path] = unescape(response.text)
        links = (unescape(link) for link in LINK.findall(response.text))
        waiting += [link for link in links if link.startswith(client.prefix)]
    return found


def test_no_page_shows_dollars(empty_site: LocalSite) -> None:
    sandbox = empty_site.sandbox
    write_usage(sandbox.claude)
    done = sandbox.run("settings", "set", "cost.currency", "0.92 EUR")
    assert done.returncode == 0, done.stderr
    sandbox.refresh()
    empty_site.open()

    pages = list_pages(empty_site.sign_in())

    assert len(pages) > 20
    assert not [path for path, text in pages.items() if DOLLARS.search(text)]
    assert sum("€" in text for text in pages.values()) > 10


def test_charts_show_no_dollars(
    chromium: Browser, empty_site: LocalSite
) -> None:
    sandbox = empty_site.sandbox
    write_usage(sandbox.claude)
    sandbox.write_settings('[cost]\ncurrency = "151.3 JPY"\n')
    sandbox.refresh()
    drawn = chromium.new_page()
    # Texts of a canvas are only seen where they are drawn.
    drawn.add_init_script(RECORD_TEXTS)
    drawn.goto(empty_site.open("/history"))
    drawn.locator("canvas").first.wait_for()

    texts = drawn.evaluate("window.drawnTexts")
    drawn.close()

    assert [text for text in texts if "¥" in text]
    assert not [text for text in texts if "$" in text]
