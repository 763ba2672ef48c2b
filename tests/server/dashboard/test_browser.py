"""Test the pages in Chromium."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.server.dashboard.browser_tab import (
    LIST_SMALL_TARGETS,
    PAGES,
    open_signed_in_tab,
    open_tab,
)
from tests.server.dashboard.sample_usage import PERSONAL
from tests.support.request_json import make_request, make_row

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.server.dashboard.conftest import SeededSite


LAPTOP = {"machine_id": "id-of-thinkpad", "account": PERSONAL}


def get_background(page: Page) -> str:
    return str(
        page.evaluate("getComputedStyle(document.body).backgroundColor")
    )


def test_a_user_signs_in_and_out(chromium: Browser, site: SeededSite) -> None:
    with open_tab(chromium, site) as tab:
        tab.sign_in("not the engine of 1843")
        assert tab.page.get_by_role("alert").inner_text() == (
            "Incorrect username or password."
        )

        tab.sign_in()
        tab.page.get_by_role("heading", name="5-hour window").wait_for()

        tab.page.get_by_role("button", name="Sign out").click()
        tab.page.get_by_role("heading", name="Sign in").wait_for()
        tab.open_path("/")
        assert "/sign-in/?next=/" in tab.page.url


def test_the_countdown_ticks_towards_the_end_of_the_window(
    chromium: Browser,
    site: SeededSite,
) -> None:
    with open_signed_in_tab(chromium, site) as tab:
        timer = tab.page.locator("[data-seconds-left]")
        first = timer.inner_text()
        tab.page.wait_for_function(
            "text => document.querySelector('[data-seconds-left]')"
            ".innerText !== text",
            arg=first,
        )
        shown = timer.inner_text()

    found = re.match(r"(\d)h (\d\d)m\s*(\d\d)s\s+until \d\d:\d\d$", shown)
    assert found, shown
    hours, minutes, seconds = map(int, found.groups())
    left = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    end = site.sent_at + timedelta(hours=2, minutes=47)
    assert abs(datetime.now(UTC) + left - end) < timedelta(minutes=2)


def test_a_countdown_of_days_has_days_and_hours(
    chromium: Browser,
    site: SeededSite,
) -> None:
    with open_signed_in_tab(chromium, site) as tab:
        tab.page.evaluate(
            "seconds => { document.querySelector('[data-seconds-left]')"
            ".dataset.secondsLeft = seconds;"
            "document.dispatchEvent(new Event('DOMContentLoaded')); }",
            3 * 86_400 + 4 * 3600 + 120,
        )

        shown = tab.page.locator("[data-seconds-left]").inner_text()

    assert re.match(r"3d 4h\s+until ", shown), shown


def test_tables_show_everything_without_javascript(
    chromium: Browser,
    site: SeededSite,
) -> None:
    with open_signed_in_tab(chromium, site, java_script_enabled=False) as tab:
        page = tab.page
        assert page.locator(".chart >> visible=true").count() == 0
        assert page.get_by_role("heading", name="Projects").is_visible()
        assert page.locator("table:visible").count() >= 6
        page.locator("#days-figures summary").click()
        assert page.locator("#days tbody tr:visible").count() == 30
        page.locator("#window-figures summary").click()
        assert page.get_by_role("cell", name="38%", exact=True).is_visible()
        page.get_by_role("link", name="7 days", exact=True).click()
        page.locator("#days-figures summary").click()
        assert page.locator("#days tbody tr:visible").count() == 7
        page.locator("select[name=machine]").select_option("build-server")
        page.get_by_role("button", name="Apply").click()
        assert "machine=id-of-build-server" in page.url
        for path in PAGES:
            assert tab.open_path(path).locator("h1").count() == 1


def test_charts_are_drawn_and_label_the_point_under_the_pointer(
    chromium: Browser,
    site: SeededSite,
) -> None:
    with open_signed_in_tab(chromium, site) as tab:
        charts = tab.page.locator(".chart canvas")
        charts.nth(1).wait_for()
        assert charts.count() == 2
        tab.page.locator(".chart .u-over").nth(1).hover()
        readout = tab.page.locator(".readout").nth(1)
        readout.wait_for()
        assert re.search(r"\$[\d.]+ · .+ tokens · .+day", readout.inner_text())
        tab.page.locator(".chart .u-over").first.hover(
            position={"x": 20, "y": 40},
        )
        first = tab.page.locator(".readout").first
        first.wait_for()
        assert re.search(r"\d\d:\d\d · ≈ \d+%", first.inner_text())
        assert tab.messages == []


def test_everything_is_reached_by_the_keyboard(
    chromium: Browser,
    site: SeededSite,
) -> None:
    with open_signed_in_tab(chromium, site) as tab:
        page = tab.page
        page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="Skip to content")
        assert skip.evaluate("e => e === document.activeElement")
        assert skip.bounding_box()["y"] >= 0  # type: ignore[index]
        page.keyboard.press("Enter")
        assert page.url.endswith("#main")
        seen: list[str] = []
        for _ in range(200):
            page.keyboard.press("Tab")
            focused = page.locator(":focus")
            if focused.count() == 0:
                break
            width = focused.evaluate("e => getComputedStyle(e).outlineWidth")
            assert width != "0px"
            seen.append(focused.inner_text().strip())
        for text in (
            "30 days",
            "Show data",
            "Choose days",
            "Opus 4.6",
            "claude-tray",
            "View all sessions",
        ):
            assert any(text in word for word in seen), text


def test_the_theme_follows_the_system_until_one_is_selected(
    chromium: Browser,
    site: SeededSite,
) -> None:
    with open_signed_in_tab(chromium, site, color_scheme="dark") as tab:
        page = tab.page
        dark = get_background(page)
        page.emulate_media(color_scheme="light")
        light = get_background(page)
        button = page.get_by_role("button", name="Theme")
        button.press("Enter")
        button.press("Enter")
        chosen = get_background(page)
        page.reload()

        assert light != dark
        assert chosen == dark == get_background(page)
        assert button.get_attribute("aria-label") == "Theme: Dark"


def test_pages_fit_screens_of_every_width_and_fingers(
    chromium: Browser,
    site: SeededSite,
) -> None:
    with open_signed_in_tab(chromium, site) as tab:
        for path in PAGES:
            page = tab.open_path(path)
            page.evaluate("() => document.fonts.ready.then(() => null)")
            for width in (320, 768, 1280, 1920, 390):
                page.set_viewport_size({"width": width, "height": 800})
                page.evaluate("() => new Promise(requestAnimationFrame)")
                wide = page.evaluate(
                    "document.documentElement.scrollWidth - innerWidth"
                )
                assert wide <= 0, (path, width)
            assert page.evaluate(LIST_SMALL_TARGETS) == [], path
            assert page.evaluate(LIST_CUT_NAMES) == [], path


LIST_CUT_NAMES = """() => [...document.querySelectorAll("th, td, h1, h2")]
  .filter((element) => getComputedStyle(element).textOverflow === "ellipsis"
    && element.scrollWidth > element.clientWidth)
  .map((element) => element.textContent)"""


def test_a_phone_jumps_to_the_parts_of_the_overview(
    chromium: Browser,
    site: SeededSite,
) -> None:
    phone = {"viewport": {"width": 390, "height": 844}}
    with open_signed_in_tab(chromium, site, **phone) as tab:
        page = tab.page
        links = page.locator(".jump a")
        for link in links.all():
            target = link.get_attribute("href")
            link.click()
            box = page.locator(f"{target}").bounding_box()
            assert box is not None
            assert 0 <= box["y"] < 844, target
        assert links.count() == 7


def test_a_click_on_a_bar_selects_its_day(
    chromium: Browser,
    site: SeededSite,
) -> None:
    with open_signed_in_tab(chromium, site) as tab:
        page = tab.page
        area = page.locator(".chart.days .u-over")
        area.wait_for()
        box = area.bounding_box()
        assert box is not None
        day = page.locator("#days tbody a").nth(15)
        link = day.get_attribute("href")
        x = box["width"] * (30 - 15 - 0.4) / 30
        area.click(position={"x": x, "y": box["height"] / 2})
        page.wait_for_url(f"{site.url}/{link}")
        assert page.locator("#days tbody tr").count() == 24
        assert page.locator("#days-title").inner_text() == "Cost per hour"


def test_pages_request_no_other_server_and_violate_no_policy(
    chromium: Browser,
    site: SeededSite,
) -> None:
    with open_signed_in_tab(chromium, site) as tab:
        for path in PAGES:
            tab.open_path(path).wait_for_load_state("networkidle")

        others = [
            u for u in tab.requested_urls if not u.startswith(f"{site.url}/")
        ]
        assert others == []
        assert tab.messages == []
        assert any("/charts." in url for url in tab.requested_urls)


def test_times_are_in_the_format_of_the_browser(
    chromium: Browser,
    site: SeededSite,
) -> None:
    reply = site.sent_at.replace(hour=13, minute=5) - timedelta(days=2)
    site.send(
        make_request(make_row(reply, "noon"), session="at-noon", **LAPTOP)
    )
    options = {"timezone_id": "America/New_York", "locale": "en-US"}

    with open_tab(chromium, site, **options) as tab:
        tab.sign_in()
        page = tab.open_path("/sessions/at-noon/")
        shown = page.locator("tbody td").first.inner_text()

    assert re.search(r", [89]:05:\d\d AM$", shown)


def test_an_open_page_updates_itself(
    chromium: Browser,
    site: SeededSite,
) -> None:
    with open_signed_in_tab(chromium, site) as tab:
        page = tab.page
        page.locator(".chart canvas").nth(1).wait_for()
        with page.expect_response(re.compile("/live/")) as quiet:
            page.evaluate("document.body.dispatchEvent(new Event('refresh'))")
        page.locator("#days-figures summary").click()
        now = datetime.now(UTC)
        row = make_row(now, "live", output_tokens=9)
        site.send(
            make_request(row, project="newly-begun", session="live", **LAPTOP),
        )
        page.evaluate("document.body.dispatchEvent(new Event('refresh'))")
        page.get_by_role("link", name="newly-begun").first.wait_for()
        page.locator(".chart canvas").nth(1).wait_for()

        assert quiet.value.status == 204
        assert page.locator("#days").is_visible()
        assert tab.messages == []
        assert page.locator("[data-seconds-left]").inner_text().count("s") == 1


def test_a_banner_shows_that_the_server_does_not_respond(
    chromium: Browser,
    site: SeededSite,
) -> None:
    with open_signed_in_tab(chromium, site) as tab:
        page = tab.page
        script = "document.body.dispatchEvent(new Event('refresh'))"
        banner = page.get_by_text("The server does not respond.")
        assert not banner.is_visible()
        page.context.set_offline(offline=True)
        page.evaluate(script)
        banner.wait_for()
        page.context.set_offline(offline=False)
        page.evaluate(script)
        banner.wait_for(state="hidden")
        assert re.fullmatch(r"2h \d\dm left · claude-tray", page.title())


def test_a_selection_updates_the_page_in_place(
    chromium: Browser,
    site: SeededSite,
) -> None:
    with open_signed_in_tab(chromium, site) as tab:
        page = tab.page
        page.evaluate("window.isTheSame = true")
        page.get_by_role("link", name="7 days", exact=True).click()
        page.get_by_text("in 7 days").wait_for()
        page.locator("select[name=machine]").select_option("build-server")
        page.get_by_text("the usage of all machines").wait_for()

        assert page.evaluate("window.isTheSame")
        assert "days=7" in page.url
        assert "machine=id-of-build-server" in page.url
        assert page.url.startswith(f"{site.url}/?")
        assert page.locator("#days tbody tr").count() == 7
        page.go_back()
        page.get_by_text("All machines").first.wait_for(state="attached")
        page.wait_for_function(
            "!document.body.innerText.includes('the usage of all machines')",
        )
        assert "machine=id-of" not in page.url
        assert tab.messages == []


def test_a_device_token_is_created_shown_once_and_revoked(
    chromium: Browser,
    site: SeededSite,
) -> None:
    with open_signed_in_tab(chromium, site) as tab:
        page = tab.open_path("/account/")
        page.get_by_label("Name").fill("tablet")
        page.get_by_role("button", name="Create token").click()
        secret = page.locator("#secret").inner_text()
        page.goto(f"{site.url}/account/")
        assert len(secret) > 100
        assert secret not in page.content()
        name = "Revoke the token for tablet"
        page.get_by_role("button", name=name).click()
        page.get_by_text("The token is revoked and").wait_for()
        assert page.get_by_role("button", name=name).count() == 0


def test_axe_finds_no_violation_in_light_and_on_dark_phones(
    chromium: Browser,
    site: SeededSite,
) -> None:
    module = pytest.importorskip("axe_playwright_python.sync_playwright")
    axe = module.Axe()
    paths = ("/sign-in/?next=", *PAGES)
    colorful = (paths[0], "/", "/machines/", "/account/")
    with open_tab(chromium, site, color_scheme="light") as tab:
        for path in paths:
            if path == paths[1]:
                tab.sign_in()
            tab.page.emulate_media(color_scheme="light")
            tab.page.set_viewport_size({"width": 1280, "height": 800})
            page = tab.open_path(path)
            page.evaluate(
                "for (const d of document.querySelectorAll('details'))"
                " d.open = true",
            )
            light = axe.run(page).response
            assert light["violations"] == [], path
            assert len(light["passes"]) > 10
            if path in colorful:
                page.emulate_media(color_scheme="dark")
                page.set_viewport_size({"width": 390, "height": 844})
                dark = axe.run(page).response
                assert dark["violations"] == [], path
                assert dark["passes"]
