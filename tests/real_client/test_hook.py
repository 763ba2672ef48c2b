"""Let the real client run our hook, and read what the model is sent."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from tests.real_client.fake_api import Step

if TYPE_CHECKING:
    from tests.real_client.client import RealClient
    from tests.real_client.fake_api import FakeApi


def _report(client: RealClient, percent: float) -> None:
    """Report a percentage as another session's status line does."""
    limit = {
        "used_percentage": percent,
        "resets_at": int(time.time()) + 7200,
    }
    payload = {
        "session_id": "11111111-1111-4111-8111-111111111111",
        "transcript_path": str(
            client.claude_folder / "projects" / "-other" / "other.jsonl"
        ),
        "rate_limits": {"five_hour": limit},
    }
    client.run_tray_command("statusline", stdin=json.dumps(payload))
    # As the tray does, this writes down the limits of all sessions.
    client.run_tray_command("status", "--json")


def _list_requests(api: FakeApi, tag: str) -> list[str]:
    """Return what the model was sent for a prompt, as JSON."""
    return [
        json.dumps(body["messages"])
        for request, body in zip(api.bill, api.requests, strict=True)
        if request.tag == tag
    ]


def test_what_is_left_reaches_the_model(
    api: FakeApi, client: RealClient
) -> None:
    settings_path = client.claude_folder / "settings.json"
    before = settings_path.read_bytes()
    for tag in ("calm", "low", "removed"):
        api.plan(tag, Step(f"{tag}-REPLY"))
    client.run_tray_command("hook", "install")

    _report(client, 40)
    client.ask("hello #calm")
    _report(client, 89)
    client.ask("hello #low")
    client.run_tray_command("hook", "remove")
    client.ask("hello #removed")

    (calm,), (low,), (removed,) = (
        _list_requests(api, tag) for tag in ("calm", "low", "removed")
    )
    assert "Claude usage: 11% of the 5-hour limit left, resets " in low
    assert "Claude usage" not in calm
    assert "Claude usage" not in removed
    assert settings_path.read_bytes() == before


def test_a_hook_that_cannot_start_stops_no_prompt(
    api: FakeApi, client: RealClient
) -> None:
    api.plan("gone", Step("gone-REPLY"))
    client.run_tray_command("hook", "install")
    settings_path = client.claude_folder / "settings.json"
    settings = json.loads(settings_path.read_text())
    ((group,),) = settings["hooks"].values()
    group["hooks"][0]["command"] = "/nowhere/claude-tray hook"
    settings_path.write_text(json.dumps(settings))

    said = client.ask("hello #gone")

    assert "gone-REPLY" in said["result"]
    assert len(_list_requests(api, "gone")) == 1
