from __future__ import annotations

from typing import TYPE_CHECKING

import requests

from tests.support.serving import serving

if TYPE_CHECKING:
    from pathlib import Path


def test_a_key_of_ones_own_needs_no_folder_made_before(tmp_path: Path) -> None:
    home = tmp_path / "not" / "there"

    with serving(home, CLAUDE_TRAY_SECRET_KEY="k" * 60) as served:
        answer = requests.get(f"{served.url}/readyz", timeout=30)

    assert answer.status_code == 200
    assert not list(home.rglob("server-secret-key"))
