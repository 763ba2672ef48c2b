"""Show every page in every language: all of it fits, and is in the language."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

from claude_tray.i18n.translator import list_languages
from claude_tray.presentation.page_paths import link_project
from tests.local_page.sample_usage import write_usage
from tests.local_page.site_client import LocalSite, find_root
from tests.support.builders import ClaudeFolder
from tests.support.page_layout import LIST_CUT_TEXTS, LIST_OVERFLOW, LIST_TEXTS
from tests.support.pseudo_language import PSEUDO, write_catalogs
from tests.support.sandbox import ProgramSandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page


PATHS = (
    *("/", "/window", "/history", link_project("/home/ada/shop")),
    *("/sessions/shop-now", "/live", "/planning", "/share", "/limits"),
    *("/settings", "/settings/notifications", "/settings/icon"),
    *("/settings/backup", "/sync", "/diagnostics", "/about"),
)
WIDTHS = (390, 1280)
# Names of the test's usage, commands, addresses, languages, and dates, which
# are as in English.
NAMES = re.compile(
    r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b"
    r"|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:day|sday|nesday|rsday|urday)?\b"
    r"|\bcd /.*|claude-tray(?: open)?|~?/\S*|[\w-]+(?:\.[\w-]+)+|\w+-[\w-]+|Etc/UTC"
    r"|\b(?:Claude(?: Code)?|Opus|Sonnet|Haiku|shop|api|notes|claude)\b"
    r"|^(?:English|Deutsch|Español|Français|Italiano|Português \(Brasil\)|qps)$"
)


@pytest.fixture(scope="module")
def any_language(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[LocalSite]:
    """A page that knows the made-up language too."""
    folder = tmp_path_factory.mktemp("languages")
    catalogs = write_catalogs(folder / "locale")
    sandbox = ProgramSandbox(folder, ClaudeFolder(folder / "claude"))
    code = folder / "code"
    code.mkdir()
    (code / "sitecustomize.py").write_text(
        "from pathlib import Path\n"
        "from claude_tray.i18n import translator\n"
        f"translator.CATALOG_DIR = Path({str(catalogs)!r})\n"
    )
    paths = (str(code), sandbox.env["PYTHONPATH"])
    sandbox.env["PYTHONPATH"] = os.pathsep.join(paths)
    write_usage(sandbox.claude)
    sandbox.refresh()
    site = LocalSite(sandbox)
    yield site
    sandbox.kill_all()


@pytest.fixture(scope="module")
def tab(chromium: Browser, any_language: LocalSite) -> Iterator[Page]:
    """One tab for all languages: it loads style sheets and fonts once."""
    context = chromium.new_context(timezone_id="UTC", reduced_motion="reduce")
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto(any_language.open("/"))
    yield page
    context.close()


def open_pages(
    page: Page, site: LocalSite, language: str
) -> Iterator[tuple[str, Page]]:
    """Yield each path and its page, in a language of the settings."""
    site.sandbox.write_settings(f'[general]\nlanguage = "{language}"\n')
    root = find_root(page.url)
    for path in PATHS:
        page.goto(root + path, wait_until="domcontentloaded")
        page.evaluate(
            "for (const d of document.querySelectorAll('details')) d.open = true"
        )
        yield path, page


@pytest.mark.parametrize("language", [*list_languages()[1:], PSEUDO])
def test_pages_fit_in_every_language(
    tab: Page, any_language: LocalSite, language: str
) -> None:
    tag = language.replace("_", "-")
    for path, page in open_pages(tab, any_language, language):
        assert page.evaluate("document.documentElement.lang") == tag
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(LIST_OVERFLOW) == [], (path, width)
            if language != PSEUDO:
                assert page.evaluate(LIST_CUT_TEXTS) == [], (path, width)


def test_pages_speak_one_language(tab: Page, any_language: LocalSite) -> None:
    """Plain English words come from no catalog."""
    for path, page in open_pages(tab, any_language, PSEUDO):
        plain = {
            text
            for text in page.evaluate(LIST_TEXTS)
            if re.search(r"[A-Za-z]{3,}", NAMES.sub(" ", text))
        }
        assert plain == set(), path
