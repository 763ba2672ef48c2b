"""Use the page in Chromium, by mouse and by keyboard."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.presentation.page_paths import link_project
from tests.local_page.sample_usage import write_usage
from tests.local_page.site_client import find_root

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.local_page.site_client import LocalSite


PATHS = (
    *("/", "/window", "/window?at=0", "/window?limit=week"),
    *("/window?from=2026-01-01T10:00&to=2026-01-02T10:00",),
    *("/history", "/history?days=1", "/share", "/share?shape=square"),
    *("/projects", link_project("/home/ada/shop"), "/sessions"),
    *("/sessions/shop-now", "/live", "/planning", "/nowhere"),
)
COLORFUL_PATHS = ("/", "/window", "/live", "/planning")


def _open_tab(
    chromium: Browser, site: LocalSite, **options: Any
) -> tuple[Page, list[str]]:
    """Open the page by a one-time address; also return console messages."""
    context = chromium.new_context(
        **({"timezone_id": "UTC", "reduced_motion": "reduce"} | options)
    )
    context.set_default_timeout(20_000)
    tab = context.new_page()
    messages: list[str] = []
    tab.on("console", lambda message: messages.append(message.text))
    tab.on("pageerror", lambda error: messages.append(str(error)))
    tab.goto(f"{site.process.origin}/open?token={site.issue_token()}")
    return tab, messages


@pytest.fixture
def page(chromium: Browser, site: LocalSite) -> Iterator[Page]:
    tab, messages = _open_tab(chromium, site)
    yield tab
    tab.context.close()
    assert [m for m in messages if "404" not in m] == []


def _visit(page: Page, path: str) -> None:
    page.goto(find_root(page.url) + path)
    page.evaluate(
        "for (const d of document.querySelectorAll('details')) d.open = true"
    )


def test_pages_fit_every_screen(page: Page) -> None:
    for path in PATHS:
        _visit(page, path)
        for width in (390, 1280, 1920):
            page.set_viewport_size({"width": width, "height": 900})
            overflow = page.evaluate(
                "document.documentElement.scrollWidth"
                " - document.documentElement.clientWidth"
            )
            assert overflow <= 0, (path, width)


@pytest.mark.parametrize(
    ("paths", "width", "scheme"),
    [(PATHS, 1280, "light"), (COLORFUL_PATHS, 390, "dark")],
)
def test_axe_finds_no_violation(
    page: Page,
    paths: tuple[str, ...],
    width: int,
    scheme: str,
) -> None:
    module = pytest.importorskip("axe_playwright_python.sync_playwright")
    axe = module.Axe()
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # a literal
    page.set_viewport_size({"width": width, "height": 900})
    for path in paths:
        _visit(page, path)
        found = axe.run(page).response
        assert found["violations"] == [], path
        assert len(found["passes"]) > 10


def test_a_part_of_the_window_is_dragged(page: Page) -> None:
    """From the middle of the chart to its end; the lists follow."""
    _visit(page, "/window")
    chart = page.locator(".chart.days .u-over")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 3, y, steps=5)
    page.mouse.up()
    page.wait_for_url("**/window?from=*")

    rows = page.locator("#slots tbody tr")
    marked = page.locator("#slots tr.chosen")
    assert abs(marked.count() - rows.count() / 2) <= 1
    assert page.locator(".u-select").first.bounding_box()["width"] > 100  # type: ignore[index] # it is drawn
    page.get_by_role("link", name="Show the whole window").click()
    page.wait_for_url("**/window?from=*")
    assert marked.count() == 0


def test_every_link_and_button_is_reached_by_keyboard(page: Page) -> None:
    for path in ("/", "/sessions", "/window"):
        page.goto(find_root(page.url) + path)
        count = page.locator(
            "a[href]:visible, button:visible, input:visible, summary:visible"
        ).count()
        reached = set()
        # A date with a time is several stops.
        for _ in range(count + 20):
            page.keyboard.press("Tab")
            reached.add(
                page.evaluate(
                    "[...document.querySelectorAll('*')]"
                    ".indexOf(document.activeElement)"
                )
            )
        assert len(reached) >= count, path


def test_the_keyboard_leads_to_a_session_and_back(page: Page) -> None:
    page.goto(f"{find_root(page.url)}/sessions")
    page.get_by_role("searchbox").press_sequentially("notes-now")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sessions?q=notes-now")

    link = page.locator("tbody a").first
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/sessions/notes-now")
    assert page.get_by_role("heading", name="Responses").count() == 0
    page.go_back()
    assert page.locator("tbody tr").count() == 1


def test_the_resume_command_is_copied(
    chromium: Browser, site: LocalSite
) -> None:
    tab, _ = _open_tab(
        chromium, site, permissions=["clipboard-read", "clipboard-write"]
    )
    tab.goto(f"{find_root(tab.url)}/sessions/shop-now")

    tab.get_by_role("button", name="Copy").click()
    tab.get_by_role("button", name="Copied").wait_for()

    assert tab.evaluate("navigator.clipboard.readText()") == (
        "cd /home/ada/shop && claude --resume shop-now"
    )
    tab.context.close()


def test_a_click_on_a_day_shows_its_lists(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{find_root(page.url)}/history?days=7")
    page.locator(".chart canvas").wait_for()
    box = page.locator(".chart .u-over").bounding_box()
    assert box

    # The last of seven bars is today.
    page.mouse.click(
        box["x"] + box["width"] * 0.93, box["y"] + box["height"] * 0.5
    )

    page.wait_for_url(re.compile(r"/history\?from=.*&to="))
    assert page.get_by_role("heading", name="Cost per hour").count() == 1


def test_an_open_page_updates_itself(
    chromium: Browser, empty_site: LocalSite
) -> None:
    empty_site.open()
    tab, messages = _open_tab(chromium, empty_site)
    tab.get_by_text("Waiting for your first").wait_for()

    write_usage(empty_site.sandbox.claude)
    empty_site.sandbox.refresh()

    tab.get_by_role("heading", name="5-hour window").wait_for()
    assert tab.locator(".tile").count() == 5
    assert messages == []
    tab.context.close()


def test_pages_are_read_without_javascript_and_in_german(
    chromium: Browser, empty_site: LocalSite
) -> None:
    write_usage(empty_site.sandbox.claude)
    empty_site.sandbox.refresh()
    empty_site.sandbox.write_settings('[general]\nlanguage = "de"\n')
    empty_site.open()
    tab, messages = _open_tab(chromium, empty_site, java_script_enabled=False)

    for name, heading in (
        ("Verlauf", "Verlauf"),
        ("Projekte", "Projekte"),
        ("Sitzungen", "Sitzungen"),
    ):
        tab.get_by_role("navigation").get_by_role("link", name=name).click()
        tab.get_by_role("heading", name=heading, level=1).wait_for()
    tab.goto(f"{find_root(tab.url)}/history")
    tab.get_by_text("Daten anzeigen").click()
    assert tab.locator("#days tbody tr").count() == 30
    assert tab.locator("button.needs-js:visible").count() == 0
    assert messages == []
    tab.context.close()


def test_the_saved_page_needs_no_process(
    chromium: Browser, site: LocalSite, tmp_path: Path
) -> None:
    module = pytest.importorskip("axe_playwright_python.sync_playwright")
    file = tmp_path / "saved.html"
    done = site.sandbox.run("popup", "--no-browser", "--html", str(file))
    assert (done.returncode, done.stdout) == (0, f"{file}\n"), done.stderr
    context = chromium.new_context(
        offline=True, viewport={"width": 1280, "height": 900}
    )
    tab = context.new_page()
    requests: list[str] = []
    messages: list[str] = []
    tab.on("request", lambda request: requests.append(request.url))
    tab.on("console", lambda message: messages.append(message.text))
    tab.goto(file.as_uri())
    tab.locator(".chart canvas").first.wait_for()

    assert requests == [file.as_uri()]
    assert messages == []
    assert tab.locator("canvas").count() == 2
    assert tab.locator("a[href]:not([href^='#'])").count() == 0
    assert module.Axe().run(tab).response["violations"] == []
    tab.set_viewport_size({"width": 320, "height": 600})
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()
