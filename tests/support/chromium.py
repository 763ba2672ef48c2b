"""Run the system's Chromium."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser


def find_chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)


@contextmanager
def run_chromium() -> Iterator[Browser]:
    """
    Start Chromium, or skip the test.

    While Playwright's event loop runs in this thread, Django refuses to use
    its database here: a fixture must not outlive the tests of its module.
    """
    program = find_chromium()
    if program is None:
        pytest.skip("needs Chromium")
    playwright = pytest.importorskip("playwright.sync_api")
    is_root = sys.platform != "win32" and os.geteuid() == 0
    options = ["--no-sandbox"] if is_root else []
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=options)
        yield browser
        browser.close()
