from __future__ import annotations

from typing import TYPE_CHECKING

import requests

from tests.support.server_process import run_server

if TYPE_CHECKING:
    from pathlib import Path


def test_an_own_secret_key_needs_no_existing_folder(tmp_path: Path) -> None:
    home = tmp_path / "not" / "there"

    with run_server(home, CLAUDE_TRAY_SECRET_KEY="k" * 60) as live_server:
        response = requests.get(f"{live_server.url}/readyz", timeout=30)

    assert response.status_code == 200
    assert not list(home.rglob("server-secret-key"))
