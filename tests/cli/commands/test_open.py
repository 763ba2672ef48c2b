from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from claude_tray.app.page_client import stop_page
from claude_tray.app.page_files import PageFiles
from tests.support.builders import ClaudeFolder
from tests.support.sandbox import ProgramSandbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[ProgramSandbox]:
    sandbox = ProgramSandbox(tmp_path, ClaudeFolder(tmp_path / "claude"))
    yield sandbox
    stop_page(sandbox.app_home / "state")
    sandbox.kill_all()


@pytest.mark.skipif(sys.platform == "win32", reason="the browser is a script")
def test_the_browser_gets_an_address_that_works_once(
    sandbox: ProgramSandbox, tmp_path: Path
) -> None:
    browser = tmp_path / "browser"
    browser.write_text('#!/bin/sh\necho "$1" > "${0%/*}/opened"\n')
    browser.chmod(0o700)
    sandbox.env["BROWSER"] = str(browser)

    done = sandbox.run("open", "sessions")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    address = (tmp_path / "opened").read_text().strip()
    process = PageFiles(sandbox.app_home / "state").read()
    assert process is not None
    assert address.startswith(f"{process.origin}/open?token=")
    assert address.endswith("&next=%2Fsessions")


def test_without_a_browser_the_address_is_printed(
    sandbox: ProgramSandbox,
) -> None:
    sandbox.env |= {"BROWSER": "/nowhere/browser", "PATH": "/nowhere"}

    done = sandbox.run("open")

    assert done.returncode == 0
    assert done.stdout.startswith("http://127.0.0.1:")
    assert done.stderr == "claude-tray: No browser was found. Open:\n"


def test_a_process_that_cannot_start_is_reported(
    sandbox: ProgramSandbox,
) -> None:
    (sandbox.app_home / "state" / "page.lock").mkdir(parents=True)

    done = sandbox.run("open", "--print")

    assert done.returncode == 1
    assert done.stderr.startswith("claude-tray: The local page did not start.")
