from __future__ import annotations

import logging
import sys
from pathlib import Path

import pytest

from claude_tray.platform.logging_setup import start_logging


def test_records_are_written_to_the_file(tmp_path: Path) -> None:
    path = tmp_path / "state" / "claude-tray.log"
    handler = start_logging(path)

    logging.getLogger("claude_tray.ingest").warning("Skipped lines bad=%d", 3)
    logging.getLogger("claude_tray").removeHandler(handler)
    handler.close()

    assert "WARNING claude_tray.ingest Skipped lines bad=3" in path.read_text()


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
def test_a_full_disk_prints_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    handler = start_logging(Path("/dev/full"))

    for _ in range(3):
        logging.getLogger("claude_tray.ingest").warning("No room")
    logging.getLogger("claude_tray").removeHandler(handler)

    with pytest.raises(OSError, match="No space"):
        handler.close()
    assert capsys.readouterr().err == ""
