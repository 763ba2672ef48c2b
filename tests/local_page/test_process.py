"""Start, reuse, kill and end the process of the page."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from claude_tray.app.context import load_context
from claude_tray.app.demo_data import fill_demo_store
from claude_tray.app.page_client import open_page, stop_page
from claude_tray.app.page_files import PageFiles, PageProcess
from claude_tray.platform.file_lock import FileLock
from claude_tray.platform.paths import AppPaths
from tests.local_page.site_client import find_root

if TYPE_CHECKING:
    from tests.local_page.site_client import LocalSite


def _wait_until_free(site: LocalSite) -> None:
    lock = FileLock(site.files.lock_file)
    assert lock.acquire(20)
    lock.release()


def _find_page_processes(site: LocalSite) -> list[int]:
    """Return the IDs of the page's processes of this sandbox."""
    home = f"CLAUDE_TRAY_HOME={site.sandbox.app_home}\0".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            arguments = (folder / "cmdline").read_bytes()
            environment = (folder / "environ").read_bytes()
        except OSError:
            continue
        if home in environment and b"local_page" in arguments:
            found.append(int(folder.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="Linux")
def test_one_process_serves_until_it_is_killed(empty_site: LocalSite) -> None:
    if sys.platform == "win32":
        pytest.skip("no /proc")
    first = empty_site.follow(empty_site.open("/history"))
    process = empty_site.process
    second = empty_site.follow(empty_site.open())

    assert empty_site.process == process
    assert first.get("/").status == second.get("/").status == 200
    (pid,) = _find_page_processes(empty_site)

    os.kill(pid, signal.SIGKILL)
    _wait_until_free(empty_site)
    assert empty_site.files.read() == process
    again = empty_site.follow(empty_site.open())

    assert empty_site.process != process
    assert again.get("/").status == 200
    assert (
        empty_site.request(
            first.place("/"), headers={"Cookie": first.cookie}
        ).status
        == 403
    )
    (pid,) = _find_page_processes(empty_site)
    os.kill(pid, signal.SIGTERM)
    _wait_until_free(empty_site)
    assert empty_site.files.read() is None


def test_a_foreign_address_file_is_replaced(empty_site: LocalSite) -> None:
    empty_site.files.address_file.parent.mkdir(parents=True)
    for text in ("", "{}", '[1, "key", "0.0.1"]', "\x00" * 100):
        empty_site.files.address_file.write_text(text)
        assert empty_site.follow(empty_site.open()).get("/").status == 200


def test_a_process_of_another_version_is_replaced(
    empty_site: LocalSite,
) -> None:
    empty_site.open()
    process = empty_site.process
    empty_site.files.write(process._replace(version="0.0.1"))

    empty_site.open()

    assert empty_site.process.port != process.port
    assert empty_site.process.version == process.version


def test_it_ends_when_nobody_uses_it(empty_site: LocalSite) -> None:
    process = empty_site.sandbox.start(
        "open", "--process", "--idle-seconds", "1.5"
    )
    deadline = time.monotonic() + 20
    while empty_site.files.read() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    client = empty_site.sign_in()
    for _ in range(4):
        time.sleep(0.5)
        assert client.get("/").status == 200

    assert process.wait(20) == 0
    assert empty_site.files.read() is None


def test_requests_without_a_session_do_not_keep_it_running(
    empty_site: LocalSite,
) -> None:
    process = empty_site.sandbox.start(
        "open", "--process", "--idle-seconds", "1"
    )
    deadline = time.monotonic() + 20
    while process.poll() is None and time.monotonic() < deadline:
        if empty_site.files.read() is not None:
            try:
                empty_site.request("/")
            except OSError:
                break
        time.sleep(0.1)

    assert process.wait(20) == 0


def test_the_address_of_a_newer_process_is_kept(tmp_path: Path) -> None:
    files = PageFiles(tmp_path)
    files.write(PageProcess(2, "newer"))

    files.remove(PageProcess(1, "older"))

    assert files.read() == PageProcess(2, "newer")


def test_a_demo_has_a_page_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUDE_TRAY_HOME", str(tmp_path / "own"))
    monkeypatch.setenv("CLAUDE_PATH", str(tmp_path / "claude"))
    arguments = argparse.Namespace(claude_path="", extra_providers=())
    context = load_context(arguments)._replace(
        paths=AppPaths(
            tmp_path / "settings.toml",
            tmp_path / "usage.db",
            tmp_path / "demo",
        ),
        folders=(Path("demo"),),
    )
    prices = context.engine_config().prices
    fill_demo_store(context.paths.database, prices, datetime.now(UTC))

    address = open_page(context, "/projects")
    browser = requests.Session()
    page = browser.get(address, timeout=20)
    root = find_root(page.url)
    other_paths = ("/", "/window", "/settings", "/about", "/nowhere")
    pages = [browser.get(root + path, timeout=20).text for path in other_paths]

    assert "/open?" not in page.url
    assert "View all" not in page.text
    for text in (page.text, *pages):
        assert ">Sample data</span>" in text
    assert 'aria-current="page">Projects</a>' in page.text
    assert page.text.count("/projects/") > 1
    assert not (tmp_path / "own" / "data").exists()
    assert stop_page(tmp_path / "demo")
    for thread in threading.enumerate():
        if thread.name == "page":
            thread.join(20)
