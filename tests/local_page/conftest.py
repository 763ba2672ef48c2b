"""Run the process of the local page over a store of made-up usage."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from tests.local_page.sample_usage import write_usage
from tests.local_page.site_client import LocalSite
from tests.support.builders import ClaudeFolder
from tests.support.chromium import run_chromium
from tests.support.sandbox import ProgramSandbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser


@pytest.fixture
def empty_site(tmp_path: Path) -> Iterator[LocalSite]:
    """A page of a new user, not started yet."""
    sandbox = ProgramSandbox(tmp_path, ClaudeFolder(tmp_path / "claude"))
    site = LocalSite(sandbox)
    yield site
    _stop(site)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSite]:
    """A running page over two months of usage."""
    folder = tmp_path_factory.mktemp("local-page")
    sandbox = ProgramSandbox(folder, ClaudeFolder(folder / "claude"))
    write_usage(sandbox.claude)
    sandbox.refresh()
    site = LocalSite(sandbox)
    site.open()
    yield site
    _stop(site)


def _stop(site: LocalSite) -> None:
    if site.files.read() is not None:
        key = {"Authorization": f"Bearer {site.process.key}"}
        # The test may have killed it.
        with suppress(ConnectionRefusedError):
            site.request("/-/stop", "POST", key)
    site.sandbox.kill_all()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's browser."""
    with run_chromium() as browser:
        yield browser
