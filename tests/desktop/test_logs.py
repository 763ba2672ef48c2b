from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from claude_tray.desktop.logs import start_logging

if TYPE_CHECKING:
    from pathlib import Path


def test_what_is_logged_stands_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "state" / "claude-tray.log"
    handler = start_logging(path)

    logging.getLogger("claude_tray.engine").warning("Skipped lines bad=%d", 3)
    logging.getLogger("claude_tray").removeHandler(handler)
    handler.close()

    assert "WARNING claude_tray.engine Skipped lines bad=3" in path.read_text()
