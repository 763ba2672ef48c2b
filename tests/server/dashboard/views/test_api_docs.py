from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.server.dashboard.browser_tab import open_signed_in_tab, open_tab
from tests.support.server_api import ApiClient

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.server.dashboard.conftest import SeededSite


def test_the_page_names_every_path_with_an_example() -> None:
    page = ApiClient().get("/api/docs/").body.decode()

    for path in ("agent-sync", "accounts", "comparison", "timeseries"):
        assert f"/app/claude-usage/{path}/" in page
    assert "Authorization: Bearer $TOKEN" in page
    assert "0 to 1000" in page
    assert "at most 255 characters" in page
    # The way back.
    assert 'href="/"' in page


def test_every_link_within_the_page_leads_somewhere() -> None:
    page = ApiClient().get("/api/docs/").body.decode()

    links = set(re.findall(r'href="#([\w-]+)"', page))
    assert links - set(re.findall(r'\bid="([\w-]+)"', page)) == set()
    ids = re.findall(r'\bid="([\w-]+)"', page)
    assert len(ids) == len(set(ids))


def test_an_unchanged_page_is_not_sent_again() -> None:
    client = ApiClient()
    first = client.get("/api/docs/")
    client.client.defaults["HTTP_IF_NONE_MATCH"] = first.headers["ETag"]

    assert client.get("/api/docs/").status == 304
    assert client.request("POST", "/api/docs/").status == 405


def test_below_a_path_requests_are_sent_there() -> None:
    client = ApiClient()
    client.client.defaults["SCRIPT_NAME"] = "/usage"

    page = client.get("/api/docs/").body.decode()

    assert 'data-path="/usage/app/claude-usage/stats/"' in page
    assert "http://localhost/usage/app/claude-usage/stats/" in page


def test_a_signed_in_user_tries_a_request(
    chromium: Browser, site: SeededSite
) -> None:
    with open_signed_in_tab(chromium, site) as tab:
        tab.page.get_by_role("link", name="API", exact=True).click()
        tab.page.locator("section:has(#stats) summary").last.click()
        form = tab.page.locator("form[data-path$='/stats/']")
        form.get_by_label("model").fill("none")
        form.get_by_role("button", name="Send request").click()
        form.locator(".answer").wait_for()
        status = form.locator(".sent").inner_text()
        answer = form.locator(".answer").inner_text()

        tab.page.get_by_role("link", name="Overview").click()
        tab.page.get_by_role("heading", name="5-hour window").wait_for()

    assert status.startswith("200 OK")
    assert status.endswith("/stats/?model=none")
    assert '"total_tokens": 0' in answer
    assert tab.messages == []


def test_a_token_is_tried_instead_of_the_session(
    chromium: Browser, site: SeededSite
) -> None:
    with open_tab(chromium, site) as tab:
        page = tab.open_path("/api/docs/")
        page.locator("section:has(#project) summary").last.click()
        form = page.locator("form[data-path$='/projects/{name}/']")
        form.get_by_label("name").fill("a b&c")
        statuses = []
        for token in ("wrong", site.token):
            page.get_by_label("Token", exact=True).fill(token)
            form.get_by_role("button", name="Send request").click()
            form.locator("button:not([disabled])").wait_for()
            statuses.append(form.locator(".sent").inner_text())

    assert [status[:3] for status in statuses] == ["401", "404"]
    assert "/projects/a%20b%26c/" in statuses[0]


def test_axe_finds_no_violation(chromium: Browser, site: SeededSite) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()

    for scheme in ("light", "dark"):
        with open_signed_in_tab(
            chromium,
            site,
            color_scheme=scheme,
            viewport={"width": 390, "height": 800},
        ) as tab:
            page = tab.open_path("/api/docs/")
            page.evaluate(
                "document.querySelectorAll('details').forEach(d => d.open = 1)"
            )
            found = axe.run(page).response["violations"]
            width = page.evaluate("document.documentElement.scrollWidth")

        assert [(v["id"], v["nodes"][0]["html"]) for v in found] == []
        assert width <= 390
