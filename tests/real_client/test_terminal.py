"""Use the real client in a terminal, with our status line."""

from __future__ import annotations

import json
from shutil import which
from typing import TYPE_CHECKING

import pytest

from tests.real_client.client import TerminalClient
from tests.real_client.fake_api import Step
from tests.real_client.test_bill import check_bill

if TYPE_CHECKING:
    from tests.real_client.client import RealClient
    from tests.real_client.fake_api import FakeApi


pytestmark = pytest.mark.skipif(which("tmux") is None, reason="lacks tmux")


def test_the_status_line_is_shown_and_removed(
    api: FakeApi, client: RealClient
) -> None:
    settings_path = client.claude_folder / "settings.json"
    before = json.loads(settings_path.read_text())
    mine = {"type": "command", "command": "echo MINE-$(cat | wc -l)"}
    settings_path.write_text(json.dumps({**before, "statusLine": mine}))
    config = client.home / "own" / "config"
    config.mkdir(parents=True)
    (config / "settings.toml").write_text("[statusline]\nsecond_row = true\n")
    client.run_tray_command("statusline", "install")
    api.plan("one", Step("FIRST-REPLY"))
    api.plan("two", Step("SECOND-REPLY"))

    with TerminalClient(client) as terminal:
        # Claude Code writes all of its settings anew.
        terminal.type("/model haiku")
        terminal.wait_for("Set model to Haiku")
        terminal.type("hello #one")
        terminal.wait_for("FIRST-REPLY")
        terminal.wait_for("MINE-")
        terminal.wait_for("$0.0")
        terminal.type("again #two")
        terminal.wait_for("SECOND-REPLY")
        terminal.leave()

    report = client.read_tray_json("doctor", "--json")["statusline"]
    client.run_tray_command("statusline", "remove")
    after = json.loads(settings_path.read_text())
    assert report["heard"] > 0
    assert after["statusLine"] == mine
    assert after.items() >= before.items()
    check_bill(api, client)
