"""Edge cases of the settings; the commands are run in tests/cli."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.providers.claude_code.statusline.hook_install import (
    install_hook,
    is_hook_installed,
    uninstall_hook,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_a_hook_that_was_removed_by_hand_is_no_problem(tmp_path: Path) -> None:
    path, backup = tmp_path / "settings.json", tmp_path / "own" / "hook.json"
    path.write_text('{"model": "opus"}')
    install_hook(tmp_path, backup, "claude-tray hook")
    path.write_text('{"model": "haiku"}')

    assert not is_hook_installed(tmp_path, backup)
    assert uninstall_hook(tmp_path, backup)
    assert not uninstall_hook(tmp_path, backup)
    assert path.read_text() == '{"model": "haiku"}'


def test_another_threshold_replaces_our_own_hook(tmp_path: Path) -> None:
    path, backup = tmp_path / "settings.json", tmp_path / "own" / "hook.json"
    path.write_text("{}")
    install_hook(tmp_path, backup, "claude-tray hook")
    install_hook(tmp_path, backup, "claude-tray hook --below 40")

    text = path.read_text()
    assert text.count("claude-tray hook") == 1
    assert "--below 40" in text
    uninstall_hook(tmp_path, backup)
    assert path.read_text() == "{}"
