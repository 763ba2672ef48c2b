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


def read_messages(path: Path) -> list[str]:
    return [
        line.partition("claude_tray.ingest ")[2]
        for line in path.read_text().splitlines()
    ]


def test_a_repeated_warning_is_written_once_with_a_count(
    tmp_path: Path,
) -> None:
    path = tmp_path / "claude-tray.log"
    handler = start_logging(path)
    log = logging.getLogger("claude_tray.ingest")

    for number in range(1_000):
        log.warning("Cannot use the store error=%s", "locked")
        if number % 500 == 0:
            log.warning("Could not show title=%s", "Hi")
            log.info("Refreshed")
    logging.getLogger("claude_tray").removeHandler(handler)
    handler.close()

    assert read_messages(path) == [
        "Cannot use the store error=locked",
        "Could not show title=Hi",
        "Refreshed",
        "Repeated 999 times: Cannot use the store error=locked",
        "Repeated 1 times: Could not show title=Hi",
        "Repeated 1 times: Refreshed",
    ]


def test_a_warning_is_written_again_after_an_hour(tmp_path: Path) -> None:
    path = tmp_path / "claude-tray.log"
    handler = start_logging(path)

    for minute in range(0, 200, 10):
        handler.handle(
            logging.makeLogRecord(
                {
                    "name": "claude_tray.ingest",
                    "levelno": logging.WARNING,
                    "msg": "No server",
                    "created": 1e9 + minute * 60,
                }
            )
        )
    logging.getLogger("claude_tray").removeHandler(handler)
    handler.close()

    hours = ["Repeated 5 times: No server", "No server"]
    assert read_messages(path) == [
        "No server",
        *hours * 3,
        "Repeated 1 times: No server",
    ]


def test_few_messages_are_remembered(tmp_path: Path) -> None:
    path = tmp_path / "claude-tray.log"
    handler = start_logging(path)
    log = logging.getLogger("claude_tray.ingest")

    log.warning("First")
    log.warning("First")
    for number in range(40):
        log.warning("Other %d", number)
    log.warning("First")
    logging.getLogger("claude_tray").removeHandler(handler)
    handler.close()

    messages = read_messages(path)
    assert messages.count("First") == 2
    assert messages.count("Repeated 1 times: First") == 1


def test_an_event_is_written_again_after_another(tmp_path: Path) -> None:
    path = tmp_path / "claude-tray.log"
    handler = start_logging(path)
    log = logging.getLogger("claude_tray.ingest")

    for text in ("Opened", "Closed", "Opened"):
        log.info(text)
    logging.getLogger("claude_tray").removeHandler(handler)
    handler.close()

    assert read_messages(path) == ["Opened", "Closed", "Opened"]
