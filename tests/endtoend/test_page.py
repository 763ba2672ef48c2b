"""The popup's web page in Chromium, held against what axe knows."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from claude_tray.popup.browser import write_page
from claude_tray.popup.compose import view_of
from claude_tray.words.tongue import tongue_of
from tests.support.popups import STATES, a_moment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="lacks chromium")


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as player:
        browser = player.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        yield browser.new_page(viewport={"width": 800, "height": 900})
        browser.close()


def _open(page: Page, state: str, language: str, folder: Path) -> list[str]:
    """Open a state's page; return what was fetched beside it."""
    tongue = tongue_of(language)
    view = view_of(a_moment(state, tongue))
    path = write_page(view, tongue, folder)
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(path.as_uri())
    return [url for url in fetched if not url.startswith("file:")]


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_to_complain_of(
    page: Page,
    state: str,
    tmp_path: Path,
) -> None:
    module = pytest.importorskip("axe_playwright_python.sync_playwright")
    axe = module.Axe()
    for language, scheme in (("en", "light"), ("de", "dark")):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # of a loop

        assert _open(page, state, language, tmp_path) == []

        found = axe.run(page).response
        assert found["violations"] == []
        assert len(found["passes"]) > 10


def test_it_fits_a_narrow_screen(page: Page, tmp_path: Path) -> None:
    page.set_viewport_size({"width": 320, "height": 600})

    _open(page, "fast", "de", tmp_path)

    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 320


def test_it_is_read_in_an_order_that_makes_sense(
    page: Page,
    tmp_path: Path,
) -> None:
    _open(page, "pace", "en", tmp_path)

    headings = page.locator("h1, h2").all_inner_texts()
    assert headings == [
        "2h 47m until 15:00",
        "This window",
        "Weekly limits",
        "Spent",
        "Cost of this window",
        "Project · In this window",
        "Model · In this window",
        "30 days",
    ]
