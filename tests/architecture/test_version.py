from __future__ import annotations

import re
from pathlib import Path

from claude_tray import __version__

ROOT = Path(__file__).parents[2]


def test_the_changelog_starts_with_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text()

    newest = re.search(r"^## \[(\d.*?)\]", text, re.MULTILINE)

    assert newest is not None
    assert newest[1] == __version__
