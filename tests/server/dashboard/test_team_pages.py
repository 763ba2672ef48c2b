"""Open the pages of a team in a browser: layout, contrast, a new member."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.server.dashboard.browser_tab import (
    LIST_SMALL_TARGETS,
    open_tab,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.server.dashboard.conftest import SeededSite
    from tests.support.server_process import RunningServer


PASSWORD = "notes on the engine"


@pytest.fixture(scope="module")
def team_path(live_server: RunningServer, site: SeededSite) -> str:
    """Path of a team whose admin is Ada."""
    del site
    text = live_server.run_command("team", "create", "Lab", "--admin", "ada")
    number = re.findall(r"number (\d+)", text)[0]
    live_server.create_user("lea", "--email", "lea@example.org")
    live_server.run_command("team", "add", number, "lea", "--role", "lead")
    return f"/team/{number}/"


def test_team_pages_fit_and_have_no_violation(
    chromium: Browser, site: SeededSite, team_path: str
) -> None:
    module = pytest.importorskip("axe_playwright_python.sync_playwright")
    axe = module.Axe()
    paths = (
        *(team_path, f"{team_path}people/", f"{team_path}budgets/"),
        *(f"{team_path}settings/", f"{team_path}log/"),
        *("/team/?all", "/my-data/"),
    )
    for width, scheme in ((1280, "light"), (390, "dark")):
        with open_tab(
            chromium,
            site,
            color_scheme=scheme,
            viewport={"width": width, "height": 900},
        ) as tab:
            tab.sign_in()
            for path in paths:
                page = tab.open_path(path)
                assert axe.run(page).response["violations"] == [], path
                scroll_width = page.evaluate(
                    "document.documentElement.scrollWidth"
                )
                assert scroll_width <= width, path
                if width < 400:
                    assert page.evaluate(LIST_SMALL_TARGETS) == [], path


def test_a_new_member_joins_by_a_link_and_is_listed(
    chromium: Browser, site: SeededSite, team_path: str
) -> None:
    with open_tab(chromium, site) as tab:
        tab.sign_in()
        page = tab.open_path(f"{team_path}people/")
        page.get_by_role("button", name="Invite").click()
        link = page.locator("#secret").inner_text()
    with open_tab(chromium, site) as guest:
        page = guest.page
        page.goto(link)
        page.get_by_label("User name").fill("max")
        page.get_by_label("E-mail").fill("max@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Create account and join").click()
        assert page.get_by_role("heading", name="Lab").is_visible()
        page.get_by_role("link", name="People", exact=True).click()
        assert page.get_by_role("link", name="max", exact=True).is_visible()
        assert page.get_by_role("button", name="Invite").count() == 0
        page.get_by_label("Share my sessions").check()
        page.get_by_role("button", name="Save", exact=True).click()
        assert page.get_by_label("Share my sessions").is_checked()
