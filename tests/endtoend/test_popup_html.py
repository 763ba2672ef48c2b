"""Check the popup's web page in Chromium with axe."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from claude_tray.i18n.translator import load_translator
from claude_tray.ui.popup.compose import build_view
from claude_tray.ui.popup.html import write_page
from tests.support.popup_states import STATES, make_popup_state

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page


CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="lacks chromium")


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        yield browser.new_page(viewport={"width": 800, "height": 900})
        browser.close()


def _open_page(
    page: Page, state: str, language: str, folder: Path
) -> list[str]:
    """Open a state's page; return the URLs of all other requests."""
    translator = load_translator(language)
    view = build_view(*make_popup_state(state, translator))
    path = write_page(view, translator, folder)
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(path.as_uri())
    return [url for url in fetched if not url.startswith("file:")]


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_no_violations(
    page: Page,
    state: str,
    tmp_path: Path,
) -> None:
    module = pytest.importorskip("axe_playwright_python.sync_playwright")
    axe = module.Axe()
    for language, scheme in (("en", "light"), ("de", "dark")):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # of a loop

        assert _open_page(page, state, language, tmp_path) == []

        found = axe.run(page).response
        assert found["violations"] == []
        assert len(found["passes"]) > 10


def test_the_page_fits_a_narrow_screen(page: Page, tmp_path: Path) -> None:
    page.set_viewport_size({"width": 320, "height": 600})

    _open_page(page, "fast", "de", tmp_path)

    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 320


def test_the_reading_order_is_logical(
    page: Page,
    tmp_path: Path,
) -> None:
    _open_page(page, "pace", "en", tmp_path)

    headings = page.locator("h1, h2").all_inner_texts()
    assert headings == [
        "2h 47m until 15:00",
        "This window",
        "Limits",
        "Spending",
        "Cost of this window",
        "Project · In this window",
        "Model · In this window",
        "30 days",
    ]
