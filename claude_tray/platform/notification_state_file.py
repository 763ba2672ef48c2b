"""Load and save which notifications were sent."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from claude_tray.core.notifications.model import NotificationState
from claude_tray.core.notifications.state_data import (
    parse_state,
    serialize_state,
)
from claude_tray.platform.atomic_write import write_atomically
from claude_tray.platform.small_file import read_small_file

if TYPE_CHECKING:
    from pathlib import Path


_log = logging.getLogger(__name__)


def load_notification_state(path: Path) -> NotificationState:
    """Load the state; start with an empty one if the file is unreadable."""
    try:
        return parse_state(json.loads(read_small_file(path)))
    except FileNotFoundError:
        return NotificationState()
    except (
        OSError,
        ValueError,
        TypeError,
        KeyError,
        RecursionError,
    ) as error:
        _log.warning("Cannot read the notification state error=%s", error)
        return NotificationState()


def save_notification_state(path: Path, state: NotificationState) -> None:
    """Save the state; log a failure."""
    data = json.dumps(serialize_state(state))
    try:
        write_atomically(path, data.encode(), 0o600)
    except OSError as error:
        _log.warning("Cannot save the notification state error=%s", error)
