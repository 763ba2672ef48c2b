"""Store whether sending metrics works, for the doctor."""

from __future__ import annotations

import json
import logging
import time
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.platform import atomic_write, small_file

if TYPE_CHECKING:
    from pathlib import Path


_log = logging.getLogger(__name__)

STATE_FILE: Final = "telemetry.json"


class SendingState(NamedTuple):
    """
    Result of the last attempt.

    Attributes:
        sent_at: Time of the last success, in seconds since the epoch; 0 for
            none.
        problem: Why the last attempt failed, in English; empty if it did not.
    """

    sent_at: float = 0.0
    problem: str = ""


def load_sending_state(path: Path) -> SendingState:
    """Return the stored result; that of no attempt if it cannot be read."""
    try:
        value = json.loads(small_file.read_small_file(path))
        return SendingState(float(value["sent_at"]), str(value["problem"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return SendingState()


def save_sending_state(path: Path, problem: str) -> None:
    """Store the result of an attempt; a full disk is only logged."""
    before = load_sending_state(path)
    sent_at = before.sent_at if problem else time.time()
    state = SendingState(sent_at, problem)
    try:
        text = json.dumps(state._asdict())
        atomic_write.write_atomically(path, text.encode(), 0o600)
    except OSError as error:
        _log.info("Cannot store the state of telemetry error=%s", error)
