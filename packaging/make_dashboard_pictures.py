"""
Take the screenshots of the dashboard in the README and in docs/server.md.

    .venv/bin/python packaging/make_dashboard_pictures.py

Needs the extras `server` and `test`, and Chromium. Only the usage is invented.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from make_pictures import (  # noqa: E402
    build_statusline_input,
    generate_lines,
)

from tests.support.builders import ClaudeFolder  # noqa: E402
from tests.support.server_process import PASSWORD, run_server  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
SIZE = {"width": 1240, "height": 1384}


def upload_usage(folder: Path, url: str, token: str) -> None:
    """Fill a store with a month of usage and sync it to the server."""
    now = datetime.now(UTC)
    claude = ClaudeFolder(folder / ".claude")
    for project, line in generate_lines(now):
        claude.append(line, project=project)
    env = os.environ | {
        "CLAUDE_TRAY_HOME": str(folder / "own"),
        "CLAUDE_PATH": str(claude.path),
        "CLAUDE_USAGE_API_URL": url,
        "CLAUDE_USAGE_API_TOKEN": token,
    }
    command = [sys.executable, "-m", "claude_tray"]
    subprocess.run(
        [*command, "statusline"],
        input=build_statusline_input(now),
        env=env,
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    subprocess.run([*command, "sync"], env=env, cwd=ROOT, check=True)


def take_pictures(url: str) -> None:
    """Sign in and save the overview in both color schemes."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        for scheme in ("light", "dark"):
            page = browser.new_page(viewport=SIZE, color_scheme=scheme)  # type: ignore[arg-type]
            page.goto(url)
            page.fill("input[name=username]", "ada")
            page.fill("input[name=password]", PASSWORD)
            page.press("input[name=password]", "Enter")
            page.wait_for_load_state("networkidle")
            # The browser reports its time zone by a cookie.
            page.reload()
            page.wait_for_load_state("networkidle")
            time.sleep(1)
            page.screenshot(path=PICTURES / f"dashboard-{scheme}.png")
        browser.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with run_server(folder / "server") as server:
            server.create_user("ada")
            token = server.create_device_token("ada")
            upload_usage(folder, server.url, token)
            take_pictures(server.url)
