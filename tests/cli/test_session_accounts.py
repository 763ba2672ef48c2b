"""Check accounts that only sessions name, as with tokens from outside."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.support.builders import make_line

if TYPE_CHECKING:
    from tests.cli.conftest import Terminal


@pytest.mark.parametrize("sessions", [("old", "new"), ("new", "old")])
def test_the_latest_session_tells_whose_window_is_shown(
    terminal: Terminal, sessions: tuple[str, str]
) -> None:
    hours_ago = {"old": 4.0, "new": 0.5}
    for session in sessions:
        at = datetime.fromtimestamp(
            time.time() - 3600 * hours_ago[session], UTC
        )
        owner = {
            "type": "session-owner",
            "accountUuid": f"account of {session}",
            "sessionId": session,
        }
        terminal.claude.append(
            json.dumps(owner).encode() + b"\n",
            make_line(
                message=f"msg_{session}",
                sessionId=session,
                timestamp=at.isoformat(),
            ),
            name=f"{session}.jsonl",
        )

    windows = [
        profile["window"]
        for profile in terminal.run("status", "--json").json["profiles"]
    ]

    # The message of the other account four hours ago opened no window of it.
    assert len(windows) == 1
    assert windows[0]["seconds_left"] > 4 * 3600
