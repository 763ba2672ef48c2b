"""Show the server's pages in the language of each browser: all of it fits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from claude_tray.i18n.translator import list_languages, load_translator
from tests.server.dashboard.browser_tab import (
    PAGES,
    open_signed_in_tab,
    open_tab,
)
from tests.support.page_layout import LIST_CUT_TEXTS, LIST_OVERFLOW

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.server.dashboard.conftest import SeededSite
    from tests.support.server_process import RunningServer


# As browsers write them; the code of the catalog otherwise.
LOCALES = {"zh_Hans": "zh-CN", "pt": "pt-BR", "ko": "ko-KR", "ja": "ja-JP"}
TEAM = "Übersetzungen"


@pytest.fixture(scope="module")
def team_paths(
    site: SeededSite, live_server: RunningServer
) -> tuple[str, ...]:
    """Return the pages of a team of Ada's."""
    del site
    text = live_server.run_command("team", "create", TEAM, "--admin", "ada")
    number = re.findall(r"number (\d+)", text)[0]
    pages = ("", "people/", "budgets/", "settings/", "log/")
    return *(f"/team/{number}/{page}" for page in pages), "/my-data/"


@pytest.mark.parametrize("language", list_languages())
def test_pages_fit_in_every_language(
    chromium: Browser,
    site: SeededSite,
    team_paths: tuple[str, ...],
    language: str,
) -> None:
    locale = LOCALES.get(language, language)
    title = load_translator(language).gettext("Projects")
    with open_signed_in_tab(chromium, site, locale=locale) as tab:
        for path in (*PAGES, *team_paths):
            page = tab.open_path(path)
            tag = page.evaluate("document.documentElement.lang")
            assert tag == language.replace("_", "-")
            assert title in page.content() or path.startswith("/team")
            for width in (390, 1280):
                page.set_viewport_size({"width": width, "height": 900})
                assert page.evaluate(LIST_OVERFLOW) == [], (path, width)
                assert page.evaluate(LIST_CUT_TEXTS) == [], (path, width)


@pytest.mark.parametrize("language", list_languages())
def test_the_sign_in_page_fits_in_every_language(
    chromium: Browser, site: SeededSite, language: str
) -> None:
    locale = LOCALES.get(language, language)
    with open_tab(
        chromium, site, locale=locale, viewport={"width": 390, "height": 900}
    ) as tab:
        page = tab.open_path("/sign-in/")
        tag = page.evaluate("document.documentElement.lang")
        assert tag == language.replace("_", "-")
        assert page.evaluate(LIST_OVERFLOW) == []
        assert page.evaluate(LIST_CUT_TEXTS) == []
