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


def test_a_repeated_message_is_written_once_with_a_count(
    tmp_path: Path,
) -> None:
    path = tmp_path / "claude-tray.log"
    handler = start_logging(path)
    log = logging.getLogger("claude_tray.ingest")

    for _ in range(1_000):
        log.warning("Cannot use the store error=%s", "locked")
    log.warning("Another problem")
    log.warning("Another problem")
    logging.getLogger("claude_tray").removeHandler(handler)
    handler.close()

    messages = [
        line.partition("claude_tray.ingest ")[2]
        for line in path.read_text().splitlines()
    ]
    assert messages == [
        "Cannot use the store error=locked",
        "The last message was repeated 999 times",
        "Another problem",
        "The last message was repeated 1 times",
    ]
