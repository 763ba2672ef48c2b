from __future__ import annotations

import re
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.local_page.site_client import LocalSite


def test_the_saved_page_has_everything_in_one_file(
    site: LocalSite, tmp_path: Path
) -> None:
    file = tmp_path / "saved.html"
    done = site.sandbox.run("popup", "--no-browser", "--html", str(file))
    text = file.read_text("utf-8")

    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert re.findall(r'(?:src|href)="(?!data:|#)[^"]*"', text) == []
    policy = re.search(r'Security-Policy" content="([^"]+)"', text)
    assert policy
    assert "unsafe" not in policy[1]
    assert policy[1].count("sha256-") == text.count("<style>") + text.count(
        "<script>"
    )
    assert "Saved Nov" in text or re.search(r"Saved \w{3} \d", text)
    assert "data-seconds-left=" not in text
    assert "shop" in text
