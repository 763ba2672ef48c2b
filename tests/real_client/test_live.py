"""Follow the real client in a terminal while it works, rests and ends."""

from __future__ import annotations

import json
import time
from shutil import which
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.core.live_sessions import RunningSession, SessionState
from claude_tray.providers.registry import CLAUDE_CODE
from tests.real_client.client import TerminalClient
from tests.real_client.fake_api import Step, ToolCall

if TYPE_CHECKING:
    from tests.real_client.client import RealClient
    from tests.real_client.fake_api import FakeApi

pytestmark = pytest.mark.skipif(which("tmux") is None, reason="lacks tmux")


def _wait_for(
    client: RealClient, state: SessionState | None, seconds: float
) -> RunningSession | None:
    """Wait until the only session has a state; None if there is none."""
    end = time.monotonic() + seconds
    while True:
        found = CLAUDE_CODE.read_running_sessions(client.claude_folder) or ()
        session = next(iter(found), None)
        if (session.state if session else None) is state:
            return session
        assert time.monotonic() < end, (state, found)
        time.sleep(0.05)


def test_sessions_follow_the_client(api: FakeApi, client: RealClient) -> None:
    nap = ToolCall("Bash", {"command": "sleep 4", "description": "Rest"})
    api.plan("one", Step(tools=(nap,)), Step("FIRST-REPLY"))

    with TerminalClient(client) as terminal:
        _wait_for(client, SessionState.IDLE, 10)
        terminal.type("hello #one")
        _wait_for(client, SessionState.WORKING, 4)
        terminal.wait_for("FIRST-REPLY")
        session = _wait_for(client, SessionState.IDLE, 1)
        listed: dict[str, Any] = json.loads(
            client.run_tray_command("live", "--json")
        )
        terminal.leave()
        _wait_for(client, None, 1)

    assert session is not None
    (item,) = listed["sessions"]
    assert item["session_id"] == session.uuid
    assert item["path"] == str(client.project)
    assert item["last_message_cost_usd"] is not None
    (ended,) = client.read_tray_json("live", "--json")["sessions"]
    assert (ended["session_id"], ended["state"]) == (session.uuid, "ended")
