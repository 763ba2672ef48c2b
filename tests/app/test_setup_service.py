from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

import pytest

from claude_tray.app.context import load_context
from claude_tray.app.setup_service import SetupService, start_demo
from claude_tray.core.setup import SetupSwitch
from claude_tray.errors import ClaudeTrayError, DesktopError
from claude_tray.ui.toolkit.messages import (
    ActionKind,
    UserAction,
    build_switch_action,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SetupService:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("CLAUDE_TRAY_HOME", str(tmp_path / "own"))
    arguments = argparse.Namespace(claude_path=str(tmp_path / "claude"))
    changes: list[SetupService] = []

    def apply_change() -> None:
        for changed in changes:
            changed.invalidate()

    service = SetupService(lambda: load_context(arguments), apply_change)
    changes.append(service)
    return service


def test_a_problem_stays_beside_its_switch_until_it_works(
    service: SetupService, tmp_path: Path
) -> None:
    settings = tmp_path / "claude" / "settings.json"
    settings.parent.mkdir()
    settings.write_text("[]")
    turn_on = build_switch_action(SetupSwitch.LIMITS, is_on=True)

    with pytest.raises(ClaudeTrayError, match="cannot be parsed"):
        service.turn_switch(turn_on)

    assert "JSON object" in service.get_state().get_problem(SetupSwitch.LIMITS)
    settings.write_text("{}")
    service.turn_switch(turn_on)
    assert service.get_state().problems == ()
    assert service.get_state().has_limits


def test_an_action_without_a_switch_changes_nothing(
    service: SetupService,
) -> None:
    before = service.get_state()

    service.turn_switch(UserAction(ActionKind.SET_WELCOME_SWITCH))

    assert service.get_state() == before


def test_a_folder_of_the_command_line_is_not_changed_in_the_settings(
    service: SetupService, tmp_path: Path
) -> None:
    action = UserAction(ActionKind.FOLLOW_FOLDER, folder="/x")

    with pytest.raises(ClaudeTrayError, match="--claude-path"):
        service.follow_folder(action)

    assert not (tmp_path / "own" / "config" / "settings.toml").exists()


def test_a_demo_that_cannot_be_started_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DesktopError, match="No such file"):
        start_demo([str(tmp_path / "missing")], tmp_path)
