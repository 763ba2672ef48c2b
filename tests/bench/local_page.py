"""
Measure how fast the local page appears on a large store, and its memory.

    python -m tests.bench.local_page [--records 1000000] [--rounds 5]

Needs Chromium. The records are those of tests.bench.queries, up to now. Cold
runs from `open_page` without a process until the first contentful paint in a
browser that already runs; warm until the paint of the same page again.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

from claude_tray.app.context import load_context
from claude_tray.app.page_client import open_page, stop_page
from claude_tray.core.time import to_epoch_ms
from claude_tray.ingest.config import list_accounts
from claude_tray.local_page.routes import ROUTES
from claude_tray.platform.file_lock import FileLock
from claude_tray.store.connection import open_writer
from claude_tray.store.windows import persist_closed
from tests.bench.process_usage import ProcessUsage, read_process_usage
from tests.bench.queries import fill_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page


BUDGETS: Final = {
    "cold, until the first paint, ms": 700,
    "resident after all pages, MiB": 60,
}
_FIRST_PAINT: Final = """
    () => new Promise(resolve => {
        const find = () => {
            const [paint] = performance.getEntriesByName(
                'first-contentful-paint');
            if (paint) resolve(performance.timeOrigin + paint.startTime);
            else requestAnimationFrame(find);
        };
        find();
    })
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "CLAUDE_TRAY_HOME": folder,
            "CLAUDE_PATH": f"{folder}/claude",
        }
        rows = measure_page(options.records, options.rounds)
    print(f"{'':36}{'best':>10}{'median':>10}{'budget':>10}")
    for name, values in rows:
        best, median = min(values), statistics.median(values)
        print(
            f"{name:36}{best:10.1f}{median:10.1f}{BUDGETS.get(name, ''):>10}"
        )
    return 0


def measure_page(records: int, rounds: int) -> list[tuple[str, list[float]]]:
    """Return the measured values of each row of the table."""
    arguments = argparse.Namespace(claude_path="", extra_providers=())
    context = load_context(arguments)
    with closing(open_writer(context.paths.database)) as writer:
        now_ms = to_epoch_ms(datetime.now(UTC))
        fill_store(writer, records, now_ms)
        # As the tray leaves it.
        (account,) = list_accounts(context.engine_config())
        persist_closed(writer, account, now_ms)
    program = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=program, args=["--no-sandbox"]
        )
        page = browser.new_page()
        try:
            return list(_measure(context, page, rounds))
        finally:
            stop_page(context.paths.state_folder)
            browser.close()


def _measure(
    context: Any, page: Page, rounds: int
) -> Iterator[tuple[str, list[float]]]:
    state = context.paths.state_folder
    addresses, colds, cpu_times, warms = [], [], [], []
    for _ in range(rounds):
        stop_page(state)
        _wait_until_stopped(state)
        page.goto("about:blank")
        began = time.time()
        address = open_page(context)
        addresses.append((time.time() - began) * 1000)
        colds.append(_measure_paint(page, address, began))
        cpu_times.append(_read_usage(state).cpu_seconds * 1000)
        began = time.time()
        warms.append(_measure_paint(page, page.url, began))
    yield "cold, until the address is known, ms", addresses
    yield "cold, until the first paint, ms", colds
    yield "cold, CPU of the page's process, ms", cpu_times
    yield "warm, until the first paint, ms", warms
    first, *_ = urlsplit(page.url).path[1:].split("/")
    root = f"{address.split('/open?')[0]}/{first}"
    for route in ROUTES:
        if route.label:
            began = time.time()
            paint = _measure_paint(page, root + route.path, began)
            yield f"warm, {route.path}, ms", [paint]
    yield "resident after all pages, MiB", [_read_usage(state).resident_mib]


def _measure_paint(page: Page, address: str, began: float) -> float:
    page.goto(address, wait_until="commit")
    painted: float = page.evaluate(_FIRST_PAINT)
    return painted - began * 1000


def _wait_until_stopped(state: Path) -> None:
    lock_file = state / "page.lock"
    lock = FileLock(lock_file)
    if lock_file.exists() and lock.acquire(10):
        lock.release()


def _read_usage(state: Path) -> ProcessUsage:
    """Return what the process uses that has the lock."""
    lock = str(state / "page.lock")
    for folder in Path("/proc").glob("[0-9]*/fd"):
        with suppress(OSError):
            if any(str(fd.readlink()) == lock for fd in folder.iterdir()):
                return read_process_usage(int(folder.parent.name))
    raise ProcessLookupError(lock)


if __name__ == "__main__":
    sys.exit(main())
